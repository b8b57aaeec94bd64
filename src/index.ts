/**
 * tare as a library: what the command line does, for programs. Nothing is printed, no process is ended, and no variable of the
 * environment is read but those that name registries' and daemons' own settings, which `env` can replace.
 *
 * @example
 * import { scan } from 'tare';
 * const [report] = await scan('docker-archive:app.tar', { failOn: 'medium' });
 * console.log(report.score.grade, report.gate.reason);
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits, type Limits } from './image/limits.ts';
import { parsePlatform } from './image/platform.ts';
import type { LintOptions as JudgeOptions } from './lint.ts';
import { isDay } from './types/day.ts';
import type { DockerfileReport, ImageReport } from './types/report.ts';
import type { RuleMetadata, RulesetFile } from './types/rule.ts';
import { failOns } from './types/severity.ts';
import { UsageError } from './types.ts';

export type {
  CategoryScore,
  DockerfileReport,
  Forecast,
  ForecastLine,
  GateResult,
  Grade,
  ImageReport,
  LedgerLine,
  ReportFinding,
  Score,
} from './types/report.ts';
export type { RuleMetadata } from './types/rule.ts';
export {
  type Category,
  type Confidence,
  type Digest,
  type Evidence,
  type Finding,
  type LayerInfo,
  type Platform,
  type Position,
  type Range,
  type RuleId,
  RulesetError,
  type Severity,
  SourceError,
  type SourceKind,
  type StatusEntry,
  UsageError,
} from './types.ts';
export type { Limits };

/** The least severity that fails the gate. */
export type FailOn = (typeof failOns)[number];

/** What scans and lints have in common. */
export interface CommonOptions {
  /** Fails the gate at this severity and above. Default `high`. */
  failOn?: FailOn;
  /** Fails the gate below this score, 0–100. */
  minScore?: number;
  /** Patterns of registries, namespaces and repositories to trust beside the baseline's. */
  trusted?: readonly string[];
  /** The user's rulesets: name for messages and YAML, or where one is, as `--ruleset` takes it. Later ones win. */
  rulesets?: readonly (string | { name: string; text: string })[];
  /** `YYYY-MM-DD`, the day on which support periods are judged. Default today, UTC. */
  asOf?: string;
}

/** What a scan may be told. */
export interface ScanOptions extends CommonOptions {
  /** `os/architecture[/variant]`; default: the machine's own, as Linux. */
  platform?: string;
  /** Every platform of an index. */
  allPlatforms?: boolean;
  /** What a digest that differs is in a local medium: a finding (default), or a SourceError. */
  verify?: 'report' | 'strict';
  /** Raised or lowered limits on hostile input; units as in docs/cli.md, "Limits". */
  limits?: Partial<Limits>;
  /** Folder for analysed layers, and its size in bytes (default 1e9). Default: nothing is cached. */
  cache?: { dir: string; maxBytes?: number };
  /** Layers read at the same time. Default 2. */
  concurrency?: number;
  /** Docker Engine to ask, as DOCKER_HOST writes it, or a docker context. */
  docker?: { host?: string; context?: string };
  registry?: {
    caFile?: string;
    /** Hosts that may be asked without TLS. */
    insecure?: string[];
    mirrors?: Map<string, string[]>;
    username?: string;
    password?: string;
  };
  /** The Dockerfile that the image was built from: findings then name its lines. */
  dockerfile?: { file: string; text: string; target?: string; buildArgs?: Map<string, string> };
  /** Stands for the process's own environment where registries and daemons are looked up. */
  env?: Record<string, string | undefined>;
  /** Read for the target `-`. */
  stdin?: () => AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
}

/** What a lint may be told. */
export interface LintOptions extends CommonOptions {
  /** Name of the file in the report. Default `Dockerfile`. */
  file?: string;
  /** Stage to build, by name or index. Default: the last. */
  target?: string;
  buildArgs?: ReadonlyMap<string, string>;
  platform?: string;
  /** Findings carry the change that mends them. */
  fixes?: boolean;
}

/**
 * Grades every image that a target selects (docs/cli.md, "Targets").
 * @throws UsageError for options that make no sense, SourceError where an image cannot be read, RulesetError for a ruleset.
 */
export async function scan(target: string, options: ScanOptions = {}): Promise<ImageReport[]> {
  const [{ scanTarget }, { loadRuleset }] = await Promise.all([import('./scan.ts'), import('./rules/load.ts')]);
  const workerFile = join(import.meta.dirname, 'layer-worker.cjs');
  const { platform, registry, dockerfile, cache } = options;
  const { reports, failures } = await scanTarget(target, {
    ...(platform === undefined ? {} : { platform: parsePlatform(String(platform)) }),
    allPlatforms: options.allPlatforms ?? false,
    verify: options.verify ?? 'report',
    ...common(options),
    ruleset: await loadRuleset(await rulesetsOf(options.rulesets, options)),
    limits: withLimits(options.limits),
    cache: cache ? { dir: cache.dir, maxBytes: cache.maxBytes ?? 1e9 } : null,
    concurrency: options.concurrency ?? 2,
    workers: 'auto',
    ...(existsSync(workerFile) ? { workerFile } : {}),
    source: {
      docker: options.docker ?? {},
      registry: { insecure: [], mirrors: new Map(), ...registry },
    },
    ...(dockerfile && { dockerfile: { buildArgs: new Map<string, string>(), ...dockerfile } }),
    env: options.env ?? process.env,
    stdin: options.stdin ?? nothing,
    signal: options.signal ?? new AbortController().signal,
    version: ownVersion(),
  });
  if (failures[0]) throw failures[0];
  return reports;
}

/**
 * Judges the text of a Dockerfile. Never throws for what the text says: that is a finding.
 * @throws UsageError for options that make no sense, RulesetError for a ruleset.
 */
export async function lint(text: string, options: LintOptions = {}): Promise<DockerfileReport> {
  const [{ lintDockerfile }, { loadRuleset }] = await Promise.all([import('./lint.ts'), import('./rules/load.ts')]);
  const { target, buildArgs, platform, fixes } = options;
  if (platform !== undefined) parsePlatform(String(platform));
  const judged: JudgeOptions = {
    ...common(options),
    ruleset: await loadRuleset(await rulesetsOf(options.rulesets, {})),
    ...(target !== undefined && { target }),
    ...(buildArgs && { buildArgs }),
    ...(platform !== undefined && { platform }),
    ...(fixes !== undefined && { fixes }),
    version: ownVersion(),
  };
  return lintDockerfile(text, options.file ?? 'Dockerfile', judged);
}

/** Metadata of every rule of the baseline, in the order of the score's categories. */
export async function rules(): Promise<RuleMetadata[]> {
  const { baseline } = await import('./rules/baseline.ts');
  return baseline().rules.map(({ metadata }) => structuredClone(metadata));
}

function common(options: CommonOptions) {
  const { failOn = 'high', minScore, asOf = new Date().toISOString().slice(0, 10) } = options;
  // Programs without types give anything.
  if (!failOns.includes(failOn)) throw new UsageError(`failOn is one of ${failOns.join(', ')}, not ${told(failOn)}`);
  if (typeof asOf !== 'string' || !isDay(asOf))
    throw new UsageError(`asOf is a day such as 2026-11-23, not ${told(asOf)}`);
  if (minScore !== undefined && !(typeof minScore === 'number' && minScore >= 0 && minScore <= 100))
    throw new UsageError(`minScore is a number from 0 to 100, not ${told(minScore)}`);
  return { gate: { failOn, ...(minScore !== undefined && { minScore }) }, trusted: [...(options.trusted ?? [])], asOf };
}

function told(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 60));
}

/** Reads what is named; the rest is there already. @throws UsageError, SourceError */
async function rulesetsOf(
  given: CommonOptions['rulesets'] = [],
  { env, registry, cache, signal }: Pick<ScanOptions, 'env' | 'registry' | 'cache' | 'signal'>,
): Promise<RulesetFile[]> {
  const files: RulesetFile[] = [];
  for (const ruleset of given) {
    if (typeof ruleset !== 'string') {
      files.push(ruleset);
      continue;
    }
    const { openRuleset } = await import('./source/ruleset.ts');
    const ways = {
      ...{ cwd: process.cwd(), env: env ?? process.env },
      ...(registry && { registry }),
      ...(cache && { cacheDir: cache.dir }),
      ...(signal && { signal }),
    };
    files.push(...(await openRuleset(ruleset, ways)));
  }
  return files;
}

/** @throws UsageError for a name that is no limit, or a number that is none. */
function withLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name)) throw new UsageError(`there is no limit "${name.slice(0, 60)}"`);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`the limit ${name} is a whole number above 0, not ${value}`);
    limits[name as keyof Limits] = value;
  }
  return limits;
}

function nothing(): never {
  throw new UsageError('the target - reads what options.stdin gives, and there is none');
}

declare const __TARE_VERSION__: string;

function ownVersion(): string {
  return typeof __TARE_VERSION__ === 'undefined' ? '0.0.0-source' : __TARE_VERSION__;
}
