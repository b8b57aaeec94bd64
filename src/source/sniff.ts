/** What a local file is, told by its first bytes. */
import { open } from 'node:fs/promises';
import { sniffCompression } from '../image/inflate.ts';
import { isZeroBlock, validChecksum } from '../image/tar-fields.ts';

/** `compressed` needs unpacking before more can be told. */
export type FileKind = 'tar' | 'compressed' | 'empty' | 'dockerfile' | 'other';

/** First bytes of a file; fewer where it is shorter. */
export async function headOfFile(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** By magic bytes; a tar header by its checksum, since early archives have no magic. */
export async function sniffFile(path: string): Promise<FileKind> {
  const head = await headOfFile(path, 4096);
  if (head.length === 0) return 'empty';
  if (sniffCompression(head) !== 'none') return 'compressed';
  if (head.length >= 512 && (isZeroBlock(head) || validChecksum(head))) return 'tar';
  return looksLikeDockerfile(head.toString('utf8')) ? 'dockerfile' : 'other';
}

/** Comments, directives and ARG may stand before the first FROM (Dockerfile reference, "FROM"). */
function looksLikeDockerfile(text: string): boolean {
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    const words = line.trimStart();
    if (/^FROM[ \t]+\S/i.test(words)) return true;
    if (words !== '' && !words.startsWith('#') && !/^ARG[ \t]/i.test(words)) return false;
  }
  return false;
}

/** Whether an entry of an archive is a JSON document, by its name or its first bytes. */
export function isDocument(name: string, head: Buffer): boolean {
  if (/(?:^|\/)(?:[^/]*\.json|json|repositories|oci-layout)$/.test(name)) return true;
  const first = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .charAt(0);
  return first === '{' || first === '[';
}

/** Whether an entry may be a layer, by content; an empty file counts where its name says layer, as early Docker wrote them for empty steps. */
export function looksLikeLayer(name: string, head: Buffer): boolean {
  if (head.length === 0) return /(?:^|\/)(?:layer\.tar|[^/]*\.tar)$/.test(name);
  if (sniffCompression(head) !== 'none') return true;
  return head.length >= 512 && (isZeroBlock(head) || validChecksum(head));
}
