/** Programs that few workloads need, by name, wherever a process or a person would find them. */
import type { RootNode } from '../image/rootfs.ts';
import type { Tool } from '../types/inventory.ts';
import type { Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { globMatches, nameMatcher } from './glob.ts';
import type { PackageEvidence } from './packages.ts';
import { programAt, programFolders } from './programs.ts';
import { baseName } from './text.ts';

/** What belongs to a program beside its own file, where no package owns it (software.yaml, language-package-managers.yaml). */
export interface ToolHome {
  programs: string[];
  /** Name of the nearest folder above the program that is there for it alone. */
  within?: string[];
  /** Files and folders by their path from the program's folder. */
  beside?: string[];
  /** The program is meant only where one of `beside` is there. */
  only?: boolean;
  /** A program beside it that is the runtime: where one package brings both, `beside` is what it could do without. */
  runtime?: string;
}

/** Tools in the fact, and folders that are looked into. */
const toolLimit = 1000;
const folderLimit = 1000;

/** Where tool chains are kept that are not on the PATH. `*` is one folder. */
const moreFolders = [
  'opt/*/bin',
  'opt/*/*/bin',
  'usr/lib/jvm/*/bin',
  'usr/java/*/bin',
  'usr/local/*/bin',
  'usr/share/*/bin',
  'root/.*/bin',
  'home/*/.*/bin',
];

/** Finds them, and weighs what goes with those that no package owns. */
export function collectTools(context: FactContext, evidence: PackageEvidence): Fact<Tool[]> {
  if (context.image.config.platform.os === 'windows') {
    const message = 'Tools, caches and leftovers of builds are not looked for in Windows images.';
    context.note({ part: 'tools', level: 'info', message });
  }
  const { software, 'language-package-managers': managers, shells } = context.data;
  const names = [...software.software, ...managers.families].flatMap(({ programs }) => programs ?? []);
  const isNamed = nameMatcher([{ patterns: names, value: true }]);
  const multicall = new Set(shells.multicall.map(({ name }) => name));
  const homes = [...software.homes, ...managers.homes];
  const homeOf = nameMatcher(homes.map((home) => ({ patterns: home.programs, value: home })));
  const found = new Map<string, { tool: Tool; node: RootNode; roots: RootNode[] }>();
  for (const folder of folders(context)) {
    for (const { path } of folder.children!.values()) {
      const name = baseName(path);
      if (found.size >= toolLimit || !isNamed(name) || found.has(path)) continue;
      const program = programAt(context, path, name, evidence.ownerOf);
      const node = program && context.image.rootfs.resolve(path);
      if (!program || !node) continue;
      const home = homeOf(name);
      const kit = home !== undefined && isKit(node, home, evidence);
      const roots = home && (kit || program.package === undefined) ? rootsOf(context, node, home) : undefined;
      if (home?.only && !roots?.beside) continue;
      const tool: Tool = { ...program, bytes: 0 };
      if (kit) tool.kit = true;
      if (isApplet(node, multicall)) tool.applet = true;
      if (roots?.home) tool.home = roots.home.path;
      found.set(path, { tool, node, roots: roots?.all ?? [] });
    }
  }
  weigh([...found.values()], evidence);
  const value = [...found.values()].map(({ tool }) => tool);
  return { known: true, value, evidence: value.map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** Program folders of the rootfs, each once, links followed. */
function folders(context: FactContext): RootNode[] {
  const out = new Set<RootNode>();
  for (const path of programFolders(context)) {
    const node = context.image.rootfs.resolve(path);
    if (node?.children) out.add(node);
  }
  for (const pattern of moreFolders) {
    for (const node of matching(context.image.rootfs.root, pattern)) if (node.children) out.add(node);
  }
  return [...out].slice(0, folderLimit);
}

/** What a relative path with `*` fits, from a folder on. */
function matching(from: RootNode, pattern: string): RootNode[] {
  let level: RootNode[] = [from];
  for (const part of pattern.split('/')) {
    const next: RootNode[] = [];
    for (const node of level) {
      if (part === '..') next.push(...(node.parent ? [node.parent] : []));
      else if (!part.includes('*')) next.push(...[node.children?.get(part) ?? []].flat());
      else {
        for (const child of node.children?.values() ?? [])
          if (next.length < folderLimit && globMatches(part, baseName(child.path))) next.push(child);
      }
    }
    level = next;
  }
  return level;
}

/** BusyBox and its kin: a link to it, or one of the names of its file. */
function isApplet(node: RootNode, multicall: ReadonlySet<string>): boolean {
  if (multicall.has(baseName(node.path))) return true;
  for (const { path } of node.names ?? []) if (multicall.has(baseName(path))) return true;
  return false;
}

/** One package brings the runtime and what builds for it. */
function isKit(node: RootNode, { runtime }: ToolHome, { ownerIndex }: PackageEvidence): boolean {
  const beside = runtime === undefined ? undefined : node.parent?.children?.get(runtime);
  const owner = ownerIndex(node.path);
  return beside !== undefined && owner !== undefined && ownerIndex(beside.path) === owner;
}

/** The folders and files that are there for a program alone. */
function rootsOf({ image }: FactContext, node: RootNode, { within = [], beside = [] }: ToolHome) {
  let home: RootNode | undefined;
  for (let at = node.parent; at && at !== image.rootfs.root && !home; at = at.parent) {
    const name = baseName(at.path);
    if (within.some((pattern) => globMatches(pattern, name))) home = at;
  }
  const folder = node.parent;
  const more = folder ? beside.flatMap((path) => matching(folder, path)) : [];
  return { home, beside: more.length > 0, all: [...(home ? [home] : []), ...more] };
}

/** Gives each file's bytes to the first tool that it belongs to. */
function weigh(found: readonly { tool: Tool; node: RootNode; roots: RootNode[] }[], { files }: PackageEvidence): void {
  const roots = new Map<RootNode, Tool>();
  for (const { tool, node, roots: own } of found) {
    for (const root of own) if (!roots.has(root)) roots.set(root, tool);
    if (!roots.has(node) && !tool.applet) roots.set(node, tool);
  }
  if (roots.size === 0) return;
  const memo = new Map<RootNode, Tool | undefined>();
  const belongs = (node: RootNode | undefined): Tool | undefined => {
    if (!node) return undefined;
    if (memo.has(node)) return memo.get(node);
    const tool = roots.get(node) ?? belongs(node.parent);
    memo.set(node, tool);
    return tool;
  };
  for (const { node, bytes, owner } of files) {
    if (bytes === 0) continue;
    const tool = roots.get(node) ?? belongs(node.parent);
    // Another package's files go with that package.
    if (tool && (owner === undefined || tool.kit || roots.has(node))) tool.bytes += bytes;
  }
}
