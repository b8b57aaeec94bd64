/** Packages of dpkg's databases, and what it moved. */
import type { FactContext } from './context.ts';
import { type DpkgFile, hasFiles } from './dpkg.ts';
import { type DatedPackage, noteRecords, type PackageReader } from './listed.ts';
import { baseName, folderOf } from './text.ts';

/** Packages whose files are, or may be, there. */
export function dpkgReader(context: FactContext): PackageReader {
  return {
    *list() {
      const lists = readLists(context);
      for (const [path, fact] of context.index.live<DpkgFile>('dpkg')) {
        if (fact.data.kind !== 'status') continue;
        const single = baseName(folderOf(path)) === 'status.d';
        noteRecords(context, fact, fact.data);
        for (const row of fact.data.rows) {
          // A status.d file has no Status field: it exists only while its package is installed.
          if (!row.v || !(hasFiles(row) || (single && !row.st))) continue;
          yield {
            type: 'deb',
            name: row.n,
            version: row.v,
            arch: row.a,
            source: row.s,
            sourceVersion: row.sv,
            essential: row.e,
            state: row.st,
            database: path,
            layer: fact.layer,
            paths:
              lists.get(`${row.n}:${row.a}`) ?? lists.get(row.n) ?? (single ? lists.get(baseName(path)) : undefined),
          };
        }
      }
    },
    *history() {
      for (const { layer, data } of context.index.all<DpkgFile>('dpkg')) {
        if (data.kind !== 'status') continue;
        const rows = data.rows.filter((row) => row.st === undefined || row.st === '' || hasFiles(row));
        yield { layer, packages: rows.map((row): DatedPackage => ['deb', row.n, row.v, row.a]) };
      }
    },
  };
}

/** By path: where dpkg-divert moved it, and the package that keeps the path. */
export function readDiversions(context: FactContext): Map<string, [to: string, by: string]> {
  const data = context.index.at<DpkgFile>('dpkg', 'var/lib/dpkg/diversions')?.data;
  return new Map(data?.kind === 'diversions' ? Object.entries(data.from) : []);
}

function readLists(context: FactContext): Map<string, string> {
  const lists = new Map<string, string>();
  for (const { data } of context.index.live<DpkgFile>('dpkg').values()) {
    if (data.kind === 'list') lists.set(data.package, data.paths);
  }
  return lists;
}
