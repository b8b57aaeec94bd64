/** Programs known by name: package managers and shells, wherever a process would find them. */
import type { LayerCollector } from '../image/collector.ts';
import type { RootNode } from '../image/rootfs.ts';
import type { Program } from '../types/facts.ts';
import { trimSlashes } from '../types/names.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { baseName, lines, utf8 } from './text.ts';

/** PATH of a container that sets none (runc, containerd). */
export const defaultPath = ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin'];

/** Keeps the shells that /etc/shells names: a hint where a shell lives outside the program folders. */
export const shellsFileCollector: LayerCollector<{ shells: string[] }> = {
  id: 'shells-file',
  version: 1,
  wants: ({ path, type }) =>
    type === 'file' && path === 'etc/shells' ? { kind: 'whole', limit: 64 * 1024 } : undefined,
  take: (_entry, content) => {
    const shells: string[] = [];
    for (const line of lines(utf8(content.bytes))) {
      const path = line.trim();
      if (path.startsWith('/') && path.length <= 1024 && shells.length < 256) shells.push(path.slice(1));
    }
    return { shells };
  },
};

/** Package managers of the operating system, by family. */
export function collectPackageManagers(
  context: FactContext,
  ownerOf: (path: string) => string | undefined,
): Fact<Program[]> {
  const found: Program[] = [];
  const seen = new Set<string>();
  const folders = programFolders(context);
  for (const { family, programs } of context.data['package-managers'].families) {
    for (const name of programs) {
      for (const folder of folders) {
        const program = programAt(context, `${folder}/${name}`, name, ownerOf);
        if (!program || seen.has(program.path)) continue;
        seen.add(program.path);
        found.push({ ...program, family });
      }
    }
  }
  return asFact(found);
}

/** Shells: by name in the program folders, by /etc/shells, and multi-call programs that hold one unnamed. */
export function collectShells(context: FactContext, ownerOf: (path: string) => string | undefined): Fact<Program[]> {
  const { shells, multicall, notShells } = context.data.shells;
  const found = new Map<string, Program>();
  const add = (path: string, name: string) => {
    const program = programAt(context, path, name, ownerOf);
    if (program && !found.has(program.path)) found.set(program.path, program);
  };
  const folders = programFolders(context);
  for (const folder of folders) for (const { name } of shells) add(`${folder}/${name}`, name);
  const listed = context.index.at<{ shells: string[] }>('shells-file', 'etc/shells')?.data.shells ?? [];
  for (const path of listed) if (!notShells.includes(baseName(path))) add(path, baseName(path));
  for (const folder of folders) {
    for (const { name } of multicall) {
      const program = programAt(context, `${folder}/${name}`, name, ownerOf);
      if (!program || found.has(program.path)) continue;
      const real = program.target ?? program.path;
      // Hardlinked applets name one another as the target; either way round it is the same program.
      const named = [...found.values()].some(
        (other) => (other.target ?? other.path) === real || other.target === program.path,
      );
      if (!named) found.set(program.path, program);
    }
  }
  return asFact([...found.values()]);
}

/** Folders in which programs are looked for: the usual ones and those of the configured PATH. Rootfs paths. */
export function programFolders(context: FactContext): string[] {
  const windows = context.image.config.platform.os === 'windows';
  const usual = windows
    ? [
        'Files/Windows/System32',
        'Files/Windows/System32/WindowsPowerShell/v1.0',
        'Files/Program Files/PowerShell',
        'Files/Program Files/PowerShell/7',
      ]
    : [...defaultPath, 'usr/libexec', 'busybox', 'opt/bin'];
  return [...new Set([...usual, ...(windows ? [] : (configuredPath(context.image.config.container.env) ?? []))])];
}

/** Folders of the PATH that the config sets, in order, without leading slash; undefined where it sets none. */
export function configuredPath(env: readonly string[]): string[] | undefined {
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice(5);
  if (path === undefined) return undefined;
  const folders = path.split(':', 256).filter((folder) => folder.startsWith('/'));
  return folders.map(trimSlashes);
}

/** An executable regular file, reached through whatever links. */
export function isExecutable(node: RootNode | undefined): node is RootNode {
  return node?.entry.type === 'file' && (node.entry.mode & 0o111) !== 0;
}

/** What a process finds at a path: an executable file, links followed. */
export function programAt(
  context: FactContext,
  path: string,
  name: string,
  ownerOf: (path: string) => string | undefined,
): Program | undefined {
  const { rootfs } = context.image;
  const node = rootfs.lookup(path);
  if (!node) return undefined;
  const real = rootfs.resolve(path);
  const windows = context.image.config.platform.os === 'windows';
  if (real?.entry.type !== 'file' || !(windows || isExecutable(real))) return undefined;
  const program: Program = { name, path: node.path, layer: node.entry.layer, size: real.entry.size };
  const target = real.path === node.path ? node.entry.linkname : real.path;
  if (target !== undefined) program.target = target;
  const owner = ownerOf(node.path) ?? ownerOf(real.path);
  if (owner !== undefined) program.package = owner;
  return program;
}

function asFact(programs: Program[]): Fact<Program[]> {
  return { known: true, value: programs, evidence: programs.map(({ path, layer }) => fileEvidence(path, layer)) };
}
