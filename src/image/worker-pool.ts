/** Threads that read layers of local files side by side; this thread is one of them. */
import { Worker } from 'node:worker_threads';
import { SourceError } from '../types.ts';
import type { Limits } from './limits.ts';

/** A layer in a local file that a thread is to read. */
export interface LayerTask {
  path: string;
  offset: number;
  length: number;
  what: string;
  limits: Limits;
}

/** A thread's answer: an encoded record, or the reason why there is none. */
export type LayerAnswer = { progress: number } | { record: string } | { error: string; isSourceError: boolean };

type Place = Worker | 'here';

/** Starts its threads when they are first needed; `close` ends them. */
export class WorkerPool {
  private readonly idle: Place[] = ['here'];
  private readonly workers: Worker[] = [];
  private readonly waiting: ((place: Place) => void)[] = [];

  /** @param size threads beside this one. */
  constructor(
    private readonly file: string,
    private readonly size: number,
  ) {}

  /**
   * Runs one task where there is room: on a thread, which answers with an encoded record, or here through `local`.
   * @throws SourceError as the reading did, or when the thread died.
   */
  async run<T>(
    task: LayerTask,
    local: () => Promise<T>,
    progress: (bytes: number) => void,
  ): Promise<{ encoded: string } | { local: T }> {
    const place = await this.take();
    try {
      return place === 'here' ? { local: await local() } : { encoded: await ask(place, task, progress) };
    } finally {
      const next = this.waiting.shift();
      if (next) next(place);
      else this.idle.push(place);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private async take(): Promise<Place> {
    const free = this.idle.pop();
    if (free) return free;
    if (this.workers.length < this.size) {
      // A small young generation: the threads' memory counts against the whole, and what they make lives long or not at all.
      const worker = new Worker(this.file, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
      this.workers.push(worker);
      return worker;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

function ask(worker: Worker, task: LayerTask, progress: (bytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const clean = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const onMessage = (answer: LayerAnswer): void => {
      if ('progress' in answer) {
        progress(answer.progress);
        return;
      }
      clean();
      if ('record' in answer) resolve(answer.record);
      else reject(answer.isSourceError ? new SourceError(answer.error) : new Error(answer.error));
    };
    const onError = (error: Error): void => {
      clean();
      reject(new SourceError(`${task.what} could not be read (${error.message})`));
    };
    const onExit = (): void => onError(new Error('its thread ended'));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task);
  });
}
