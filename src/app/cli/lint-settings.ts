/** From parsed words to what a lint needs, checked before any file is opened. */
import { parsePlatform } from '../../image/platform.ts';
import { formatNames } from '../../report/formats.ts';
import type { PolicyFor } from '../../types/policy.ts';
import { UsageError } from '../../types.ts';
import type { FixWish } from './lint-fix.ts';
import type { Parsed } from './parse.ts';
import { type ScanSettings, scanSettings } from './scan-settings.ts';
import { choice } from './values.ts';
import { quote } from './words.ts';

export interface LintSettings
  extends Pick<
    ScanSettings,
    | 'format'
    | 'outputs'
    | 'all'
    | 'explain'
    | 'quiet'
    | 'noColor'
    | 'rulesetFile'
    | 'trusted'
    | 'asOf'
    | 'registry'
    | 'docker'
    | 'timeoutMs'
    | 'cache'
  > {
  paths: string[];
  /** What Git has staged, in place of paths. */
  staged: boolean;
  gate: ScanSettings['gate'] & { hygiene: boolean };
  policy?: PolicyFor;
  target?: string;
  buildArgs: ReadonlyMap<string, string>;
  /** As given, checked. */
  platform?: string;
  context?: string;
  stdinName: string;
  pullBase: boolean;
  /** Files are mended, or shown mended, before they are reported. */
  fix?: FixWish;
  /** Some report has a place for the change that mends a finding. */
  fixes: boolean;
  pins: ReadonlyMap<string, string>;
  /** Somebody reads the digests that base images could be pinned to. */
  asksDigests: boolean;
  /** A file, or labels as they stand on the command line. */
  labelSchema?: string;
  /** `auto`: where it is on PATH. */
  shellcheck: (typeof shellcheckModes)[number];
}

const shellcheckModes = ['auto', 'on', 'off'] as const;

/** Options with a value that a scan does not have, or takes otherwise. */
const own = ['target', 'shellcheck', 'label-schema'];

/** Formats that carry fixes. */
const fixFormats = ['json', 'sarif'];

/** Whether any of the formats has a place for fixes. */
export function carriesFixes({ format, outputs }: Pick<LintSettings, 'format' | 'outputs'>): boolean {
  return [format, ...outputs.map((output) => output.format)].some((name) => fixFormats.includes(name));
}

/** Formats that make sense for a file that is no image yet. */
const formats = formatNames.filter((name) => name !== 'gitlab-container-scanning' && name !== 'template');

/** @throws UsageError for whatever does not make sense, alone or together. */
export function lintSettings(parsed: Parsed, env: NodeJS.ProcessEnv, today: string): LintSettings {
  const buildArgs = new Map((parsed.lists.get('build-arg') ?? []).map(buildArg));
  const { target, platform } = Object.fromEntries(parsed.values);
  if (platform !== undefined) parsePlatform(platform);
  // The rest means what it means for a scan.
  const values = new Map([...parsed.values].filter(([name]) => !own.includes(name)));
  const lists = new Map([...parsed.lists].filter(([name]) => name !== 'build-arg' && name !== 'pin'));
  const shared = scanSettings({ ...parsed, values, lists, positionals: ['.'] }, env, today);
  for (const name of [shared.format, ...shared.outputs.map(({ format }) => format)]) {
    if (!formats.includes(name))
      throw new UsageError(`the format ${name} is for images; for Dockerfiles use one of ${formats.join(', ')}`);
  }
  const paths = parsed.positionals;
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input (-) can be read once; name it once');
  const stdinName = parsed.values.get('stdin-filename');
  if (stdinName !== undefined && !paths.includes('-'))
    throw new UsageError('--stdin-filename names what standard input holds: give - as the path too');
  if (paths.some((path) => path === '' || path.includes('\0')))
    throw new UsageError('a path is empty; name a Dockerfile or a folder');
  const staged = parsed.flags.has('staged');
  if (staged && paths.length > 0) throw new UsageError('--staged is in place of a path; leave one of the two out');
  const fix = fixWish(parsed);
  if (staged && fix.fix?.how === 'write')
    throw new UsageError('--fix writes files, and --staged reads what Git holds of them; give --fix the paths');
  const context = parsed.values.get('context');
  const labels = parsed.values.get('label-schema');
  const { format, outputs, all, explain, quiet, noColor, rulesetFile, trusted, asOf, registry, docker } = shared;
  const { timeoutMs, cache } = shared;
  return {
    ...{ format, outputs, all, explain, quiet, noColor, trusted, asOf, registry, docker, cache },
    asksDigests: fix.fix !== undefined || carriesFixes({ format, outputs }),
    ...(rulesetFile !== undefined && { rulesetFile }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    gate: { ...shared.gate, hygiene: parsed.flags.has('hygiene') },
    paths: paths.length > 0 ? paths : ['.'],
    staged,
    ...(target !== undefined && { target }),
    buildArgs,
    ...(platform !== undefined && { platform }),
    ...(context !== undefined && { context }),
    stdinName: stdinName ?? 'stdin',
    pullBase: parsed.flags.has('pull-base'),
    ...(labels !== undefined && { labelSchema: labels }),
    ...fix,
    fixes: carriesFixes({ format, outputs }),
    pins: new Map((parsed.lists.get('pin') ?? []).map(pin)),
    shellcheck: choice('shellcheck', parsed.values.get('shellcheck') ?? 'auto', shellcheckModes),
  };
}

/** --fix-unsafe alone means --fix too. */
function fixWish({ flags }: Parsed): { fix?: FixWish } {
  const unsafe = flags.has('fix-unsafe');
  if (flags.has('fix-dry-run')) return { fix: { how: 'diff', unsafe } };
  return flags.has('fix') || unsafe ? { fix: { how: 'write', unsafe } } : {};
}

function pin(item: string): [string, string] {
  const found = /^([^@\s]{1,255})@(sha256:[0-9a-f]{64})$/.exec(item);
  if (found) return [found[1]!, found[2]!];
  throw new UsageError(`--pin is IMAGE@sha256:… with 64 hex digits, not ${quote(item)}`);
}

function buildArg(item: string): [string, string] {
  const at = item.indexOf('=');
  if (at > 0) return [item.slice(0, at), item.slice(at + 1)];
  throw new UsageError(`--build-arg is NAME=VALUE, not ${quote(item)}`);
}
