import { spawn } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findTool } from '../../../scripts/services.mjs';

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string | undefined>;
  input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  cwd?: string;
  /** Milliseconds, after which the process is killed and the call throws. */
  timeout?: number;
}

/** Runs a program to its end and gives back what it said. */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const path = program.includes('/') ? program : (findTool(program) ?? program);
    const child = spawn(path, args, {
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd ? { cwd: options.cwd } : {}),
    });
    const limit = options.timeout ?? 120_000;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(err).toString();
      if (late)
        reject(new Error(`${program} ${args.join(' ')} did not end within ${limit} ms\n${stderr.slice(-2000)}`));
      else resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr });
    });
    child.stdin.on('error', () => {});
    void feed(child.stdin, options.input);
  });
}

/** As `run`, and throws with the program's own words where it fails. Returns standard output. */
export async function must(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  const ran = await run(program, args, options);
  if (ran.code !== 0) {
    throw new Error(`${program} ${args.join(' ')}: exit ${ran.code ?? ran.signal}\n${ran.stderr.slice(-2000)}`);
  }
  return ran.stdout;
}

async function feed(stdin: Writable, input: RunOptions['input']): Promise<void> {
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array) {
    stdin.end(input ?? '');
    return;
  }
  // A program may end before it has read everything.
  await pipeline(Readable.from(input), stdin).catch(() => {});
}
