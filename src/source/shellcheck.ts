/** ShellCheck as a program of the user's: asked about scripts, its answer read like any input from outside. */
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ShellRemark } from '../types/dockerfile.ts';

/** What came of one question. */
export interface ShellcheckAnswer {
  /** By script, in the order in which they were handed over. */
  remarks: ShellRemark[][];
  /** Why there is no answer, or not all of it: one sentence without a subject. */
  problem?: string;
}

const mostMs = 15_000;
const mostBytes = 8 << 20;
/** Of one script. */
const mostRemarks = 500;
const longestMessage = 500;

/** Its path. Folders of PATH that depend on the current one are passed over: what lies in a repository is not run. */
export async function findShellcheck(env: Record<string, string | undefined>): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'shellcheck.exe' : 'shellcheck';
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/**
 * Asks about all scripts in one process, which sees copies of them in a folder of their own and neither the user's settings nor
 * what the scripts would source. Never throws: without an answer there is a problem.
 */
export async function askShellcheck(
  program: string,
  scripts: readonly string[],
  { env, signal }: { env: Record<string, string | undefined>; signal: AbortSignal },
): Promise<ShellcheckAnswer> {
  let folder: string | undefined;
  try {
    const own = await mkdtemp(join(tmpdir(), 'tare-shell-'));
    folder = own;
    const names = scripts.map((_, at) => `${at}.sh`);
    await Promise.all(names.map((name, at) => writeFile(join(own, name), scripts[at]!, { mode: 0o600 })));
    const { runProgram } = await import('./run-program.ts');
    const { PATH, SystemRoot } = env;
    const result = await runProgram(program, ['--norc', '--format=json1', ...names], {
      cwd: own,
      // Its own variables would change its answer; the locale makes it one in UTF-8.
      env: { LC_ALL: 'C.UTF-8', ...(PATH && { PATH }), ...(SystemRoot && { SystemRoot }) },
      timeoutMs: mostMs,
      maxBytes: mostBytes,
      signal,
    });
    if ('problem' in result) return { remarks: [], problem: result.problem };
    // 0: no remark, 1: some, 2: some file could not be read; the others are usage errors.
    if (result.code === null || result.code > 2) return { remarks: [], problem: failed(result.code) };
    return readAnswer(result.output, names);
  } catch (error) {
    return { remarks: [], problem: `could not be asked (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function failed(code: number | null): string {
  return code === 3 || code === 4 ? 'is older than 0.7.1, which is needed' : `ended with code ${code ?? 'none'}`;
}

function readAnswer(text: string, names: readonly string[]): ShellcheckAnswer {
  const remarks = names.map((): ShellRemark[] => []);
  let comments: unknown;
  try {
    comments = (JSON.parse(text) as { comments?: unknown } | null)?.comments;
  } catch {
    // Said below.
  }
  if (!Array.isArray(comments)) return { remarks: [], problem: 'did not answer with JSON that has comments' };
  const positions = new Map<unknown, number>(names.map((name, at) => [name, at]));
  let problem: string | undefined;
  for (const comment of comments as unknown[]) {
    const remark = readRemark(comment);
    const at = positions.get((comment as { file?: unknown } | null)?.file);
    if (!remark || at === undefined) return { remarks: [], problem: 'answered with a remark that is none' };
    if (remarks[at]!.length < mostRemarks) remarks[at]!.push(remark);
    else problem = `has more than ${mostRemarks} remarks on one script`;
  }
  return problem === undefined ? { remarks } : { remarks, problem };
}

const levels: readonly unknown[] = ['error', 'warning', 'info', 'style'] satisfies ShellRemark['level'][];

function readRemark(comment: unknown): ShellRemark | undefined {
  if (comment === null || typeof comment !== 'object') return undefined;
  const { line, column, endLine, endColumn, code, level, message } = comment as Record<string, unknown>;
  const places = [line, column, endLine, endColumn];
  if (!places.every((place) => Number.isSafeInteger(place) && (place as number) >= 1)) return undefined;
  if (!Number.isSafeInteger(code) || (code as number) < 1000 || (code as number) > 9999) return undefined;
  if (!levels.includes(level) || typeof message !== 'string') return undefined;
  const clipped = message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message;
  return { line, column, endLine, endColumn, code, level, message: clipped } as ShellRemark;
}
