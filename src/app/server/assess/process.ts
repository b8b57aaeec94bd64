/** One scan process, from the server's side: what goes wrong in it ends it, and nothing else. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AssessError } from '../types.ts';
import type { Shelf } from './layer-store.ts';
import type { Assessed, AssessSettings, AssessTask, FromProcess, ToProcess } from './protocol.ts';

/** What a scan may take. */
export interface ProcessLimits {
  /** Resident bytes of the process. */
  memoryBytes: number;
  /** ms for one image, all its platforms. */
  timeMs: number;
}

/** An image was not graded, and why. */
export class NotGradedError extends Error {
  readonly why: 'image' | 'passing' | 'missing' | 'fault';

  constructor(message: string, why: NotGradedError['why']) {
    super(message);
    this.why = why;
  }
}

/** How often the memory is looked at, ms. */
const watchMs = 250;
const startMs = 60_000;
/** Where a process is told to stop and does not, ms. */
const graceMs = 2_000;

/**
 * What a scan may know of this process's environment: where credentials of registries, proxies and certificates are.
 * Not the database, and none of the server's own secrets.
 */
const passedOn = [
  ...['PATH', 'HOME', 'USERPROFILE', 'DOCKER_CONFIG', 'REGISTRY_AUTH_FILE', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'TARE_REGISTRY_USERNAME', 'TARE_REGISTRY_PASSWORD'],
  ...['LANG', 'TZ', 'SystemRoot'],
];

export class ScanProcess {
  private next = 1;
  private readonly pending = new Map<number, { resolve(assessed: Assessed): void; reject(error: Error): void }>();
  private killed: AssessError | undefined;
  /** Images graded so far. */
  graded = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly limits: ProcessLimits,
    private readonly shelf: Shelf,
  ) {
    child.on('message', (message) => void this.hear(message as FromProcess));
    child.on('exit', (code, signal) => this.ended(code, signal));
    child.on('error', () => this.end('its process could not be spoken to', false));
    this.watch();
  }

  /** Starts one and waits until it has loaded the rules. @throws AssessError, with the sentence where rules or policy are none. */
  static async start(
    file: string,
    settings: AssessSettings,
    limits: ProcessLimits,
    shelf: Shelf,
    env: Record<string, string | undefined>,
  ): Promise<ScanProcess> {
    const child = fork(file, [], {
      serialization: 'advanced',
      // Half for the heap, half for what lies beside it: buffers, code.
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(limits.memoryBytes / 2 ** 20 / 2))}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    });
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new AssessError('a scan process did not start in a minute', false)),
        startMs,
      );
      timer.unref();
      child.on('message', (message: FromProcess) => {
        if (message.say === 'ready') resolve();
        else if (message.say === 'refused') reject(new AssessError(message.message));
        else return;
        clearTimeout(timer);
      });
      child.once('exit', (code, signal) =>
        reject(new AssessError(`a scan process ended with ${signal ?? code}`, false)),
      );
      child.once('error', (error) =>
        reject(new AssessError(`a scan process could not start: ${error.message}`, false)),
      );
    });
    child.send({ say: 'start', settings } satisfies ToProcess);
    try {
      await ready;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return new ScanProcess(child, limits, shelf);
  }

  get alive(): boolean {
    return this.child.connected && this.killed === undefined;
  }

  /** @throws NotGradedError, AssessError where the process had to be ended, or the signal's reason. */
  async run(task: AssessTask, signal: AbortSignal): Promise<Assessed> {
    signal.throwIfAborted();
    // It has ended already: nobody would answer.
    if (this.killed) throw this.killed;
    const id = this.next++;
    const { timeMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    let kill: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.send({ say: 'stop', id });
      kill = setTimeout(() => this.end('it did not stop when it was told to'), graceMs);
    };
    try {
      return await new Promise<Assessed>((resolve, reject) => {
        this.pending.set(id, { resolve, reject });
        timer = setTimeout(() => this.end(`it took more than ${Math.round(timeMs / 1000)} s`), timeMs);
        signal.addEventListener('abort', stop, { once: true });
        this.send({ say: 'task', id, task });
      });
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      clearTimeout(kill);
      signal.removeEventListener('abort', stop);
      this.pending.delete(id);
      this.graded++;
    }
  }

  /** At once; what it was doing fails with the reason. */
  end(why: string, permanent = true): void {
    this.killed ??= new AssessError(`the scan was ended: ${why}`, permanent);
    this.child.kill('SIGKILL');
  }

  private send(message: ToProcess): void {
    if (this.child.connected) this.child.send(message);
  }

  private async hear(message: FromProcess): Promise<void> {
    switch (message.say) {
      case 'done':
        return this.pending.get(message.id)?.resolve(message.assessed);
      case 'failed':
        return this.pending.get(message.id)?.reject(new NotGradedError(message.message, message.why));
      case 'layer?': {
        // A store that fails costs time, not the scan.
        const body = await this.shelf.get(message.key).catch(() => undefined);
        return this.send({ say: 'layer', ask: message.ask, body });
      }
      case 'layer!':
        return this.shelf.put(message.key, message.body);
    }
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    // The heap's own limit ends it with an abort. Any other end may come from outside, as from a system short of memory.
    if (code === 134 || signal === 'SIGABRT') this.end(this.overMemory());
    else this.end(`its process ended with ${signal ?? code}`, false);
    for (const { reject } of this.pending.values()) reject(this.killed!);
    this.pending.clear();
  }

  private overMemory(): string {
    return `it took more than ${Math.round(this.limits.memoryBytes / 2 ** 20)} MiB of memory`;
  }

  /** V8's own limit holds its heap alone. Where the system does not show what a process takes, that one must do. */
  private watch(): void {
    const timer = setInterval(() => {
      if (!this.alive) return clearInterval(timer);
      const bytes = residentBytes(this.child.pid!);
      if (bytes !== undefined && bytes > this.limits.memoryBytes) this.end(this.overMemory());
    }, watchMs);
    timer.unref();
  }
}

function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
