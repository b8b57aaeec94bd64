/** Opens a target and reads its images: what one run shares between them, and nothing of what is made of them. */
import { availableParallelism } from 'node:os';
import { collectorsFor } from './facts/collectors.ts';
import { analyseImage, forgetLayers, layerUses } from './image/analyse.ts';
import { LayerCache, type LayerStore } from './image/layer-cache.ts';
import { LayerReader, type LayerResult } from './image/layer-reader.ts';
import type { Limits } from './image/limits.ts';
import type { AnalysedImage, ImageHandle, OpenedSource, SourceContext } from './image/model.ts';
import { WorkerPool } from './image/worker-pool.ts';
import { openTarget, type TargetOptions } from './source/target.ts';
import type { Ruleset } from './types/rule.ts';
import { type Platform, SourceError, type StatusEntry } from './types.ts';

/** How images are read, and what a run may use of its surroundings. */
export interface ReadOptions {
  platform?: Platform;
  allPlatforms: boolean;
  /** What a digest mismatch in a local medium is: a finding, or the end of the run. */
  verify: 'report' | 'strict';
  /** `YYYY-MM-DD`, the date on which support periods are judged. */
  asOf: string;
  ruleset: Ruleset;
  limits: Limits;
  /** A folder, or a store that is made for what reads the layers (see `recordKey`). */
  cache: { dir: string; maxBytes: number } | { storeFor(collectorsVersion: string): LayerStore } | null;
  /** Layers read at the same time. */
  concurrency: number;
  /** Threads for large local layers; beside this one; `auto` = none below four cores, else at most three. */
  workers: 'auto' | number;
  /** The built thread beside the bundle; absent = everything on this thread. */
  workerFile?: string;
  source: TargetOptions;
  env: Record<string, string | undefined>;
  stdin: () => AsyncIterable<Uint8Array>;
  signal: AbortSignal;
  progress?: (part: ScanProgress) => void;
  /** Version of tare, for the report. */
  version: string;
}

/** How far a scan is. */
export interface ScanProgress {
  target: string;
  /** What is being done, where it is not the layers: `asking registry …`. */
  what?: string;
  layers?: number;
  /** Stored bytes. */
  read: number;
  total?: number;
}

/** Reads every image that a target selects and makes something of each. @throws SourceError, UsageError. */
export async function eachImage<T>(
  target: string,
  options: ReadOptions,
  make: (image: AnalysedImage, status: StatusEntry[]) => T,
): Promise<{ made: T[]; status: StatusEntry[]; failures: Error[] }> {
  const session = await Session.open(target, options);
  try {
    const source = await openTarget(target, session.context, options.source);
    try {
      const made: T[] = [];
      const failures: Error[] = [];
      for (const handle of source.images) {
        try {
          made.push(await session.analyse(handle, source, make));
        } catch (error) {
          if (!(error instanceof SourceError) || source.images.length === 1 || options.signal.aborted) throw error;
          failures.push(error);
        }
      }
      if (made.length === 0 && failures[0]) throw failures[0];
      const why = source.status.find((entry) => entry.level !== 'info')?.message;
      if (made.length === 0) throw new SourceError(why ?? `${target} holds no image`);
      return { made, status: source.status, failures };
    } finally {
      await source.close();
    }
  } finally {
    await session.close();
  }
}

/** What records of layers depend on (see `recordKey`): the collectors, and the limit on what they see of a file. */
export function recordsVersion({ ruleset, limits }: Pick<ReadOptions, 'ruleset' | 'limits'>): string {
  const { version } = collectorsFor(ruleset.allowedSecrets ?? []);
  return `${version},whole@${limits.wholeFileBytes}`;
}

/** What the images of one target share: cache, threads, layers already read. */
class Session {
  private readonly shared = new Map<string, Promise<LayerResult>>();
  private uses: Map<string, number> | undefined;
  private pool: Promise<WorkerPool | undefined> | undefined;
  private readonly reader: LayerReader;
  readonly context: SourceContext;

  private constructor(
    private readonly target: string,
    private readonly options: ReadOptions,
    private readonly cache: LayerStore | undefined,
    private readonly status: StatusEntry[],
  ) {
    this.reader = new LayerReader({
      collectors: collectorsFor(options.ruleset.allowedSecrets ?? []).collectors,
      limits: options.limits,
      cache,
      pool: () => (this.pool ??= this.startPool()),
      signal: options.signal,
      strict: options.verify === 'strict',
    });
    this.context = {
      limits: options.limits,
      ...(options.platform ? { platform: options.platform } : {}),
      allPlatforms: options.allPlatforms,
      verify: options.verify,
      analyse: (bytes, hint) => this.reader.streamed(bytes, `${hint.name} of ${target}`, hint.digest),
      progress: (part) => options.progress?.({ target, ...part }),
      env: options.env,
      stdin: options.stdin,
      signal: options.signal,
    };
  }

  static async open(target: string, options: ReadOptions): Promise<Session> {
    const status: StatusEntry[] = [];
    let cache: LayerStore | undefined;
    if (options.cache) {
      const records = recordsVersion(options);
      const opened =
        'dir' in options.cache
          ? LayerCache.open(options.cache.dir, records, options.cache.maxBytes)
          : options.cache.storeFor(records);
      if ('refused' in opened) status.push({ part: 'cache', level: 'warning', message: opened.refused });
      else cache = opened;
    }
    return new Session(target, options, cache, status);
  }

  async analyse<T>(
    handle: ImageHandle,
    source: OpenedSource,
    make: (image: AnalysedImage, status: StatusEntry[]) => T,
  ): Promise<T> {
    const uses = (this.uses ??= layerUses(source.images));
    const image = await analyseImage(handle, {
      reader: this.reader,
      limits: this.options.limits,
      concurrency: this.options.concurrency,
      shared: this.shared,
      progress: (part) =>
        this.options.progress?.({
          target: this.target,
          layers: part.layers,
          read: part.read,
          ...(part.total === undefined ? {} : { total: part.total }),
        }),
    }).finally(() => forgetLayers(handle, uses, this.shared));
    return make(image, [...this.status, ...source.status]);
  }

  async close(): Promise<void> {
    await (await this.pool)?.close();
    await this.cache?.prune();
  }

  private async startPool(): Promise<WorkerPool | undefined> {
    const { workers, workerFile } = this.options;
    // Inflating runs beside this thread anyway: on two cores, threads of our own only cost memory. Without them the
    // pool still sees to it that large layers are read one after another, for the same reason.
    const cores = availableParallelism();
    const size = workers !== 'auto' ? workers : cores < 4 ? 0 : Math.min(3, cores - 1);
    const { threads } = collectorsFor(this.options.ruleset.allowedSecrets ?? []);
    return new WorkerPool(workerFile ?? '', threads && workerFile ? size : 0);
  }
}
