/** Software in an image by kind (software.yaml): its packages, and programs that no such package owns. */
import type { Facts, Package } from '../types/facts.ts';
import type { Tool } from '../types/inventory.ts';
import type { Hit } from '../types/rule.ts';
import { atLeastOne } from './hits.ts';
import { type Weighed, weighed } from './weight.ts';
import { wildcard } from './wild.ts';

/** A package, or programs of one name, with the programs by which it is used. */
export interface Present extends Weighed {
  programs: string[];
  /** Rootfs paths of the same, and where they lead. */
  paths: string[];
  /** Names of packages that bring it. */
  packages: string[];
  /** Folder that is there for it alone. */
  home?: string;
  /** How much of the name the program in the evidence bears. */
  named: number;
  /** Only names of a multi-call binary such as BusyBox. */
  applet: boolean;
}

/** What tells a kind of software. */
export interface Known {
  packages: readonly string[];
  except?: readonly string[];
  programs?: readonly string[];
}

/** What is there of a kind. A package none of whose files is left is not; what cannot be read is not seen here. */
export function present({ packages, tools }: Facts, kind: Known): Present[] {
  const found = new Map<string, Present>();
  for (const item of packages.known ? packages.value : []) {
    // A package listed and removed by hand, or by tools that shrink images.
    if (item.size === 0 || item.state !== undefined || !fits(kind, item.name)) continue;
    found.set(item.name, fromPackage(item, found.get(item.name)));
  }
  const byPath = new Map<string, Present>();
  const rest: Tool[] = [];
  for (const tool of tools.known ? tools.value : []) {
    if (!kind.programs?.some((pattern) => wildcard(pattern, tool.name))) continue;
    const owner = tool.package === undefined || tool.applet ? undefined : found.get(tool.package);
    if (owner) addProgram(owner, tool, byPath);
    else rest.push(tool);
  }
  for (const tool of rest) {
    // A name that a package of links or nobody gives to a program that is known already.
    const known = tool.applet ? undefined : byPath.get(tool.home ?? tool.target ?? tool.path);
    if (known) addProgram(known, tool, byPath);
    else {
      const item = fromTool(tool);
      found.set(`/${tool.path}`, item);
      for (const path of [...item.paths, tool.home ?? tool.path]) byPath.set(path, item);
    }
  }
  return [...found.values()];
}

/** One hit for all of it. */
export function presentHit(
  items: readonly Present[],
  more: Partial<Hit> = {},
  data: Record<string, string | number> = {},
): Hit[] {
  const { data: own, evidence } = weighed(items);
  return atLeastOne(evidence) ? [{ variant: 'present', data: { ...own, ...data }, evidence, ...more }] : [];
}

/** The same kind of software without what another list names. */
export function without(kind: Known, other: readonly Known[]): Known {
  const taken = other.flatMap(({ packages }) => packages);
  return { ...kind, packages: kind.packages.filter((pattern) => !taken.some((name) => wildcard(name, pattern))) };
}

function fits({ packages, except }: Known, name: string): boolean {
  return !except?.some((pattern) => wildcard(pattern, name)) && packages.some((pattern) => wildcard(pattern, name));
}

function fromPackage({ name, version, size, layer, database }: Package, twin: Present | undefined): Present {
  // The same name for two architectures, or beside itself.
  if (twin) return { ...twin, bytes: twin.bytes + size };
  return {
    name,
    bytes: size,
    layer,
    evidence: { at: 'file', path: database, layer, note: `package ${name} ${version}` },
    programs: [],
    paths: [],
    packages: [name],
    named: 0,
    applet: false,
  };
}

function fromTool(tool: Tool): Present {
  const { name, path, layer, bytes, package: owner, target, applet = false } = tool;
  const notes = [
    ...(owner === undefined ? [] : [`package ${owner}`]),
    ...(target === undefined ? [] : [`link to ${target}`]),
  ];
  return {
    name,
    bytes,
    layer,
    evidence: { at: 'file', path, layer, ...(notes.length > 0 && { note: notes.join(', ') }) },
    programs: [name],
    paths: pathsOf(tool),
    packages: owner === undefined ? [] : [owner],
    ...(tool.home !== undefined && { home: tool.home }),
    named: name.length,
    applet,
  };
}

/** A program shows where a package is better than the database that lists them all, and best the one that it is named after. */
function addProgram(item: Present, tool: Tool, byPath: Map<string, Present>): void {
  const { evidence } = item;
  const better = item.name.includes(tool.name) ? tool.name.length : 0;
  if (evidence.at === 'file' && (item.programs.length === 0 || better > item.named)) {
    const { note } = evidence;
    item.evidence = { at: 'file', path: tool.path, layer: tool.layer, ...(note !== undefined && { note }) };
    item.named = better;
  }
  if (tool.kit) item.bytes = tool.bytes;
  else if (item.packages.length === 0 || tool.package === undefined) item.bytes += tool.bytes;
  item.programs.push(tool.name);
  item.paths.push(...pathsOf(tool));
  for (const path of pathsOf(tool)) byPath.set(path, item);
}

function pathsOf({ path, target }: Tool): string[] {
  return target === undefined ? [path] : [path, target];
}
