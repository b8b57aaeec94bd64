/** What Git says of a work tree. Nothing that a repository configures is run. */
import { SourceError } from '../types.ts';

const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];
const mostBytes = 64 << 20;
/** A Dockerfile larger than this is none. */
const mostFileBytes = 4 << 20;

/** Output of a Git command; undefined where there is no Git, the folder is in no work tree, or the command fails. */
export async function git(args: readonly string[], folder: string, most = mostBytes): Promise<Buffer | undefined> {
  return run([...settings, ...args], folder, most);
}

/** Output of a Git command by the repository's own settings, for what asks about them. Only for commands that run nothing. */
export async function gitAsConfigured(args: readonly string[], folder: string): Promise<string | undefined> {
  return (await run(args, folder, 1 << 20))?.toString('utf8');
}

/** Paths of what is about to be committed: added, copied, changed, renamed; from the folder on. @throws SourceError outside of a work tree. */
export async function stagedPaths(folder: string): Promise<string[]> {
  const answer = await git(
    ['diff', '--cached', '--name-only', '--diff-filter=ACMR', '--relative', '--no-ext-diff', '-z', '--', '.'],
    folder,
  );
  if (!answer)
    throw new SourceError(
      '--staged needs a Git work tree, and Git: there is none here; name the files, or go into a repository',
    );
  return answer
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

/** The content of a path as it is about to be committed. @throws SourceError */
export async function stagedContent(path: string, folder: string): Promise<Buffer> {
  const content = await git(['cat-file', 'blob', `:./${path}`], folder, mostFileBytes + 1);
  if (!content || content.length > mostFileBytes)
    throw new SourceError(
      `${path} cannot be read as it is staged; it is gone from the index, or larger than ${mostFileBytes >> 20} MiB`,
    );
  return content;
}

async function run(args: readonly string[], cwd: string, maxBuffer: number): Promise<Buffer | undefined> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    execFile('git', args, { cwd, maxBuffer, timeout: 20_000, encoding: 'buffer' }, (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
  });
}
