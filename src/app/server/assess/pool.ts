/** As many scan processes as images are graded at once; started when they are needed, and replaced when they are worn. */
import { Turns } from '../turns.ts';
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
  private readonly turns: Turns;
  private readonly closing = new AbortController();

  constructor(private readonly options: PoolOptions) {
    this.turns = new Turns(options.size);
  }

  /** Starts one process, so that rules or a policy that make no sense are told at once. @throws AssessError. */
  async check(): Promise<void> {
    this.idle.push(await this.start());
  }

  /** Waits for a free process. @throws NotGradedError, AssessError, or the signal's reason. */
  async run(task: AssessTask, signal: AbortSignal): Promise<Assessed> {
    await this.turns.take(AbortSignal.any([signal, this.closing.signal]));
    let process: ScanProcess | undefined;
    try {
      process = this.take() ?? (await this.start());
      this.busy.add(process);
      if (this.closing.signal.aborted) process.end('the server stops', false);
      return await process.run(task, signal);
    } finally {
      if (process) this.putBack(process);
      this.turns.done();
    }
  }

  /** Ends every process at once. */
  close(): void {
    this.closing.abort(new AssessError('the server stops', false));
    for (const process of [...this.idle, ...this.busy]) process.end('the server stops', false);
  }

  private take(): ScanProcess | undefined {
    for (let process = this.idle.pop(); process; process = this.idle.pop()) if (process.alive) return process;
    return undefined;
  }

  private putBack(process: ScanProcess): void {
    this.busy.delete(process);
    if (process.graded >= wornAfter) process.end('it is worn');
    if (process.alive && !this.closing.signal.aborted) this.idle.push(process);
  }

  private start(): Promise<ScanProcess> {
    const { file, settings, limits, shelf, env } = this.options;
    return ScanProcess.start(file, settings, limits, shelf, env);
  }
}
