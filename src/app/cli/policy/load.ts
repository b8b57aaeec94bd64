/** Puts an options file under the words of a command line, and makes the policy of both. */
import { resolve } from 'node:path';
import { baseline } from '../../../rules/baseline.ts';
import { pathPatternProblem } from '../../../rules/path-pattern.ts';
import { shellcheckId } from '../../../rules/shellcheck.ts';
import { suggestion } from '../../../rules/suggest.ts';
import { textFile } from '../../../source/text-file.ts';
import { categoryNames } from '../../../types/category.ts';
import type { PolicyFor, SuppressionEntry } from '../../../types/policy.ts';
import { failOns, severities, thresholds } from '../../../types/severity.ts';
import { type Severity, UsageError } from '../../../types.ts';
import type { OptionSpec } from '../options.ts';
import { type Parsed, parseWords } from '../parse.ts';
import { cacheOf, registryOf } from '../scan-settings.ts';
import { choice, decimal } from '../values.ts';
import { quote } from '../words.ts';
import { findOptionsFile, startingFolder } from './find.ts';
import { profileNames } from './profiles.ts';
import type { ReadOptions, Stranger } from './read.ts';
import type { Given } from './resolve.ts';

/** A command line with the options file under it. */
export interface Loaded {
  parsed: Parsed;
  file?: ReadOptions;
  /** Absent where nothing asks for more than --fail-on and --min-score: those are in the settings. */
  policy?: PolicyFor;
}

const mostBytes = 1 << 20;

/** @throws UsageError, RulesetError for what makes no sense in either. */
export async function loadOptions(
  words: readonly string[],
  specs: readonly OptionSpec[],
  env: NodeJS.ProcessEnv,
): Promise<Loaded> {
  const parsed = parseWords(words, specs, env);
  if (parsed.flags.has('help')) return { parsed };
  const file = await optionsFile(parsed, specs);
  const strangers = [...(file?.strangers ?? [])];
  const given = givenBy(parsed, strangers);
  if (strangers.length > 0) await refuseStrangers(strangers, parsed, env);
  const known = parsed.values.get('baseline');
  const asked =
    file !== undefined ||
    known !== undefined ||
    given.profile !== undefined ||
    given.suppress.length > 0 ||
    [given.gate.rules, given.gate.categories, given.severity].some((map) => Object.keys(map ?? {}).length > 0);
  if (!asked) return { parsed };
  const [{ policyFor }, { readKnown }] = await Promise.all([import('./resolve.ts'), import('./known.ts')]);
  const content = known === undefined ? undefined : { file: known, content: await readKnown(known) };
  return { parsed, ...(file && { file }), policy: policyFor(given, file, content) };
}

async function optionsFile(parsed: Parsed, specs: readonly OptionSpec[]): Promise<ReadOptions | undefined> {
  const named = parsed.values.get('config');
  if (parsed.flags.has('no-config')) {
    if (named !== undefined) throw new UsageError('--config and --no-config exclude each other: give one of them');
    return undefined;
  }
  const path = named ?? (await findOptionsFile(await startingFolder(parsed.positionals)));
  if (path === undefined) return undefined;
  const { text } = await textFile('options file', path, mostBytes);
  const { readOptions } = await import('./read.ts');
  const file = readOptions(text, path);
  putUnder(parsed, file, specs);
  return file;
}

/** Keys of the file that are an option of the same name, and mean the same. */
const plainNames = [
  ...(['hygiene', 'format', 'all', 'quiet', 'platform', 'all-platforms', 'verify'] as const),
  ...(['as-of', 'timeout', 'concurrency'] as const),
];

/** What the command line and the variables leave open, the file fills. */
function putUnder(parsed: Parsed, file: ReadOptions, specs: readonly OptionSpec[]): void {
  const known = new Map(specs.map((spec) => [spec.name, spec]));
  const set = (name: string, value: string | number | boolean | undefined): void => {
    const spec = known.get(name);
    if (value === undefined || !spec || parsed.origins.has(name)) return;
    parsed.origins.set(name, file.where([name]));
    if (spec.kind !== 'flag') parsed.values.set(name, String(value));
    else if (value) parsed.flags.add(name);
  };
  const { options } = file;
  for (const name of plainNames) set(name, options[name]);
  set('ruleset', options.ruleset === undefined ? undefined : rulesetOf(options.ruleset, file.folder));
  set('baseline', options.baseline === undefined ? undefined : resolve(file.folder, options.baseline));
  if (options['build-arg'] && known.has('build-arg') && !parsed.origins.has('build-arg')) {
    // Without a Dockerfile to build, a scan has nothing to give them to.
    if (!known.has('dockerfile') || parsed.values.has('dockerfile')) {
      parsed.lists.set(
        'build-arg',
        Object.entries(options['build-arg']).map(([name, value]) => `${name}=${value}`),
      );
      parsed.origins.set('build-arg', file.where(['build-arg']));
    }
  }
}

/** A path is the file's own; a package is looked for where tare runs. */
function rulesetOf(source: string, folder: string): string {
  return source.startsWith('npm:') ? source : resolve(folder, source);
}

/** Names that the baseline does not have are those of the user's own rules, or wrong. */
async function refuseStrangers(strangers: readonly Stranger[], parsed: Parsed, env: NodeJS.ProcessEnv): Promise<void> {
  const ids = new Set(baseline().rules.map(({ metadata }) => metadata.id));
  const source = parsed.values.get('ruleset');
  if (source !== undefined) {
    const [{ rulesetFiles }, { loadRuleset }] = await Promise.all([
      import('../ruleset-source.ts'),
      import('../../../rules/load.ts'),
    ]);
    const files = await rulesetFiles(source, { registry: registryOf(parsed, env), cache: cacheOf(parsed, env) });
    for (const { metadata } of (await loadRuleset(files)).rules) ids.add(metadata.id);
  }
  for (const { id, fail } of strangers) if (!ids.has(id)) fail([...ids]);
}

/** What the words themselves say of the gate. @throws UsageError */
function givenBy(parsed: Parsed, strangers: Stranger[]): Given {
  const rules: Names = { ids: new Set(baseline().rules.map(({ metadata }) => metadata.id)), strangers };
  const gate: Given['gate'] = { rules: {}, categories: {} };
  for (const item of parsed.lists.get('gate') ?? []) {
    const [name, threshold] = pairOf('gate', item);
    const value = choice(`gate ${name}`, threshold, thresholds);
    const category = categoryNames.find((one) => one === name);
    if (category) gate.categories![category] = value;
    else gate.rules![ruleNamed('gate', name, rules, categoryNames)] = value;
  }
  const severity: Record<string, Severity> = {};
  for (const item of parsed.lists.get('severity') ?? []) {
    const [name, value] = pairOf('severity', item);
    severity[ruleNamed('severity', name, rules)] = choice(`severity ${name}`, value, severities);
  }
  const failOn = parsed.values.get('fail-on');
  if (failOn !== undefined) gate['fail-on'] = choice('fail-on', failOn, failOns);
  const minScore = parsed.values.get('min-score');
  if (minScore !== undefined) gate['min-score'] = decimal('min-score', minScore, 0, 100);
  const profile = parsed.values.get('profile');
  if (profile !== undefined) choice('profile', profile, profileNames());
  const suppress = (parsed.lists.get('suppress') ?? []).map((item) => suppression(item, rules));
  return { ...(profile !== undefined && { profile }), gate, severity, suppress };
}

/** `RULE=REASON` or `RULE:PATH=REASON`. */
function suppression(item: string, rules: Names): SuppressionEntry {
  const at = item.indexOf('=');
  if (at <= 0 || at === item.length - 1)
    throw new UsageError(`--suppress is RULE=REASON or RULE:PATH=REASON, not ${quote(item)}`);
  const [name, ...path] = item.slice(0, at).split(':');
  const rule = ruleNamed('suppress', name!, rules);
  const entry = { rule, reason: item.slice(at + 1), where: '--suppress' };
  if (path.length === 0) return entry;
  const problem = pathPatternProblem(path.join(':'));
  if (problem) throw new UsageError(`--suppress ${quote(item)}: ${problem}`);
  return { ...entry, path: path.join(':') };
}

/** The baseline's ids; and what was named beside them, to be looked at when the user's ruleset is known. */
interface Names {
  ids: ReadonlySet<string>;
  strangers: Stranger[];
}

function ruleNamed(option: string, name: string, { ids, strangers }: Names, more: readonly string[] = []): string {
  if (ids.has(name) || shellcheckId.test(name)) return name;
  const fail = (known: readonly string[]): never => {
    const near = suggestion(name, [...known, ...more]);
    throw new UsageError(`--${option}: there is no rule ${quote(name)}${near || '; tare rules lists them'}`);
  };
  strangers.push({ id: name, fail });
  return name;
}

function pairOf(option: string, item: string): [string, string] {
  const at = item.lastIndexOf('=');
  if (at > 0 && at < item.length - 1) return [item.slice(0, at), item.slice(at + 1)];
  throw new UsageError(`--${option} is RULE=SEVERITY, not ${quote(item)}`);
}
