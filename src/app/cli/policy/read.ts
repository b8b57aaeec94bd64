/** Reads tare.yaml, with every fault at its line and column. Heavy (loads `yaml` and `zod`): only where there is such a file. */
import { dirname, relative, resolve } from 'node:path';
import { baseline } from '../../../rules/baseline.ts';
import { check } from '../../../rules/parse.ts';
import { shellcheckId } from '../../../rules/shellcheck.ts';
import { suggestion } from '../../../rules/suggest.ts';
import { type Path, readYaml, type YamlFile } from '../../../rules/yaml.ts';
import { profileNames } from './profiles.ts';
import { type OptionsFile, optionsSchema } from './schema.ts';

/** An options file, checked. */
export interface ReadOptions {
  /** As it is called in messages. */
  name: string;
  /** Folder that its paths start from. */
  folder: string;
  options: OptionsFile;
  /** `tare.yaml:12` of a place in it. */
  where(path: Path): string;
  /** Rules that it names and the baseline does not have. */
  strangers: Stranger[];
}

/** A rule of the user's own, or a slip of the pen. */
export interface Stranger {
  id: string;
  /** For the second case: says so, with the names that there are. */
  fail(ids: readonly string[]): never;
}

/** @throws RulesetError with file, line and column. */
export function readOptions(text: string, file: string): ReadOptions {
  const name = shortName(file);
  const yaml = readYaml(text.trim() === '' || isOnlyComments(text) ? '{}' : text, name);
  refuseWhatReachesOut(yaml);
  const options = check(optionsSchema, yaml);
  const strangers = checkNames(options, yaml);
  const starts = lineStarts(text);
  return {
    name,
    folder: dirname(resolve(file)),
    options,
    where: (path) => `${name}:${lineOf(starts, yaml.offset(path))}`,
    strangers,
  };
}

/** Options of the command line that a file which may come with somebody's project must not set. */
const reachOut = new Set([
  ...['output', 'template', 'cache-dir', 'cache-size', 'no-cache', 'dockerfile', 'pin', 'config', 'limit', 'context'],
  ...[
    'registry-ca',
    'insecure-registry',
    'registry-mirror',
    'docker-host',
    'docker-context',
    'pull-base',
    'shellcheck',
  ],
  ...['fix', 'fix-unsafe', 'fix-dry-run'],
]);

function refuseWhatReachesOut(yaml: YamlFile): void {
  if (yaml.value === null || typeof yaml.value !== 'object' || Array.isArray(yaml.value)) return;
  const { ruleset } = yaml.value as { ruleset?: unknown };
  if (typeof ruleset === 'string' && ruleset.startsWith('oci:'))
    yaml.fail(
      ['ruleset'],
      "an options file, which may come with somebody else's project, asks no registry; give --ruleset oci:…, or its variable",
    );
  const found = Object.keys(yaml.value).find((key) => reachOut.has(key));
  if (found)
    yaml.fail(
      [found],
      `it cannot be set in an options file, which may come with somebody else's project; give --${found}, or its variable`,
      'key',
    );
}

function checkNames(options: OptionsFile, yaml: YamlFile): Stranger[] {
  const known = new Set(baseline().rules.map(({ metadata }) => metadata.id));
  const strangers: Stranger[] = [];
  const profiles = profileNames();
  const look = (part: Pick<OptionsFile, 'profile' | 'gate' | 'severity' | 'suppress'>, at: Path): void => {
    const rule = (id: string, path: Path, where: 'key' | 'value') => {
      if (known.has(id) || shellcheckId.test(id)) return;
      const hint = (ids: readonly string[]) => suggestion(id, ids) || '; tare rules lists them';
      strangers.push({ id, fail: (ids) => yaml.fail(path, `there is no rule ${id}${hint(ids)}`, where) });
    };
    if (part.profile !== undefined && !profiles.includes(part.profile))
      yaml.fail(
        [...at, 'profile'],
        `there is no profile ${part.profile}${suggestion(part.profile, profiles) || `; there are ${profiles.join(', ')}`}`,
      );
    for (const id of Object.keys(part.gate?.rules ?? {})) rule(id, [...at, 'gate', 'rules', id], 'key');
    for (const id of Object.keys(part.severity ?? {})) rule(id, [...at, 'severity', id], 'key');
    for (const [i, entry] of (part.suppress ?? []).entries()) rule(entry.rule, [...at, 'suppress', i, 'rule'], 'value');
  };
  look(options, []);
  for (const [i, part] of (options.targets ?? []).entries()) look(part, ['targets', i]);
  return strangers;
}

function isOnlyComments(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#|$)/.test(line));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

function shortName(file: string): string {
  const near = relative(resolve('.'), resolve(file));
  return near.startsWith('..') || near === '' ? file : near;
}
