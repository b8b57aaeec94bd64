/** From parsed words to what a scan needs, checked before anything is opened. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../image/limits.ts';
import { parsePlatform } from '../../image/platform.ts';
import { formatNames } from '../../report/formats.ts';
import { patternProblem } from '../../rules/pattern.ts';
import type { PolicyFor } from '../../types/policy.ts';
import { failOns } from '../../types/severity.ts';
import type { Platform, Severity } from '../../types.ts';
import { UsageError } from '../../types.ts';
import type { Parsed } from './parse.ts';
import { byteSize, choice, day, decimal, limits, pair, whole } from './values.ts';
import { quote } from './words.ts';

/** What `tare scan` was asked to do, every value checked. */
export interface ScanSettings {
  targets: string[];
  format: string;
  outputs: { format: string; file: string }[];
  /** What the format `template` fills. */
  templateFile?: string;
  /** What standard output gets in place of the report. */
  suggest?: Suggestion;
  all: boolean;
  /** Why a rule asks what it asks, in the table. */
  explain: boolean;
  quiet: boolean;
  noColor: boolean;
  gate: { failOn: Exclude<Severity, 'info'> | 'none'; minScore?: number };
  /** What is in force for each target, in place of `gate`. */
  policy?: PolicyFor;
  rulesetFile?: string;
  trusted: string[];
  /** Name of a base family. */
  whatIf?: string;
  asOf: string;
  platform?: Platform;
  allPlatforms: boolean;
  verify: 'report' | 'strict';
  /** What images are joined to. */
  dockerfile?: { file: string; target?: string; buildArgs: Map<string, string> };
  registry: {
    caFile?: string;
    insecure: string[];
    mirrors: Map<string, string[]>;
    username?: string;
    password?: string;
  };
  docker: { host?: string; context?: string };
  cache: { dir: string; maxBytes: number } | null;
  /** Absent = for ever. */
  timeoutMs?: number;
  concurrency: number;
  limits: Limits;
}

const suggestions = ['kubernetes', 'docker'] as const;
export type Suggestion = (typeof suggestions)[number];
const defaultCacheBytes = 1e9;

/** @throws UsageError for whatever does not make sense, alone or together. The first of the formats is the default. */
export function scanSettings(
  parsed: Parsed,
  env: NodeJS.ProcessEnv,
  today: string,
  formats: readonly string[] = formatNames,
): ScanSettings {
  const value = <T>(name: string, read: (option: string, text: string) => T): T | undefined => {
    const text = parsed.values.get(name);
    return text === undefined ? undefined : read(name, text);
  };
  const list = (name: string): string[] => parsed.lists.get(name) ?? [];
  const text = (_: string, given: string): string => given;
  const defined = <K extends string, V>(key: K, found: V | undefined): { [P in K]?: V } =>
    (found === undefined ? {} : { [key]: found }) as { [P in K]?: V };
  const platform = value('platform', (_, given) => parsePlatform(given));
  const allPlatforms = parsed.flags.has('all-platforms');
  if (platform && allPlatforms)
    throw new UsageError('--platform and --all-platforms exclude each other: give one of them');
  const format = value('format', (name, given) => choice(name, given, formats)) ?? formats[0]!;
  const files = outputs(list('output'), formats);
  const wantsTemplate = [format, ...files.map((file) => file.format)].includes('template');
  const templateFile = wantsTemplate ? value('template', text) : undefined;
  if (wantsTemplate && templateFile === undefined)
    throw new UsageError('the format template needs a file to fill: give --template FILE');
  const timeout = value('timeout', (name, given) => decimal(name, given, 0.001, 86_400 * 7));
  return {
    targets: targets(parsed.positionals),
    format,
    outputs: files,
    ...defined('templateFile', templateFile),
    ...defined(
      'suggest',
      value('suggest', (name, given) => choice(name, given, suggestions)),
    ),
    all: parsed.flags.has('all') || parsed.flags.has('secrets-all'),
    explain: parsed.flags.has('explain'),
    quiet: parsed.flags.has('quiet'),
    noColor: parsed.flags.has('no-color'),
    gate: {
      failOn: value('fail-on', (name, given) => choice(name, given, failOns)) ?? 'high',
      ...defined(
        'minScore',
        value('min-score', (name, given) => decimal(name, given, 0, 100)),
      ),
    },
    ...defined('rulesetFile', value('ruleset', text)),
    trusted: list('trusted').map(trusted),
    ...defined('whatIf', value('what-if', whatIfBase)),
    asOf: value('as-of', day) ?? today,
    ...defined('platform', platform),
    allPlatforms,
    verify: value('verify', (name, given) => choice(name, given, ['report', 'strict'] as const)) ?? 'report',
    ...defined('dockerfile', dockerfile(value('dockerfile', text), value('target', text), list('build-arg'))),
    registry: registryOf(parsed, env),
    docker: {
      ...defined('host', value('docker-host', text)),
      ...defined('context', value('docker-context', text)),
    },
    cache: cacheOf(parsed, env),
    ...defined('timeoutMs', timeout === undefined ? undefined : timeout * 1000),
    concurrency:
      value('concurrency', (name, given) => whole(name, given, 1, 64)) ??
      Math.max(2, Math.min(8, availableParallelism())),
    limits: limits(list('limit')),
  };
}

function whatIfBase(option: string, given: string): string {
  if (given.startsWith('base=') && given.length > 5) return given.slice(5);
  throw new UsageError(`--${option} ${quote(given)}: write base=NAME, such as base=distroless-static`);
}

function targets(given: string[]): string[] {
  if (given.length === 0)
    throw new UsageError('name an image to scan: tare scan debian:13-slim, or tare scan ./image.tar');
  const empty = given.find((target) => target.trim() === '' || target.includes('\0'));
  if (empty !== undefined) throw new UsageError('a target is empty; name an image, an archive or a folder');
  if (given.filter((target) => target === '-').length > 1) {
    throw new UsageError('standard input (-) can be read once; name it once');
  }
  return given;
}

function outputs(given: string[], formats: readonly string[]): ScanSettings['outputs'] {
  const seen = new Set<string>();
  return given.map((item) => {
    const [written, file] = pair('output', item, `FORMAT=FILE, with FORMAT one of ${formats.join(', ')}`);
    const format = choice('output FORMAT', written, formats);
    if (file === '-') throw new UsageError(`--output writes files; for standard output give --format ${format}`);
    if (seen.has(file)) throw new UsageError(`--output names ${quote(file)} twice; give each report its own file`);
    seen.add(file);
    return { format, file };
  });
}

function dockerfile(
  file: string | undefined,
  target: string | undefined,
  args: readonly string[],
): ScanSettings['dockerfile'] {
  if (file === undefined) {
    const alone = target !== undefined ? '--target' : args.length > 0 ? '--build-arg' : undefined;
    if (alone) throw new UsageError(`${alone} says how a Dockerfile was built: give --dockerfile FILE too`);
    return undefined;
  }
  const buildArgs = new Map(args.map((item) => split('build-arg', item)));
  return { file, ...(target !== undefined && { target }), buildArgs };
}

/** `NAME=VALUE`, where the value may be empty. */
function split(option: string, item: string): [string, string] {
  const at = item.indexOf('=');
  if (at > 0) return [item.slice(0, at), item.slice(at + 1)];
  throw new UsageError(`--${option} is NAME=VALUE, not ${quote(item)}`);
}

function trusted(pattern: string): string {
  const problem = patternProblem(pattern);
  if (problem) throw new UsageError(`--trusted ${quote(pattern)}: ${problem}`);
  return pattern;
}

function host(text: string): string {
  if (/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(text)) return text;
  throw new UsageError(`--insecure-registry is a host, or host:port, not ${quote(text)}`);
}

function mirrors(given: string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const item of given) {
    const [registry, url] = pair('registry-mirror', item, 'HOST=URL, such as docker.io=https://mirror.example.com');
    const scheme = URL.canParse(url) ? new URL(url).protocol : '';
    if (scheme !== 'https:' && scheme !== 'http:') {
      throw new UsageError(`--registry-mirror wants an http or https URL after ${quote(registry)}, not ${quote(url)}`);
    }
    found.set(registry, [...(found.get(registry) ?? []), url]);
  }
  return found;
}

/** How registries are reached. @throws UsageError */
export function registryOf({ values, lists }: Parsed, env: NodeJS.ProcessEnv): ScanSettings['registry'] {
  const caFile = values.get('registry-ca');
  const { TARE_REGISTRY_USERNAME: username, TARE_REGISTRY_PASSWORD: password } = env;
  return {
    ...(caFile !== undefined && { caFile }),
    insecure: (lists.get('insecure-registry') ?? []).map(host),
    mirrors: mirrors(lists.get('registry-mirror') ?? []),
    ...(username && { username }),
    ...(password && { password }),
  };
}

/** Where layers and rulesets are kept; null: nowhere. @throws UsageError */
export function cacheOf({ flags, values }: Parsed, env: NodeJS.ProcessEnv): ScanSettings['cache'] {
  if (flags.has('no-cache')) return null;
  const size = values.get('cache-size');
  const folder = values.get('cache-dir') ?? cacheHome(env);
  const maxBytes = size === undefined ? defaultCacheBytes : byteSize('cache-size', size);
  return folder === undefined ? null : { dir: folder, maxBytes };
}

/** XDG base directory specification; undefined where no home is known, and then nothing is cached. */
function cacheHome(env: NodeJS.ProcessEnv): string | undefined {
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg?.startsWith('/')) return join(xdg, 'tare');
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ? join(env['LOCALAPPDATA'], 'tare', 'cache') : undefined;
  const home = env['HOME'];
  return home?.startsWith('/') ? join(home, '.cache', 'tare') : undefined;
}
