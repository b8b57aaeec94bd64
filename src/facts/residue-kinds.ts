/** Tells by its path what a file is that was left behind (residue.yaml). */
import { globMatches } from './glob.ts';
import { baseName, folderOf } from './text.ts';

/** What is left behind, by where it lies (residue.yaml). */
export interface ResidueEntry {
  kind: string;
  group: 'cache' | 'docs' | 'build';
  title: string;
  /** Folders from the root, `*` within one part; the last part is written out. */
  paths?: string[];
  /** Last parts of a folder's path. */
  anywhere?: string[];
  /** Folders of which one is further up, with at least one between. */
  below?: string[];
  /** Ends of the file names that are meant; absent = all. */
  extensions?: string[];
  /** File names that are not meant. */
  but?: string[];
  /** Programs by which the container itself uses it. */
  programs?: string[];
  /** False: not in folders and packages of language runtimes. */
  runtimes?: boolean;
}

/** What a file is, and the folder that is all of that kind. */
export interface ResiduePlace {
  entry: ResidueEntry;
  folder: string;
}

/** Tells the kind of a file by its folder and its name; folders are looked at once. */
export interface ResidueKinds {
  of(path: string): ResiduePlace | undefined;
  /** The kind of a whole folder. */
  folder(path: string): ResiduePlace | null;
  /** The kind of a file in a folder of the kind given, or of none. */
  file(path: string, folder: ResiduePlace | null): ResiduePlace | undefined;
}

interface Pattern {
  entry: ResidueEntry;
  parts: string[];
  /** The parts are the whole path. */
  rooted: boolean;
}

/** Folders kept in mind; past it the answer is worked out anew. */
const memoLimit = 200_000;

/** Compiles the kinds. */
export function residueKinds(kinds: readonly ResidueEntry[]): ResidueKinds {
  const byLast = new Map<string, Pattern[]>();
  const byName: ResidueEntry[] = [];
  for (const entry of kinds) {
    const add = (text: string, rooted: boolean) => {
      const parts = text.split('/');
      const last = parts[parts.length - 1]!;
      byLast.set(last, [...(byLast.get(last) ?? []), { entry, parts, rooted }]);
    };
    for (const path of entry.paths ?? []) add(path, true);
    for (const path of entry.anywhere ?? []) add(path, false);
    if (!entry.paths && !entry.anywhere) byName.push(entry);
  }
  const memo = new Map<string, ResiduePlace | null>();
  const folderKind = (folder: string): ResiduePlace | null => {
    if (folder === '') return null;
    const known = memo.get(folder);
    if (known !== undefined) return known;
    const cut = folder.lastIndexOf('/');
    const found = (cut < 0 ? null : folderKind(folder.slice(0, cut))) ?? own(byLast, folder);
    if (memo.size < memoLimit) memo.set(folder, found);
    return found;
  };
  // Nearly all names end otherwise, and are not looked at any further.
  const lastOf = (text: string) => text.charCodeAt(text.length - 1);
  const lasts = new Set(byName.flatMap(({ extensions = [] }) => extensions.map(lastOf)));
  const file = (path: string, whole: ResiduePlace | null): ResiduePlace | undefined => {
    if (whole) return meant(whole.entry, baseName(path)) ? whole : undefined;
    if (!lasts.has(lastOf(path))) return undefined;
    const name = baseName(path);
    const entry = byName.find((one) => meant(one, name) && (!one.below || isBelow(path, one.below)));
    return entry && { entry, folder: shown(folderOf(path), entry.below) };
  };
  return { of: (path) => file(path, folderKind(folderOf(path))), folder: folderKind, file };
}

function own(byLast: ReadonlyMap<string, Pattern[]>, folder: string): ResiduePlace | null {
  const candidates = byLast.get(baseName(folder));
  if (!candidates) return null;
  const parts = folder.split('/');
  const found = candidates.find(
    ({ entry, parts: pattern, rooted }) =>
      (rooted ? parts.length === pattern.length : parts.length >= pattern.length) &&
      pattern.every((part, i) => globMatches(part, parts[parts.length - pattern.length + i]!)) &&
      (!entry.below || isBelow(folder, entry.below)),
  );
  return found ? { entry: found.entry, folder } : null;
}

/** One of the folders is further up, and at least one other lies between. */
function isBelow(path: string, names: readonly string[]): boolean {
  const parts = path.split('/');
  for (let i = 0; i < parts.length - 2; i++) if (names.includes(parts[i]!)) return true;
  return false;
}

function meant({ extensions, but }: ResidueEntry, name: string): boolean {
  if (extensions && !extensions.some((end) => name.endsWith(end) && name.length > end.length)) return false;
  return !but?.some((pattern) => globMatches(pattern, name));
}

/** Files that are told by their name are gathered by the folder that tells most: the one named in `below`, else their own. */
function shown(folder: string, below: readonly string[] | undefined): string {
  if (!below) return folder;
  const parts = folder.split('/');
  const at = parts.findIndex((part) => below.includes(part));
  return at < 0 ? folder : parts.slice(0, at + 1).join('/');
}
