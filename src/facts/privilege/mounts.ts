/** What a read-only root filesystem needs beside it: places that must or may be written while the container runs. */
import type { RootNode } from '../../image/rootfs.ts';
import type { RunUser } from '../../types/facts.ts';
import { trimSlashes } from '../../types/names.ts';
import type { Mount, WritablePath } from '../../types/surface.ts';
import type { FactContext } from '../context.ts';
import type { WriteNeed } from '../data.ts';
import { configEvidence, fileEvidence } from '../evidence.ts';
import { globMatches } from '../glob.ts';
import type { KindOf } from './kinds.ts';
import type { Started } from './started.ts';

/** Mounts that are named; more of them are no suggestion any more. */
const mountLimit = 64;
/** Files counted below one mount. */
const countLimit = 10_000;

/** The needs of what is started, by program and kind of workload. */
export function needsOf({ data }: FactContext, { programs, kind }: Started): WriteNeed[] {
  return data['write-needs'].needs.filter(
    (need) =>
      (kind !== undefined && need.kinds?.includes(kind)) ||
      need.programs?.some((pattern) => programs.some((name) => globMatches(pattern, name))),
  );
}

/** Declared volumes, known needs, scratch folders, and what the image gave to its user to write; by path. */
export function mountsOf(
  context: FactContext,
  needs: readonly WriteNeed[],
  writable: readonly WritablePath[],
  user: RunUser & { home?: string },
  kinds: KindOf,
): Mount[] {
  const { rootfs, config } = context.image;
  const found = new Map<string, Mount>();
  const add = (node: RootNode, mount: Pick<Mount, 'kind' | 'why' | 'need'>, evidence?: Mount['evidence']): void => {
    if (found.size >= mountLimit || found.has(node.path) || !isPlace(node)) return;
    const place = evidence ?? fileEvidence(node.path, node.entry.layer);
    found.set(node.path, { path: node.path, ...mount, ...filesBelow(context, node, kinds), evidence: place });
  };
  for (const volume of config.container.volumes.slice(0, mountLimit)) {
    const node = rootfs.resolve(volume);
    const mount = { kind: 'volume', why: 'declared by the image (VOLUME)', need: 'declared' } as const;
    const evidence = configEvidence(`/config/Volumes/${volume.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (node) add(node, mount, evidence);
    else if (isPlain(volume))
      found.set(trimSlashes(volume), { path: trimSlashes(volume), ...mount, files: 0, code: 0, evidence });
  }
  for (const { title, paths } of needs) {
    for (const { path, kind, must, why } of paths) {
      const node = firstFolder(context, path);
      // Logs that lead to standard output are no files.
      if (node && !leadsToDevice(node)) add(node, { kind, why: `${why} (${title})`, need: must ? 'must' : 'may' });
    }
  }
  const tmp = rootfs.resolve('tmp');
  if (tmp?.children) add(tmp, { kind: 'tmpfs', why: 'temporary files', need: 'may' });
  if (user.uid === 0) return sorted(found);
  for (const { path, kind, by, files } of writable) {
    if (by !== 'own' || (kind !== 'data' && kind !== 'temporary')) continue;
    const node = rootfs.lookup(path);
    if (!node?.children || covered(found, path)) continue;
    const why = path === user.home ? "the user's home" : 'a folder of the user';
    add(node, {
      kind: kind === 'temporary' || path === user.home || files === 0 ? 'tmpfs' : 'volume',
      why,
      need: 'may',
    });
  }
  return sorted(found);
}

function firstFolder({ image }: FactContext, paths: readonly string[]): RootNode | undefined {
  const working = trimSlashes(image.config.container.workingDir);
  for (const path of paths) {
    const node = image.rootfs.resolve(path.replace('$WORKDIR', working));
    if (node?.children && node.path !== '') return node;
  }
  return undefined;
}

/** A folder that a mount may lie over: not the root, and none of the system's own. */
function isPlace({ path, children }: RootNode): boolean {
  return (
    children !== undefined && isPlain(path) && !/^(?:bin|sbin|lib|lib64|usr|etc|dev|proc|sys|var|home|opt)$/.test(path)
  );
}

function isPlain(path: string): boolean {
  return trimSlashes(path) !== '' && !path.split('/').includes('..');
}

function leadsToDevice({ children }: RootNode): boolean {
  for (const { entry } of children?.values() ?? [])
    if (entry.type === 'symlink' && /^\/(?:dev|proc)\//.test(entry.linkname ?? '')) return true;
  return false;
}

function filesBelow({ image }: FactContext, folder: RootNode, kinds: KindOf): Pick<Mount, 'files' | 'code'> {
  let files = 0;
  let code = 0;
  for (const { path, entry } of image.rootfs.nodes(folder)) {
    if (entry.type === 'directory') continue;
    const kind = entry.type === 'file' ? kinds.file(path) : 'data';
    if (kind === 'code' || kind === 'path' || kind === 'library') code++;
    if (++files >= countLimit) break;
  }
  return { files, code };
}

function covered(found: ReadonlyMap<string, Mount>, path: string): boolean {
  for (const other of found.keys()) if (path.startsWith(`${other}/`)) return true;
  return false;
}

function sorted(found: ReadonlyMap<string, Mount>): Mount[] {
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
