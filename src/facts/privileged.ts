/** Files that give whoever runs them another identity or a capability. */
import type { RootNode } from '../image/rootfs.ts';
import type { PrivilegedFile, RunUser } from '../types/facts.ts';
import type { Fact, FileEntry } from '../types.ts';
import { decodeCapabilities } from './capability.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import type { RootFile } from './packages.ts';

/** Setuid and setgid programs and files with capabilities, with whether the run user can start them. */
export function collectPrivilegedFiles(
  context: FactContext,
  files: readonly RootFile[],
  user: RunUser | undefined,
  ownerOf: (path: string) => string | undefined,
): Fact<PrivilegedFile[]> {
  const value: PrivilegedFile[] = [];
  for (const { node } of files) {
    const { entry } = node;
    const setuid = (entry.mode & 0o4000) !== 0;
    // Without group execute the bit marks mandatory locking (chmod(2)).
    const setgid = (entry.mode & 0o2010) === 0o2010;
    const capabilities = entry.capability === undefined ? [] : capabilitiesOf(context, node, entry.capability);
    if (!setuid && !setgid && capabilities.length === 0) continue;
    const file: PrivilegedFile = {
      path: node.path,
      layer: entry.layer,
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      setuid,
      setgid,
      capabilities,
      reachable: canRun(node, user),
    };
    const owner = ownerOf(node.path);
    if (owner !== undefined) file.package = owner;
    value.push(file);
  }
  return { known: true, value, evidence: value.map(({ path, layer }) => fileEvidence(path, layer)) };
}

/** Execute on the file and search on every folder above it. An unknown user might be anyone. */
export function canRun(node: RootNode, user: RunUser | undefined): boolean {
  if (user?.uid === undefined) return (node.entry.mode & 0o111) !== 0;
  if (user.uid === 0) return (node.entry.mode & 0o111) !== 0;
  if (!may(node.entry, user)) return false;
  for (let folder = node.parent; folder; folder = folder.parent) if (!may(folder.entry, user)) return false;
  return true;
}

/** The execute (or search) bit that applies: the owner's, else the group's, else the others' (path_resolution(7)). */
function may(entry: FileEntry, user: RunUser): boolean {
  if (entry.uid === user.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === user.gid || user.groups.includes(entry.gid)) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

function capabilitiesOf(context: FactContext, node: RootNode, attribute: string): string[] {
  const decoded = decodeCapabilities(attribute);
  if (decoded) return decoded.capabilities;
  context.note({
    part: 'privileged-files',
    level: 'warning',
    layer: node.entry.layer,
    message: `${node.path} has a security.capability attribute of an unknown form`,
  });
  return [];
}
