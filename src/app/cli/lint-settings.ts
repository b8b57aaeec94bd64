/** From parsed words to what a lint needs, checked before any file is opened. */
import { parsePlatform } from '../../image/platform.ts';
import { formatNames } from '../../report/formats.ts';
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
    | 'quiet'
    | 'noColor'
    | 'rulesetFile'
    | 'trusted'
    | 'asOf'
    | 'registry'
    | 'docker'
    | 'timeoutMs'
  > {
  paths: string[];
  gate: ScanSettings['gate'] & { hygiene: boolean };
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
  /** `auto`: where it is on PATH. */
  shellcheck: (typeof shellcheckModes)[number];
}

const shellcheckModes = ['auto', 'on', 'off'] as const;

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
  const values = new Map([...parsed.values].filter(([name]) => name !== 'target' && name !== 'shellcheck'));
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
  const context = parsed.values.get('context');
  const { format, outputs, all, quiet, noColor, rulesetFile, trusted, asOf, registry, docker, timeoutMs } = shared;
  return {
    ...{ format, outputs, all, quiet, noColor, trusted, asOf, registry, docker },
    ...(rulesetFile !== undefined && { rulesetFile }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    gate: { ...shared.gate, hygiene: parsed.flags.has('hygiene') },
    paths: paths.length > 0 ? paths : ['.'],
    ...(target !== undefined && { target }),
    buildArgs,
    ...(platform !== undefined && { platform }),
    ...(context !== undefined && { context }),
    stdinName: stdinName ?? 'stdin',
    pullBase: parsed.flags.has('pull-base'),
    ...fixWish(parsed),
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
