/** opkg's database, of OpenWrt and Yocto: a status file as dpkg's, and a file list for each package (opkg, libopkg/pkg.c). */
import type { LayerCollector } from '../image/collector.ts';
import type { FactContext } from './context.ts';
import { type DpkgRow, hasFiles, parseStatus } from './dpkg.ts';
import { type DatedPackage, noteRecords, type PackageReader } from './listed.ts';
import { baseName, folderOf, latin1, utf8 } from './text.ts';

/** What is kept of one file: stanzas, or owned paths. */
export type OpkgFile =
  | { kind: 'status'; rows: DpkgRow[]; skipped: number; cut?: true }
  | { kind: 'list'; paths: string };

/** Where status files are; lists lie in `info` beside. */
export const opkgFiles = ['usr/lib/opkg/status', 'var/lib/opkg/status'] as const;

const fileBytes = 16 * 1024 * 1024;

/** Keeps packages and owned paths. */
export const opkgCollector: LayerCollector<OpkgFile> = {
  id: 'opkg',
  version: 1,
  wants: ({ path, type }) => {
    if (type !== 'file' || !(path.startsWith('usr/lib/opkg/') || path.startsWith('var/lib/opkg/'))) return undefined;
    const rest = path.slice(13);
    return rest === 'status' || (rest.startsWith('info/') && rest.endsWith('.list'))
      ? { kind: 'whole', limit: fileBytes }
      : undefined;
  },
  take: ({ path }, content) => {
    if (baseName(path) !== 'status') return { kind: 'list', paths: ownedPaths(utf8(content.bytes)) };
    const parsed = parseStatus(latin1(content.bytes));
    return { kind: 'status', ...parsed, ...(content.truncated ? { cut: true } : {}) };
  },
};

/** Packages whose files are, or may be, there. */
export function opkgReader(context: FactContext): PackageReader {
  return {
    *list() {
      const files = context.index.live<OpkgFile>('opkg');
      for (const [path, fact] of files) {
        const { data, layer } = fact;
        if (data.kind !== 'status') continue;
        noteRecords(context, fact, data);
        for (const row of data.rows) {
          if (!row.v || !hasFiles(row)) continue;
          const owned = files.get(`${folderOf(path)}/info/${row.n}.list`)?.data;
          yield {
            type: 'opkg',
            name: row.n,
            version: row.v,
            arch: row.a,
            source: row.s,
            sourceVersion: row.sv,
            essential: row.e,
            // `install user installed` is installed too: the second word is only how that came about.
            state: row.st?.endsWith(' installed') ? undefined : row.st,
            database: path,
            layer,
            paths: owned?.kind === 'list' ? owned.paths : undefined,
          };
        }
      }
    },
    *history() {
      for (const { layer, data } of context.index.all<OpkgFile>('opkg')) {
        if (data.kind !== 'status') continue;
        yield { layer, packages: data.rows.filter(hasFiles).map((row): DatedPackage => ['opkg', row.n, row.v, row.a]) };
      }
    },
  };
}

/** A path a line, in later versions with its mode and target behind tabs. */
function ownedPaths(text: string): string {
  const out: string[] = [];
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t');
    const path = (tab < 0 ? line : line.slice(0, tab)).replace(/^\.?\//, '').trimEnd();
    if (path !== '' && path.length <= 4096 && !path.endsWith('/')) out.push(path);
  }
  return out.join('\n');
}
