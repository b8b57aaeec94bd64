/** Opens indexes, nested or not, into groups of manifests that are alternatives of one image. */

import type { DigestCheck } from '../types/bytes.ts';
import { type Digest, SourceError, type StatusEntry } from '../types.ts';
import type { Loader } from './document-loader.ts';
import {
  type Descriptor,
  digestOf,
  isAttestation,
  isDigest,
  manifestMediaTypes,
  parseManifestOrIndex,
} from './documents.ts';
import { pastLimit } from './limits.ts';

/** Where the search for images begins. */
export interface SelectionRoot {
  /** Names the medium in messages. */
  name: string;
  /** A manifest or an index. */
  bytes: Uint8Array;
  /** What named the bytes, where something did. */
  descriptor?: Descriptor;
  /** The bytes are an OCI layout's index.json: each of its entries may be an image of its own. */
  layout: boolean;
  /** In a layout: take only the image of this name, digest or `@position`. */
  wanted?: string;
}

/** Alternatives of one image: at most one is taken, or all with `allPlatforms`. */
export interface Group {
  names: string[];
  candidates: Candidate[];
  /** Indexes on the way whose bytes are not what names them. */
  digestChecks?: DigestCheck[];
}
/** A manifest that may be an image’s, unread as far as may be. */
export interface Candidate {
  descriptor: Descriptor;
  annotations: Record<string, string>;
  /** Present where the walk had to read it. */
  bytes?: Uint8Array;
}

/** What the indexes of a medium lead to. */
export interface IndexWalk {
  groups: Group[];
  /** BuildKit attestation manifests and the image manifests that they speak of. */
  attestations: { descriptor: Descriptor; subject: Digest }[];
}

/** @throws SourceError where the root cannot be read, indexes nest too deep, or the wanted name is not there. */
export async function groupsOf(root: SelectionRoot, loader: Loader, status: StatusEntry[]): Promise<IndexWalk> {
  const walk: IndexWalk & Walking = { groups: [], attestations: [], seen: 0, loader, status, root };
  const document = parseManifestOrIndex(
    root.bytes,
    root.layout ? `index.json of ${root.name}` : `the manifest of ${root.name}`,
    loader.context.limits,
  );
  const descriptor = root.descriptor ?? {
    mediaType: document.mediaType,
    digest: digestOf(root.bytes),
    size: root.bytes.byteLength,
    urls: [],
    annotations: {},
  };
  if (document.kind === 'manifest') {
    walk.groups.push({ names: [], candidates: [{ descriptor, annotations: {}, bytes: root.bytes }] });
    return walk;
  }
  if (!root.layout) {
    const group: Group = { names: [], candidates: [] };
    await expand(document.manifests, 1, document.annotations, group, walk);
    walk.groups.push(group);
    return walk;
  }
  const entries = wantedEntries(root, document.manifests);
  for (const [key, members] of alternatives(entries)) {
    const names = members.length === 1 || key.startsWith('name ') ? namesOf(members[0]!) : [];
    const group: Group = { names, candidates: [] };
    await expand(members, 1, document.annotations, group, walk);
    if (group.candidates.length > 0) merge(walk.groups, group);
  }
  return walk;
}

/** Names that an index entry gives: containerd's full one first (image-spec, annotations.md). */
export function namesOf(descriptor: Descriptor): string[] {
  const names = [
    descriptor.annotations['io.containerd.image.name'],
    descriptor.annotations['org.opencontainers.image.ref.name'],
  ];
  return [...new Set(names.filter((name): name is string => Boolean(name)))];
}

interface Walking {
  seen: number;
  loader: Loader;
  status: StatusEntry[];
  root: SelectionRoot;
}

async function expand(
  entries: Descriptor[],
  depth: number,
  annotations: Record<string, string>,
  group: Group,
  walk: IndexWalk & Walking,
): Promise<void> {
  const { loader, root } = walk;
  const { limits } = loader.context;
  if (depth > limits.indexDepth)
    throw pastLimit(`${root.name} nests indexes more than ${limits.indexDepth} deep`, 'indexDepth');
  for (const descriptor of entries) {
    if (++walk.seen > limits.manifests)
      throw pastLimit(`${root.name} names more than ${limits.manifests} manifests in its indexes`, 'manifests');
    const inherited = Object.assign(Object.create(null), annotations, descriptor.annotations);
    const subject = descriptor.annotations['vnd.docker.reference.digest'];
    if (isAttestation(descriptor)) {
      if (isDigest(subject)) walk.attestations.push({ descriptor, subject });
      else
        walk.status.push({
          part: 'index',
          level: 'warning',
          message: `The attestation manifest ${descriptor.digest} in ${root.name} names no image: left out`,
        });
      continue;
    }
    if (leafTypes.has(descriptor.mediaType)) {
      group.candidates.push({ descriptor, annotations: inherited });
      continue;
    }
    await expandUnknown(descriptor, inherited, depth, group, walk);
  }
}

/** An index, or a media type that says nothing: only the bytes tell. */
async function expandUnknown(
  descriptor: Descriptor,
  annotations: Record<string, string>,
  depth: number,
  group: Group,
  walk: IndexWalk & Walking,
): Promise<void> {
  const { loader, root, status } = walk;
  const isIndex = indexTypes.has(descriptor.mediaType);
  const bytes = await loader.load(descriptor, `index ${descriptor.digest}`, 'index', (group.digestChecks ??= []));
  if (!bytes) {
    // Left to the selection, which says what is missing where nothing else serves.
    if (isIndex || descriptor.mediaType === '') group.candidates.push({ descriptor, annotations });
    else
      status.push({
        part: 'index',
        level: 'warning',
        message: `${root.name} names ${descriptor.digest} (${descriptor.mediaType.slice(0, 100)}) but does not hold it: left out`,
      });
    return;
  }
  const what = `${descriptor.digest} of ${root.name}`;
  let document: ReturnType<typeof parseManifestOrIndex>;
  try {
    document = parseManifestOrIndex(bytes, what, loader.context.limits);
  } catch (error) {
    if (isIndex || !(error instanceof SourceError)) throw error;
    status.push({
      part: 'index',
      level: 'warning',
      message: `Left out ${descriptor.mediaType.slice(0, 100)}: ${error.message}`,
    });
    return;
  }
  if (document.kind === 'manifest') group.candidates.push({ descriptor, annotations, bytes });
  else
    await expand(
      document.manifests,
      depth + 1,
      Object.assign(Object.create(null), annotations, document.annotations),
      group,
      walk,
    );
}

const indexTypes = new Set<string>([manifestMediaTypes[0], manifestMediaTypes[2]]);
const leafTypes = new Set<string>([manifestMediaTypes[1], manifestMediaTypes[3]]);

/** Entries of one name, and unnamed ones that differ in platform, are alternatives; any other entry stands alone. */
function alternatives(entries: Descriptor[]): Map<string, Descriptor[]> {
  const groups = new Map<string, Descriptor[]>();
  for (const [position, entry] of entries.entries()) {
    const name = namesOf(entry)[0];
    const grouped = entry.platform !== undefined || isAttestation(entry);
    const key = name ? `name ${name}` : grouped ? 'platforms' : `entry ${position}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

/** An image may go by several names: its group gathers them. */
function merge(groups: Group[], fresh: Group): void {
  const digests = (group: Group): string => group.candidates.map((candidate) => candidate.descriptor.digest).join();
  const same = groups.find((group) => digests(group) === digests(fresh));
  if (same) same.names = [...new Set([...same.names, ...fresh.names])];
  else groups.push(fresh);
}

function wantedEntries(root: SelectionRoot, entries: Descriptor[]): Descriptor[] {
  const { wanted } = root;
  if (wanted === undefined) return entries;
  const position = /^@(\d{1,4})$/.exec(wanted);
  const found = position
    ? entries.slice(Number(position[1]), Number(position[1]) + 1)
    : entries.filter(
        (entry) =>
          entry.digest === wanted || namesOf(entry).some((name) => name === wanted || name.endsWith(`/${wanted}`)),
      );
  if (found.length > 0) return found;
  const there = entries.flatMap(namesOf).slice(0, 20).join(', ');
  throw new SourceError(
    `${root.name} holds no image ${JSON.stringify(wanted)}; ${there ? `it has: ${there}` : 'its images have no names: select one with @0, @1 …'}`,
  );
}
