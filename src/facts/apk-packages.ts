/** Packages of apk's installed database. */
import type { ApkFile } from './apk.ts';
import type { FactContext } from './context.ts';
import { type DatedPackage, noteRecords, type PackageReader } from './listed.ts';

/** Packages with a version. */
export function apkReader(context: FactContext): PackageReader {
  return {
    *list() {
      for (const [path, fact] of context.index.live<ApkFile>('apk')) {
        noteRecords(context, fact, fact.data);
        for (const row of fact.data.rows) {
          if (!row.v) continue;
          yield {
            type: 'apk',
            name: row.n,
            version: row.v,
            arch: row.a,
            source: row.o,
            licence: row.l,
            database: path,
            layer: fact.layer,
            paths: row.f,
          };
        }
      }
    },
    *history() {
      for (const { layer, data } of context.index.all<ApkFile>('apk'))
        yield { layer, packages: data.rows.map((row): DatedPackage => ['apk', row.n, row.v, row.a]) };
    },
  };
}
