/** An uncompressed archive on disk: its headers are read, its layers stay where they are. */
import { open } from 'node:fs/promises';
import { documentTooLong } from '../image/documents.ts';
import type { LayerContent, SourceContext } from '../image/model.ts';
import { SourceError, type StatusEntry } from '../types.ts';
import { archiveEntries } from './archive-tar.ts';
import { FileReader } from './byte-reader.ts';
import { type Medium, NameTable } from './medium.ts';

interface Span {
  offset: number;
  length: number;
}

/** Indexes the archive by its headers, seeking over content. @throws SourceError where it is damaged. */
export async function openArchiveFile(
  path: string,
  name: string,
  context: Pick<SourceContext, 'limits' | 'signal'>,
): Promise<Medium> {
  const status: StatusEntry[] = [];
  const table = new NameTable<Span>();
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for await (const entry of archiveEntries(new FileReader(file, size), context.limits, name, status)) {
      context.signal.throwIfAborted();
      if (entry.type === 'file') table.add(entry.name, { offset: entry.offset, length: entry.size });
      else table.addLink(entry.name, entry.linkname, entry.type === 'symlink');
    }
  } finally {
    await file.close();
  }
  const read = async (span: Span, what: string): Promise<Buffer> => {
    if (span.length > context.limits.documentBytes)
      throw documentTooLong(`${what} in ${name}`, span.length, context.limits);
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(span.length);
      const { bytesRead } = await handle.read(buffer, 0, span.length, span.offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  };
  return {
    name,
    status,
    names: () => table.names(),
    has: (wanted) => table.get(wanted) !== undefined,
    async document(wanted) {
      const span = table.get(wanted);
      if (!span) return undefined;
      const bytes = await read(span, wanted);
      for (const old of table.replaced(wanted)) {
        if (old.length !== span.length || !bytes.equals(await read(old, wanted))) throw twice(name, wanted);
      }
      return bytes;
    },
    layer(wanted): LayerContent | undefined {
      const span = table.get(wanted);
      if (!span) return undefined;
      noteReplaced(table.replaced(wanted).length, name, wanted, status);
      return { from: 'file', path, ...span };
    },
  };
}

/** Docker reads the last entry of a name, skopeo the first: what is judged must be what runs. */
export function twice(archive: string, name: string): SourceError {
  return new SourceError(
    `${archive} holds ${name} more than once with different content, and tools disagree which one counts; save the image again`,
  );
}

/** Says that a layer was there before under the same name. */
export function noteReplaced(times: number, archive: string, name: string, status: StatusEntry[]): void {
  if (times === 0) return;
  const message = `${archive} holds ${name} more than once; the last one is read, as Docker does`;
  if (!status.some((entry) => entry.message === message)) status.push({ part: 'archive', level: 'warning', message });
}
