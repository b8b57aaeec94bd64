/** Which package owns a path, whatever name of a merged folder the database uses (/bin/x for /usr/bin/x). */
import type { Rootfs } from '../image/rootfs.ts';
import { baseName, folderOf } from './text.ts';

/** Paths of one package, one a line, without leading slash. */
export interface OwnedPaths {
  owner: number;
  /** Package name, to tell whether a diversion is its own. */
  name: string;
  paths: string;
}

/** Owner by rootfs path, and all that is owned by its path with links in parent folders followed. */
export interface Owners {
  (path: string): number | undefined;
  all(): ReadonlyMap<string, number>;
}

/** Builds the look-up when it is first used. `diversions` maps a path to its new place and the package exempt from it. */
export function buildOwners(
  rootfs: Rootfs,
  owned: readonly OwnedPaths[],
  diversions: ReadonlyMap<string, [to: string, by: string]>,
): Owners {
  let map: Map<string, number> | undefined;
  const folders = new Map<string, string>();
  const canonical = (path: string) => {
    const folder = folderOf(path);
    let real = folders.get(folder);
    if (real === undefined) {
      real = rootfs.resolve(folder)?.path ?? folder;
      folders.set(folder, real);
    }
    return real === folder ? path : real === '' ? baseName(path) : `${real}/${baseName(path)}`;
  };
  const build = () => {
    const out = new Map<string, number>();
    for (const { owner, name, paths } of owned) {
      for (const path of paths.split('\n')) {
        const diverted = diversions.size > 0 ? diversions.get(path) : undefined;
        out.set(canonical(diverted && diverted[1] !== name ? diverted[0] : path), owner);
      }
    }
    return out;
  };
  const ownerOf = (path: string): number | undefined => {
    map ??= build();
    const owner = map.get(path);
    if (owner !== undefined) return owner;
    const real = canonical(path);
    return real === path ? undefined : map.get(real);
  };
  return Object.assign(ownerOf, { all: () => (map ??= build()) });
}
