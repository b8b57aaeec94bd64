/** Programs of the user's that are asked one question. What they print is bounded, and so is the time that they get. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env: Record<string, string | undefined>;
  /** What the program reads; without it its input is empty. */
  input?: string;
  timeoutMs: number;
  /** Whole KiB. */
  maxBytes: number;
  signal: AbortSignal;
}

/** How it ended and what it printed, or why there is no answer: a sentence without a subject. */
export type RunResult = { code: number | null; output: string } | { problem: string; missing?: true };

/** Runs a program without a shell, its standard error unread. Never rejects. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, input, timeoutMs, maxBytes, signal }: RunOptions,
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(cwd !== undefined && { cwd }),
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      shell: false,
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let problem: string | undefined;
    const stop = (why: string): void => {
      problem ??= why;
      child.kill('SIGKILL');
      // A grandchild may hold the pipe open after the program is gone.
      child.stdout.destroy();
    };
    const timer = setTimeout(
      () => stop(`gave no answer in ${timeoutMs % 1000 === 0 ? `${timeoutMs / 1000} s` : `${timeoutMs} ms`}`),
      timeoutMs,
    );
    const abort = (): void => stop('was interrupted');
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes)
        stop(`printed more than ${maxBytes < 1 << 20 ? `${maxBytes >> 10} KiB` : `${maxBytes >> 20} MiB`}`);
      else chunks.push(chunk);
    });
    const finish = (result: RunResult): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(result);
    };
    child.on('error', ({ code }: NodeJS.ErrnoException) =>
      finish({
        problem: problem ?? `could not be run (${code ?? 'error'})`,
        ...(code === 'ENOENT' && problem === undefined && { missing: true }),
      }),
    );
    child.on('close', (code) =>
      finish(problem === undefined ? { code, output: Buffer.concat(chunks).toString('utf8') } : { problem }),
    );
    // A program that exits without reading its input breaks the pipe; its exit code says more.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
