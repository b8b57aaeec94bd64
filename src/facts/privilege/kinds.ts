/** What a writable path is worth to an intruder. */
import type { SurfaceKind } from '../../types/surface.ts';
import type { FactContext } from '../context.ts';
import { prefixMatcher } from '../glob.ts';
import { configuredPath, defaultPath } from '../programs.ts';
import { baseName } from '../text.ts';

/** Most dangerous first. */
export const surfaceKinds: readonly SurfaceKind[] = ['code', 'path', 'library', 'config', 'data', 'temporary'];

/** Symlinks in program folders that are followed; no real image has as many. */
const linkLimit = 20_000;

/** Tells the kind of a file or folder by its rootfs path. */
export interface KindOf {
  file(path: string): SurfaceKind;
  folder(path: string): SurfaceKind;
}

/** `workload` holds rootfs paths of programs and scripts that the container starts; `homes` those of the accounts. */
export function kindsOf(context: FactContext, workload: readonly string[], homes: readonly string[]): KindOf {
  const { codeNames, configNames } = context.data['writable-paths'];
  const executables = context.index.live('executables');
  const started = new Set(workload);
  const { folders, targets } = programPaths(context);
  const home = new Set(homes);
  const placeOf = placeTest(context, home);
  const code = endingTest(codeNames);
  const config = endingTest(configNames);
  // Neighbours share their folder.
  let last = { path: '', kind: placeOf('') };
  const folderKind = (path: string): SurfaceKind | undefined => {
    if (last.path !== path) last = { path, kind: folders.has(path) ? 'path' : placeOf(path) };
    return last.kind;
  };
  return {
    file: (path) => {
      const cut = path.lastIndexOf('/');
      const folder = cut < 0 ? '' : path.slice(0, cut);
      const found = folderKind(folder);
      if (started.has(path)) return 'code';
      if (found === 'path' || targets.has(path)) return 'path';
      if (found === 'temporary' || found === 'data') return found;
      const name = path.slice(cut + 1);
      // A shell's start files and histories.
      if (name.startsWith('.') && home.has(folder)) return 'data';
      if (isLibrary(name)) return 'library';
      if (found) return found;
      if (code(name) || executables.has(path)) return 'code';
      return config(name) ? 'config' : 'data';
    },
    folder: (path) => folderKind(path) ?? 'data',
  };
}

/** The kind that a folder gives to what lies in it; undefined where each file decides. */
function placeTest(context: FactContext, homes: ReadonlySet<string>): (path: string) => SurfaceKind | undefined {
  const { temporary, libraryFolders, libraryNames, dataNames, ownTools, configFolders } =
    context.data['writable-paths'];
  const prefix = prefixMatcher<SurfaceKind>([
    ...temporary.map((path) => ({ prefix: path, value: 'temporary' as const })),
    ...libraryFolders.map((path) => ({ prefix: path, value: 'library' as const })),
    ...configFolders.map((path) => ({ prefix: path, value: 'config' as const })),
  ]);
  const libraries = new Set(libraryNames);
  const data = new Set(dataNames);
  const tools = new Set(ownTools);
  return (path) => {
    const found = path === '' ? undefined : prefix(path);
    if (found === 'temporary') return found;
    let library = false;
    let home = homes.has('');
    for (let start = 0; start >= 0 && path !== ''; ) {
      const end = path.indexOf('/', start);
      const name = end < 0 ? path.slice(start) : path.slice(start, end);
      // Caches, histories, what tools keep for their user: not what the image is there for.
      if (data.has(name) || (home && name.startsWith('.') && !tools.has(name))) return 'data';
      library ||= libraries.has(name);
      home = end > 0 && homes.has(path.slice(0, end));
      start = end < 0 ? -1 : end + 1;
    }
    return library ? 'library' : found;
  };
}

/** Folders of PATH, links followed, and the files elsewhere that links in them lead to. */
function programPaths({ image }: FactContext): { folders: Set<string>; targets: Set<string> } {
  const folders = new Set<string>();
  const targets = new Set<string>();
  const { rootfs, config } = image;
  let links = 0;
  for (const path of new Set([...(configuredPath(config.container.env) ?? []), ...defaultPath])) {
    const node = rootfs.resolve(path);
    if (!node?.children || folders.has(node.path) || node.path === '') continue;
    folders.add(node.path);
    for (const child of node.children.values()) {
      if (child.entry.type !== 'symlink' || ++links > linkLimit) continue;
      const target = rootfs.resolve(child.path);
      if (target?.entry.type === 'file') targets.add(target.path);
    }
  }
  return { folders, targets };
}

/** `libc.so.6`, `module.so`. */
function isLibrary(name: string): boolean {
  const at = name.indexOf('.so');
  return at > 0 && (at + 3 === name.length || name[at + 3] === '.');
}

function endingTest(names: readonly string[]): (name: string) => boolean {
  const whole = new Set(names.filter((name) => !name.startsWith('.')));
  const endings = new Set(names.filter((name) => name.startsWith('.')));
  return (path) => {
    const name = baseName(path).toLowerCase();
    return whole.has(name) || endings.has(name.slice(name.lastIndexOf('.')));
  };
}
