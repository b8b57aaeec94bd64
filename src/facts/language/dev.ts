/** Which installed packages an application needs for development only, by its own lock files and manifests. */
import type { Ecosystem } from '../../types/inventory.ts';
import type { FactContext } from '../context.ts';
import type { LiveFact } from '../evidence.ts';
import { folderOf } from '../text.ts';
import { leadsOut, type Manifest } from './manifest.ts';
import { pythonName } from './python.ts';

/** An installed package, as the question is put. */
export interface Installed {
  type: Ecosystem;
  name: string;
  version: string;
  /** Folder of its manifest. */
  folder: string;
}

/** Answers whether a package is for development only. Where no file says so it is not. */
export function developmentOnly({ image, index }: FactContext): (item: Installed) => boolean {
  const folders = new Set<string>();
  const named = new Set<string>();
  const live = index.live<Manifest>('language-manifests');
  for (const { path, data } of live.values()) {
    const { e, dev } = data;
    if (!dev) continue;
    const home = folderOf(path);
    for (const key of dev.paths ?? []) folders.add(joined(home, key));
    for (const name of dev.names ?? []) named.add(`${e} ${name}`);
    if (dev.graph)
      for (const name of lockedForDevelopment(dev.graph, live.get(inFolder(home, 'Gemfile')))) named.add(name);
  }
  // pnpm and workspaces have links there.
  const direct = new Set([...directForDevelopment(live)].map((path) => image.rootfs.resolve(path)?.path));
  return ({ type, name, version, folder }) => {
    if (type === 'npm') return folders.has(folder) || named.has(`npm ${name}@${version}`) || direct.has(folder);
    return named.has(`${type} ${type === 'pypi' ? pythonName(name) : name}@${version}`);
  };
}

/** Gems that are reached from the Gemfile's groups for development and from no other gem that it names. */
function lockedForDevelopment(graph: readonly string[][], gemfile: LiveFact<Manifest> | undefined): string[] {
  const direct = gemfile?.data.dev?.direct;
  if (!direct) return [];
  const needs = new Map<string, string[]>();
  for (const [name, , ...needed] of graph) {
    const known = needs.get(name!);
    if (known) for (const one of needed) known.push(one);
    else needs.set(name!, needed);
  }
  const run = reached(direct.run, needs);
  const dev = reached(direct.dev, needs);
  return graph.filter(([name]) => dev.has(name!) && !run.has(name!)).map(([name, version]) => `gem ${name}@${version}`);
}

function reached(from: readonly string[], needs: ReadonlyMap<string, string[]>): Set<string> {
  const seen = new Set(from);
  for (const name of seen) for (const next of needs.get(name) ?? []) seen.add(next);
  return seen;
}

/**
 * Where no lock file speaks: folders of what an application's package.json names under devDependencies, unless another
 * manifest of the application, or any package beside it, needs it to run.
 */
function directForDevelopment(live: ReadonlyMap<string, LiveFact<Manifest>>): Set<string> {
  const spoken = new Set<string>();
  for (const { path, data } of live.values())
    if (data.e === 'npm' && data.dev?.paths) {
      const home = folderOf(path);
      spoken.add(home.endsWith('node_modules') ? home : inFolder(home, 'node_modules'));
    }
  const wanted = new Map<string, Set<string>>();
  const needed = new Map<string, Set<string>>();
  for (const { path, data } of live.values()) {
    if (data.e !== 'npm') continue;
    const root = inFolder(folderOf(path), 'node_modules');
    if (data.dev?.direct && !spoken.has(root))
      wanted.set(root, new Set(data.dev.direct.dev.filter((name) => !leadsOut(name))));
  }
  if (wanted.size === 0) return new Set();
  for (const { path, data } of live.values()) {
    if (data.e !== 'npm') continue;
    const list = data.p?.[0]?.r ?? data.dev?.direct?.run;
    if (!list) continue;
    // Whatever lies anywhere below an application may find its packages.
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const root = inFolder(folder, 'node_modules');
      if (wanted.has(root)) add(needed, root, list);
      if (folder === '') break;
    }
  }
  const out = new Set<string>();
  for (const [root, names] of wanted)
    for (const name of names) if (!needed.get(root)?.has(name)) out.add(`${root}/${name}`);
  return out;
}

function add(map: Map<string, Set<string>>, key: string, names: readonly string[]): void {
  const set = map.get(key) ?? new Set<string>();
  for (const name of names) set.add(name);
  map.set(key, set);
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** A path of a lock file, from its folder; `../` leads up once. */
function joined(folder: string, key: string): string {
  return key.startsWith('../') ? inFolder(folderOf(folder), key.slice(3)) : inFolder(folder, key);
}
