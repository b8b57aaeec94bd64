/** Files inside archives: ZIP by its directory, tar as it streams, gzip around either; nested to a depth, never past a limit. */
import { gunzipSync } from 'node:zlib';
import { defaultLimits } from '../../image/limits.ts';
import { cleanPath } from '../../image/paths.ts';
import { release } from '../../image/release.ts';
import { TarParser } from '../../image/tar.ts';
import { type ZipEntry, zipContents, zipEntries } from '../zip.ts';
import type { LayerBudget } from './budget.ts';
import { archiveKind, isSkipped } from './files.ts';

/** One file of an archive; `path` is as the archive has it, without `..`. */
export interface Member {
  path: string;
  bytes: Buffer;
}

/** Calls `visit` for each member worth reading; says why where some were left out. */
export function eachMember(
  path: string,
  bytes: Buffer,
  budget: LayerBudget,
  visit: (member: Member) => void,
): string | undefined {
  const kind = kindOf(path, bytes);
  if (kind === undefined) return undefined;
  return kind === 'zip' ? zipMembers(bytes, budget, visit) : tarMembers(kind, bytes, budget, visit);
}

/** By name, held against the first bytes. */
function kindOf(path: string, bytes: Buffer): 'zip' | 'tar' | 'tar.gz' | undefined {
  const kind = archiveKind(path);
  if (kind === 'tar.gz') return bytes[0] === 0x1f && bytes[1] === 0x8b ? kind : undefined;
  if (kind === 'tar') return bytes.length > 512 ? kind : undefined;
  return kind;
}

function zipMembers(bytes: Buffer, budget: LayerBudget, visit: (member: Member) => void): string | undefined {
  const listed = zipEntries(bytes, budget.limits.members);
  if (!listed) return undefined;
  let left = budget.limits.unpackedBytes;
  let problem = listed.cut ? `it has more than ${budget.limits.members} members` : undefined;
  let together: ZipEntry[] = [];
  let size = 0;
  const flush = (): void => {
    const contents = zipContents(bytes, together);
    for (const { entry, content } of contents) visit({ path: entry.path, bytes: content });
    for (const { content } of contents) if (content.buffer !== bytes.buffer) release(content);
    together = [];
    size = 0;
  };
  for (const listedEntry of listed.entries) {
    const entry = { ...listedEntry, path: cleanPath(listedEntry.path).path };
    if (entry.size === 0 || isSkipped(entry.path)) continue;
    const most = archiveKind(entry.path) ? left : budget.limits.memberBytes;
    if (entry.size > most) {
      problem ??= 'some of its members are larger than the limit';
      continue;
    }
    left -= entry.size;
    if (left < 0 || !budget.take('layerUnpacked', entry.size)) {
      problem = 'it unpacks to more than the limit';
      break;
    }
    if (size + entry.size > batchBytes) flush();
    together.push(entry);
    size += entry.size;
  }
  flush();
  return problem;
}

/** Members unpacked in one go, bytes unpacked: as much as the processor keeps at hand. */
const batchBytes = 1 << 20;

function tarMembers(
  kind: 'tar' | 'tar.gz',
  bytes: Buffer,
  budget: LayerBudget,
  visit: (member: Member) => void,
): string | undefined {
  let plain = bytes;
  if (kind === 'tar.gz') {
    const most = Math.min(budget.limits.unpackedBytes, budget.left('layerUnpacked'));
    try {
      // What it says to unpack to (RFC 1952, 2.3.1) is right mostly, and then one piece of memory is enough.
      const said = bytes.readUInt32LE(bytes.length - 4);
      const chunkSize = Math.max(1 << 14, Math.min(most, said) + 1);
      plain = gunzipSync(bytes, { maxOutputLength: Math.max(1, most), chunkSize });
    } catch {
      return 'it is damaged or unpacks to more than the limit';
    }
    budget.take('layerUnpacked', plain.length);
  }
  let problem: string | undefined;
  let current: { path: string; parts: Uint8Array[] } | undefined;
  let members = 0;
  const parser = new TarParser(
    {
      entry(header) {
        current = undefined;
        if (header.type !== 'file' || header.sparse || header.size === 0 || ++members > budget.limits.members)
          return false;
        const { path } = cleanPath(header.name);
        if (isSkipped(path)) return false;
        if (header.size > (archiveKind(path) ? budget.limits.unpackedBytes : budget.limits.memberBytes)) {
          problem ??= 'some of its members are larger than the limit';
          return false;
        }
        current = { path, parts: [] };
        return true;
      },
      data: (chunk) => void current?.parts.push(chunk.slice()),
      entryEnd() {
        if (current) visit({ path: current.path, bytes: Buffer.concat(current.parts) });
        current = undefined;
      },
    },
    defaultLimits,
    'the archive',
  );
  try {
    parser.push(plain);
    parser.end();
  } catch {
    return 'it is damaged';
  } finally {
    if (plain !== bytes) release(plain);
  }
  return problem ?? (members > budget.limits.members ? `it has more than ${budget.limits.members} members` : undefined);
}
