/** As many scan processes as images are graded at once; started when they are needed, and replaced when they are worn. */
import { AssessError } from '../types.ts';
import type { Shelf } from './layer-store.ts';
import { type ProcessLimits, ScanProcess } from './process.ts';
import type { Assessed, AssessSettings, AssessTask } from './protocol.ts';

export interface PoolOptions {
  /** The built process, `assess-worker.cjs`. */
  file: string;
  settings: AssessSettings;
  limits: ProcessLimits;
  shelf: Shelf;
  size: number;
  env: Record<string, string | undefined>;
}

/** After so many images a process is replaced, so that nothing that one of them left behind stays for ever. */
const wornAfter = 500;

export class AssessPool {
  private readonly idle: ScanProcess[] = [];
  private readonly busy = new Set<ScanProcess>();
  private readonly queue: (() => void)[] = [];
  private free: number;
  private closed = false;

  constructor(private readonly options: PoolOptions) {
    this.free = options.size;
  }

  /** Starts one process, so that rules or a policy that make no sense are told at once. @throws AssessError. */
  async check(): Promise<void> {
    this.idle.push(await this.start());
  }

  /** Waits for a free process. @throws NotGradedError, AssessError, or the signal's reason. */
  async run(task: AssessTask, signal: AbortSignal): Promise<Assessed> {
    await this.turn(signal);
    let process: ScanProcess | undefined;
    try {
      process = this.take() ?? (await this.start());
      this.busy.add(process);
      if (this.closed) process.end('the server stops', false);
      return await process.run(task, signal);
    } finally {
      if (process) this.putBack(process);
      this.free++;
      this.queue.shift()?.();
    }
  }

  /** Ends every process at once. */
  close(): void {
    this.closed = true;
    for (const process of [...this.idle, ...this.busy]) process.end('the server stops', false);
    for (const next of this.queue.splice(0)) next();
  }

  private async turn(signal: AbortSignal): Promise<void> {
    while (this.free === 0 && !this.closed && !signal.aborted) await this.woken(signal);
    if (signal.aborted && this.free > 0) this.queue.shift()?.();
    signal.throwIfAborted();
    if (this.closed) throw new AssessError('the server stops', false);
    this.free--;
  }

  /** Until a process is free, or whoever waits gives up: then nobody's turn is lost. */
  private woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(wake), 1);
        resolve();
      };
      this.queue.push(wake);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  private take(): ScanProcess | undefined {
    for (let process = this.idle.pop(); process; process = this.idle.pop()) if (process.alive) return process;
    return undefined;
  }

  private putBack(process: ScanProcess): void {
    this.busy.delete(process);
    if (process.graded >= wornAfter) process.end('it is worn');
    if (process.alive && !this.closed) this.idle.push(process);
  }

  private start(): Promise<ScanProcess> {
    const { file, settings, limits, shelf, env } = this.options;
    return ScanProcess.start(file, settings, limits, shelf, env);
  }
}
