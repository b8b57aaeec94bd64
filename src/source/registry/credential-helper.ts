import { spawn } from 'node:child_process';

/** What the helper knows of one server. */
export type HelperAnswer =
  | { found: true; username: string; secret: string }
  /** `problem` is set when the helper could not answer; absent = it holds nothing for this server. */
  | { found: false; problem?: string };

const outputLimit = 64 * 1024;

/**
 * Asks `docker-credential-<name> get` for one server (docker-credential-helpers, "Development"). The program is found
 * on PATH and run without a shell; it may print at most 64 KiB. What it printed never enters `problem`.
 */
export function askHelper(
  name: string,
  server: string,
  options: { env: Record<string, string | undefined>; timeoutMs: number; signal: AbortSignal },
): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    return Promise.resolve({
      found: false,
      problem: 'the docker config names a credential helper with an invalid name',
    });
  }
  const program = `docker-credential-${name}`;
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], {
      env: options.env,
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
      // A grandchild may hold the pipe open after the helper is gone.
      child.stdout.destroy();
    };
    const timer = setTimeout(() => stop(`${program} gave no answer in ${options.timeoutMs} ms`), options.timeoutMs);
    const abort = (): void => stop(`${program} was interrupted`);
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > outputLimit) stop(`${program} printed more than ${outputLimit} bytes`);
      else chunks.push(chunk);
    });
    const finish = (answer: HelperAnswer): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', abort);
      resolve(answer);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not on PATH' : `could not be run (${error.code ?? 'error'})`;
      finish({ found: false, problem: problem ?? `${program} ${why}` });
    });
    child.on('close', (code) => {
      finish(problem ? { found: false, problem } : readAnswer(program, code, Buffer.concat(chunks).toString('utf8')));
    });
    // A helper that exits without reading its input breaks the pipe; its exit code says more.
    child.stdin.on('error', () => {});
    child.stdin.end(server);
  });
}

function readAnswer(program: string, code: number | null, output: string): HelperAnswer {
  if (code !== 0) {
    if (/credentials not found|no credentials/i.test(output)) return { found: false };
    return { found: false, problem: `${program} failed with exit code ${code ?? 'none'}` };
  }
  try {
    const answer: unknown = JSON.parse(output);
    if (typeof answer === 'object' && answer !== null && 'Username' in answer && 'Secret' in answer) {
      const { Username: username, Secret: secret } = answer;
      if (typeof username === 'string' && typeof secret === 'string') {
        return username === '' && secret === '' ? { found: false } : { found: true, username, secret };
      }
    }
  } catch {
    // Said below: the output itself may hold a secret.
  }
  return { found: false, problem: `${program} did not answer with JSON that has a Username and a Secret` };
}
