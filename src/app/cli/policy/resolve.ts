/** From profile, options file and command line to what is in force for one target. Later ones win: that is the order here too. */
import { relative, resolve } from 'node:path';
import { matchesPath } from '../../../rules/path-pattern.ts';
import { compilePattern, matchesPattern } from '../../../rules/pattern.ts';
import type { Gate } from '../../../rules/profile-schema.ts';
import type { Path } from '../../../rules/yaml.ts';
import type { Policy, PolicyFor, SuppressionEntry, Threshold } from '../../../types/policy.ts';
import type { Category, Severity } from '../../../types.ts';
import { imageKey, type KnownFile, targetKey } from './known.ts';
import { profileNamed } from './profiles.ts';
import type { ReadOptions } from './read.ts';
import type { OptionsFile, TargetPart } from './schema.ts';
import { localPath } from './target.ts';

/** What the command line, or its variables, say of the gate. */
export interface Given {
  profile?: string;
  gate: Gate;
  severity: Record<string, Severity>;
  suppress: SuppressionEntry[];
}

type Part = Pick<OptionsFile, 'profile' | 'gate' | 'severity' | 'trusted'> & { suppress: SuppressionEntry[] };

/** Makes the look-up. Parts of `targets` are matched once for each target. */
export function policyFor(
  given: Given,
  file: ReadOptions | undefined,
  known: { file: string; content: KnownFile } | undefined,
): PolicyFor {
  const parts = file ? partsOf(file) : [];
  return (name, references, local) => {
    const layers: Part[] = [
      ...parts.filter(({ fits }) => fits(name, references, local)).map(({ part }) => part),
      { ...given, trusted: undefined },
    ];
    const profile = profileNamed(last(layers, ({ profile: chosen }) => chosen) ?? 'baseline');
    const gates: Gate[] = [...(profile ? [profile.gate] : []), ...layers.map(({ gate }) => gate ?? {})];
    const minScore = last(gates, (gate) => gate['min-score']);
    const policy: Policy = {
      failOn: last(gates, (gate) => gate['fail-on']) ?? 'high',
      ...(minScore !== undefined && { minScore }),
      categories: merged(gates.map((gate) => gate.categories ?? {})) as Map<Category, Threshold>,
      rules: merged(gates.map((gate) => gate.rules ?? {})),
      severities: new Map(layers.flatMap(({ severity }) => Object.entries(severity ?? {}))),
      suppressions: layers.flatMap(({ suppress }) => suppress),
      trusted: layers.flatMap(({ trusted }) => trusted ?? []),
    };
    const fingerprints = known && fingerprintsOf(known, name, references, local);
    return fingerprints ? { ...policy, known: { file: known.file, fingerprints } } : policy;
  };
}

/** The file's own part, which fits every target, and those for some targets, each with its place in the file. */
export function partsOf(
  file: ReadOptions,
): { at: Path; fits(...target: Parameters<PolicyFor>): boolean; part: Part }[] {
  const { options, folder } = file;
  const forSome = (options.targets ?? []).map((target, i) => {
    const at = ['targets', i];
    return { at, fits: matcher(target, folder), part: partOf(target, file, at) };
  });
  return [{ at: [], fits: () => true, part: partOf(options, file, []) }, ...forSome];
}

function partOf(part: OptionsFile | TargetPart, file: ReadOptions, at: Path): Part {
  const suppress = (part.suppress ?? []).map(
    ({ rule, path, package: name, fingerprint, reason, expires }, i): SuppressionEntry => ({
      rule,
      reason,
      ...(path !== undefined && { path }),
      ...(name !== undefined && { package: name }),
      ...(fingerprint !== undefined && { fingerprint }),
      ...(expires !== undefined && { expires }),
      where: file.where([...at, 'suppress', i]),
    }),
  );
  const { profile, gate, severity, trusted } = part;
  return { profile, gate, severity, trusted, suppress };
}

function matcher({ image, path }: TargetPart, folder: string) {
  const patterns = listOf(image).map(compilePattern);
  const paths = listOf(path);
  return (name: string, references: Parameters<PolicyFor>[1], local: boolean): boolean => {
    if (patterns.some((pattern) => references.some((reference) => matchesPattern(pattern, reference as never))))
      return true;
    // The name of an image looks like a path, and is none.
    if (!local || paths.length === 0) return false;
    const near = relative(folder, resolve(localPath(name))).replaceAll('\\', '/');
    return !near.startsWith('..') && paths.some((one) => matchesPath(one, near));
  };
}

function fingerprintsOf(
  { file, content }: { file: string; content: KnownFile },
  ...[name, references, local]: Parameters<PolicyFor>
): Map<string, string> {
  const keys = new Set([...references.map(imageKey), targetKey(name, file, local)]);
  const found = content.targets.filter((target) => keys.has(target.name));
  return new Map(found.flatMap(({ findings }) => findings.map(({ fingerprint, rule }) => [fingerprint, rule])));
}

/** `any` fails on everything that a rule finds, however light. */
function merged(maps: readonly Record<string, string | undefined>[]): Map<string, Threshold> {
  const out = new Map<string, Threshold>();
  for (const map of maps)
    for (const [key, value] of Object.entries(map))
      if (value !== undefined) out.set(key, value === 'any' ? 'info' : (value as Threshold));
  return out;
}

function last<T, V>(items: readonly T[], read: (item: T) => V | undefined): V | undefined {
  let found: V | undefined;
  for (const item of items) found = read(item) ?? found;
  return found;
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
