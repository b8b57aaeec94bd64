/** Chisel's manifest, which stands for dpkg's database in sliced Ubuntu images: JSON lines under zstd (chisel, "Chisel Manifest", "jsonwall"). */
import type { LayerCollector } from '../image/collector.ts';
import { unzstd } from './chisel-zstd.ts';
import type { FactContext } from './context.ts';
import { type DatedPackage, noteDamage, type PackageReader } from './listed.ts';
import { detach, lines, utf8 } from './text.ts';

/** What is kept of the manifest. `f`: owned paths, one a line. */
export interface ChiselFile {
  rows: { n: string; v: string; a: string; f: string }[];
  /** Lines that are none of the format. */
  damaged?: number;
  /** Why nothing could be read: completes "cannot be read: …". */
  unread?: string;
}

/** Where the usual slices generate it. */
export const chiselManifest = 'var/lib/chisel/manifest.wall';

const storedBytes = 8 * 1024 * 1024;
const textBytes = 64 * 1024 * 1024;

/** Keeps packages and owned paths. */
export const chiselCollector: LayerCollector<ChiselFile> = {
  id: 'chisel',
  version: 1,
  wants: ({ path, type }) =>
    type === 'file' && path === chiselManifest ? { kind: 'whole', limit: storedBytes } : undefined,
  take: (_entry, { bytes, truncated }) => {
    if (truncated) return { rows: [], unread: `it is larger than ${storedBytes} bytes` };
    let text: string;
    try {
      text = utf8(unzstd(bytes, textBytes));
    } catch (error) {
      return { rows: [], unread: `its zstd data has ${error instanceof Error ? error.message : String(error)}` };
    }
    return parseManifest(text);
  },
};

/** Packages of the manifest, as the Debian packages that they are slices of. */
export function chiselReader(context: FactContext): PackageReader {
  return {
    *list() {
      const fact = context.index.at<ChiselFile>('chisel', chiselManifest);
      if (!fact) return;
      const { path, layer, data } = fact;
      noteDamage(context, { path, layer }, data);
      for (const { n, v, a, f } of data.rows)
        yield { type: 'deb', name: n, version: v, arch: a, database: path, layer, paths: f };
    },
    *history() {
      for (const { layer, data } of context.index.all<ChiselFile>('chisel'))
        yield { layer, packages: data.rows.map(({ n, v, a }): DatedPackage => ['deb', n, v, a]) };
    },
  };
}

/** Why the manifest that the rootfs shows cannot be read; undefined where it can. */
export function chiselUnread(context: FactContext): string | undefined {
  const fact = context.index.at<ChiselFile>('chisel', chiselManifest);
  return fact ? fact.data.unread : 'it is a link to a place where chisel keeps none';
}

/** A package for each line of that kind; a path belongs to the packages of its slices, named `package_slice`. */
function parseManifest(text: string): ChiselFile {
  const rows = new Map<string, { n: string; v: string; a: string; paths: string[] }>();
  const owned: [name: string, path: string][] = [];
  let damaged = 0;
  let first = true;
  for (const line of lines(text)) {
    const item = parseLine(line);
    if (first && typeof item?.['jsonwall'] !== 'string') return { rows: [], unread: 'it is no manifest of chisel' };
    first = false;
    const { kind, name, version, arch, path, slices } = item ?? {};
    if (!item) damaged++;
    else if (kind === 'package') {
      if (typeof name === 'string' && name && typeof version === 'string' && version) {
        const a = typeof arch === 'string' ? detach(arch.slice(0, 64)) : '';
        rows.set(name, { n: detach(name.slice(0, 256)), v: detach(version.slice(0, 256)), a, paths: [] });
      } else damaged++;
    } else if (kind === 'path' && typeof path === 'string' && Array.isArray(slices) && !path.endsWith('/')) {
      // A path may be of several slices; its first package stands for all.
      const slice = slices[0];
      if (typeof slice === 'string' && path.length <= 4096) owned.push([slice.split('_', 1)[0]!, path]);
    }
  }
  if (first) return { rows: [], unread: 'it is empty' };
  for (const [name, path] of owned) rows.get(name)?.paths.push(path.replace(/^\//, ''));
  return {
    rows: [...rows.values()].map(({ paths, ...row }) => ({ ...row, f: paths.join('\n') })),
    ...(damaged > 0 ? { damaged } : {}),
  };
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
