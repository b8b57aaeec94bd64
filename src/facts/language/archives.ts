/** Archives that are packages, or hold some: Java's, and Python's zipped eggs. */
import type { ContentSink, LayerCollector } from '../../image/collector.ts';
import type { FileEntry } from '../../types.ts';
import { releaseBytes, type SharedBytes, scratchPad, shareBytes } from '../shared-bytes.ts';
import { utf8 } from '../text.ts';
import { zipContents, zipEntries } from '../zip.ts';
import { type ArchiveBudget, isJavaArchive, namedArchive, readJavaArchive } from './java.ts';
import type { Manifest } from './manifest.ts';
import { readMetadata } from './python.ts';

/** Bytes of one archive; unpacked of one archive with all inside it, and of those of one layer. */
export interface ArchiveLimits {
  archive: number;
  unpacked: number;
  layer: number;
}

const limits: ArchiveLimits = { archive: 64 << 20, unpacked: 128 << 20, layer: 512 << 20 };
const metadataBytes = 1 << 20;

/** A collector with bounds of its own. */
export function archivesCollectorWith(most: ArchiveLimits): LayerCollector<Manifest> {
  const left = { layer: most.layer };
  const memory = scratchPad(8 << 20, 1 << 16);
  return {
    id: 'language-archives',
    version: 1,
    begin: () => archivesCollectorWith(most),
    wants: ({ path, type, size }) => {
      if (type !== 'file' || size === 0 || !isArchive(path)) return undefined;
      if (size > most.archive) return { kind: 'header' };
      return {
        kind: 'stream',
        open: (entry) => new ArchiveSink(entry, memory(size), (bytes) => read(path, bytes, most, left)),
      };
    },
    take: ({ path, size }) => (isJavaArchive(path) ? namedArchive(path, size) : { e: 'pypi', cut: true }),
  };
}

/** The collector as every scan uses it. */
export const archivesCollector: LayerCollector<Manifest> = archivesCollectorWith(limits);

function isArchive(path: string): boolean {
  const last = path.charCodeAt(path.length - 1) | 0x20;
  // …r, …i, …g: the last letters of every kind.
  return (last === 0x72 || last === 0x69 || last === 0x67) && (isJavaArchive(path) || isEgg(path));
}

/** Where Python looks for installed packages; elsewhere it is a file like any other. */
function isEgg(path: string): boolean {
  return path.endsWith('.egg') && /(site|dist)-packages\/[^/]+$/.test(path);
}

function read(path: string, bytes: Buffer, most: ArchiveLimits, left: { layer: number }): Manifest | undefined {
  if (path.endsWith('.egg')) return readEgg(bytes);
  const budget: ArchiveBudget = { archive: most.unpacked, layer: left.layer };
  const found = readJavaArchive(path, bytes, budget);
  left.layer = budget.layer;
  return found;
}

/** An egg that was installed as the archive that it came as. */
function readEgg(bytes: Buffer): Manifest | undefined {
  const info = zipEntries(bytes, 20_000)?.entries.find(({ path }) => path === 'EGG-INFO/PKG-INFO');
  if (!info || info.size > metadataBytes) return undefined;
  const [content] = zipContents(bytes, [info]);
  const found = content && readMetadata(utf8(content.content));
  for (const one of found?.p ?? []) one.s = bytes.length;
  return found;
}

class ArchiveSink implements ContentSink {
  private position = 0;

  private readonly shared: SharedBytes;

  constructor(
    private readonly entry: FileEntry,
    memory: Buffer,
    private readonly finish: (bytes: Buffer) => Manifest | undefined,
  ) {
    this.shared = shareBytes(entry, memory);
  }

  write(chunk: Uint8Array): void {
    this.shared.write(chunk, this.position);
    this.position += chunk.length;
  }

  end(): Manifest | undefined {
    releaseBytes(this.entry);
    const bytes = this.shared.bytes();
    return bytes && this.finish(bytes);
  }
}
