/** What a user may do to an entry: the kernel's own rules (path_resolution(7), "Permissions"; chmod(2)). */
import type { RunUser } from '../../types/facts.ts';
import type { WritablePath } from '../../types/surface.ts';
import type { FileEntry } from '../../types.ts';

/** A process without privilege. */
export interface Identity {
  uid: number;
  gid: number;
  groups: readonly number[];
}

/** Owns nothing and belongs to no group: what it may do, anybody may. */
export const nobody: Identity = { uid: -1, gid: -1, groups: [] };

type How = Exclude<WritablePath['by'], 'parent'>;

/** The run user's ids; undefined where one of them is not known. */
export function identityOf(user: RunUser): Identity | undefined {
  const { uid, gid, groups } = user;
  return uid === undefined || gid === undefined ? undefined : { uid, gid, groups };
}

/** How the user may change an entry. Its owner may whatever the mode says, since an owner changes the mode. */
export function mayChange(entry: FileEntry, who: Identity): How | undefined {
  if (entry.uid === who.uid) return 'own';
  const needed = entry.type === 'directory' ? 3 : 2;
  // The group's bits hold for its members even where others have more.
  if (inGroup(entry, who)) return ((entry.mode >> 3) & needed) === needed ? 'own' : undefined;
  return (entry.mode & needed) === needed ? 'world' : undefined;
}

/** Search on a folder. */
export function maySearch(entry: FileEntry, who: Identity): boolean {
  if (entry.uid === who.uid) return true;
  return (entry.mode & (inGroup(entry, who) ? 0o010 : 0o001)) !== 0;
}

/** Others may not remove or rename in such a folder what is not theirs (chmod(2), "restricted deletion flag"). */
export function isSticky(entry: FileEntry): boolean {
  return (entry.mode & 0o1000) !== 0;
}

function inGroup(entry: FileEntry, who: Identity): boolean {
  return entry.gid === who.gid || who.groups.includes(entry.gid);
}
