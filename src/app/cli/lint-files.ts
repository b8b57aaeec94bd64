/** The Dockerfiles that a command line names, each with the folder that is its build context. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Dockerfile } from '../../dockerfile/model.ts';
import type { ContextFolders } from '../../source/build-context.ts';
import {
  decodeDockerfile,
  findDockerfiles,
  globDockerfiles,
  readDockerfile,
  readDockerfileStream,
  stagedDockerfiles,
} from '../../source/dockerfile-files.ts';
import type { ContextFact } from '../../types/dockerfile.ts';
import { SourceError } from '../../types.ts';

export interface LintFile {
  /** As it is called in the report. */
  name: string;
  /** Where it lies; absent for standard input that has no place of its own. */
  path?: string;
  /** Standard input, whatever it is called. */
  stdin?: true;
  read(): Promise<string>;
}

/** The Dockerfiles among what is about to be committed, as they are staged. @throws SourceError outside of a work tree. */
export async function stagedFiles(): Promise<LintFile[]> {
  const { stagedContent } = await import('../../source/git.ts');
  return (await stagedDockerfiles()).map((name) => ({
    name,
    path: name,
    read: async () => decodeDockerfile(await stagedContent(name, '.'), name),
  }));
}

/** What each path stands for: a file, the Dockerfiles of a folder, those that a pattern names, or standard input. @throws SourceError */
export async function lintFiles(paths: readonly string[], stdinName: string): Promise<LintFile[]> {
  const out: LintFile[] = [];
  const seen = new Set<string>();
  const add = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    out.push({ name, path: name, read: () => readDockerfile(name) });
  };
  for (const path of paths) {
    if (path === '-') {
      const there = stdinName === 'stdin' ? undefined : stdinName;
      out.push({
        name: stdinName,
        ...(there !== undefined && { path: there }),
        stdin: true,
        read: () => readDockerfileStream(process.stdin, stdinName),
      });
      continue;
    }
    const plain = path.replace(/^dockerfile:/, '');
    const found = await stat(plain).catch(() => undefined);
    if (found?.isDirectory()) {
      const files = await findDockerfiles(plain);
      if (files.length === 0)
        throw new SourceError(`${plain} holds no Dockerfile; name the file where it is called otherwise`);
      for (const file of files) add(file);
    } else if (!found && /[*?[]/.test(plain)) {
      const files = await globDockerfiles(plain);
      if (files.length === 0)
        throw new SourceError(`no file fits ${plain}; quote a pattern so that the shell leaves it alone`);
      for (const file of files) add(file);
    } else add(plain);
  }
  return out;
}

/**
 * The context of one file: the folder that was given, else the Dockerfile's own. Where its sources lie in the current folder
 * instead (`docker build -f docker/Dockerfile .`) that one; where they lie in neither nobody knows, and nothing is said of it.
 */
export async function contextOf(
  folders: ContextFolders,
  model: Dockerfile,
  path: string,
  given: string | undefined,
): Promise<ContextFact | undefined> {
  if (given !== undefined) return folders.read(given, path, model);
  const own = dirname(resolve(path));
  const there = await folders.read(own, path, model);
  if (!there || there.sources.every(({ missing }) => !missing)) return there;
  const current = resolve('.');
  const here = current === own ? undefined : await folders.read(current, path, model);
  return here?.sources.every(({ missing }) => !missing) ? here : undefined;
}
