/** What is in force, and where each value comes from: the answer of `tare config`. */
import type { Path } from '../../../rules/yaml.ts';
import type { Policy, PolicyFor } from '../../../types/policy.ts';
import type { OptionSpec } from '../options.ts';
import type { Parsed } from '../parse.ts';
import { profileNamed } from './profiles.ts';
import type { ReadOptions } from './read.ts';
import { partsOf } from './resolve.ts';

/** One value in force. */
export interface InForce {
  name: string;
  value: string | number | boolean | string[];
  from: string;
}

/** Options that hold something, then the gate for the target, then what the file says of some targets. */
export function inForce(
  parsed: Parsed,
  specs: readonly OptionSpec[],
  policy: PolicyFor | undefined,
  file: ReadOptions | undefined,
  ...target: Parameters<PolicyFor>
): InForce[] {
  const out: InForce[] = [];
  const skipped = new Set([
    'help',
    'config',
    'no-config',
    'gate',
    'severity',
    'suppress',
    'fail-on',
    'min-score',
    'profile',
  ]);
  for (const { name } of specs) {
    const from = parsed.origins.get(name);
    if (from === undefined || skipped.has(name)) continue;
    const value = parsed.values.get(name) ?? parsed.lists.get(name) ?? parsed.flags.has(name);
    out.push({ name, value, from });
  }
  return [...out, ...gateInForce(parsed, policy?.(...target), file && places(file, target)), ...targetsOf(file)];
}

/** Looks a value up where it is in force for a target: in the last part that holds it, with its line. */
function places(file: ReadOptions, target: Parameters<PolicyFor>) {
  const fitting = partsOf(file).filter(({ fits }) => fits(...target));
  const all = (path: Path) =>
    fitting.flatMap(({ at }) => {
      const value = valueAt(file.options, [...at, ...path]);
      return value === undefined ? [] : [{ value, from: file.where([...at, ...path]) }];
    });
  return { all, last: (path: Path) => all(path).at(-1) };
}

function gateInForce(
  parsed: Parsed,
  policy: Policy | undefined,
  file: ReturnType<typeof places> | undefined,
): InForce[] {
  const out: InForce[] = [];
  const profile = parsed.values.get('profile') ?? (file?.last(['profile'])?.value as string | undefined);
  const given = (name: string): string | undefined => parsed.origins.get(name);
  const inFile = (path: Path): string | undefined => file?.last(path)?.from;
  const ready = profile === undefined ? undefined : profileNamed(profile);
  const inGate = (path: Path): string =>
    inFile(['gate', ...path]) ?? (valueAt(ready?.gate, path) === undefined ? 'default' : `profile ${profile}`);
  if (profile !== undefined)
    out.push({ name: 'profile', value: profile, from: given('profile') ?? inFile(['profile']) ?? 'default' });
  const failOn = policy?.failOn ?? parsed.values.get('fail-on') ?? 'high';
  out.push({ name: 'fail-on', value: failOn, from: given('fail-on') ?? inGate(['fail-on']) });
  const minScore = policy?.minScore ?? parsed.values.get('min-score');
  if (minScore !== undefined)
    out.push({
      name: 'min-score',
      value: Number(minScore),
      from: given('min-score') ?? inGate(['min-score']),
    });
  const words = new Set((parsed.lists.get('gate') ?? []).map((item) => item.slice(0, item.lastIndexOf('='))));
  for (const kind of ['categories', 'rules'] as const)
    for (const [name, threshold] of policy?.[kind] ?? [])
      out.push({
        name: `gate ${name}`,
        value: threshold === 'info' ? 'any' : threshold,
        from: (words.has(name) ? given('gate') : undefined) ?? inGate([kind, name]),
      });
  const set = new Set((parsed.lists.get('severity') ?? []).map((item) => item.slice(0, item.lastIndexOf('='))));
  for (const [name, severity] of policy?.severities ?? [])
    out.push({
      name: `severity ${name}`,
      value: severity,
      from: (set.has(name) ? given('severity') : undefined) ?? inFile(['severity', name]) ?? 'default',
    });
  for (const entry of policy?.suppressions ?? []) {
    const { rule, path, package: name, fingerprint, reason, expires, where } = entry;
    const about = [path, name && `package ${name}`, fingerprint].filter(Boolean).join(', ');
    out.push({
      name: `suppress ${rule}${about ? ` (${about})` : ''}`,
      value: expires === undefined ? reason : `${reason} (until ${expires})`,
      from: where === '--suppress' ? (given('suppress') ?? 'command line') : where,
    });
  }
  for (const { value, from } of file?.all(['trusted']) ?? [])
    for (const pattern of value as string[]) out.push({ name: 'trusted', value: pattern, from });
  return out;
}

function targetsOf(file: ReadOptions | undefined): InForce[] {
  return (file?.options.targets ?? []).map(({ image, path, ...part }, i) => ({
    name: `for ${[image, path].flat().filter(Boolean).join(', ')}`,
    value: Object.keys(part).join(', ') || 'nothing',
    from: file!.where(['targets', i]),
  }));
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step];
  return value;
}
