/** The rpm databases of a layer, in each of rpm's formats. */
import type { ContentSink, LayerCollector } from '../../image/collector.ts';
import { baseName, folderOf } from '../text.ts';
import { bdbSink } from './bdb.ts';
import { manifestBytes, readManifest } from './manifest.ts';
import { ndbSink } from './ndb.ts';
import { type RpmRows, rowsOf } from './rows.ts';
import { sqliteSink } from './sqlite.ts';
import type { SqlitePart } from './sqlite-table.ts';
import { walSink } from './wal.ts';

/** What is kept of one file. */
export type RpmFile = RpmRows | SqlitePart;

/** Folders that hold a database, whichever format it has. */
export const rpmFolders = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'] as const;

/** Where distroless images of CBL-Mariner and Azure Linux list their packages. */
export const rpmManifest = 'var/lib/rpmmanifest/container-manifest-2';

/** Files of a database by name; a log goes with its database. */
export const rpmDatabaseNames = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const;

const sinks: Record<string, () => ContentSink> = {
  'rpmdb.sqlite': sqliteSink,
  'rpmdb.sqlite-wal': walSink,
  'Packages.db': ndbSink,
  Packages: bdbSink,
};
const wanted = new Set(rpmFolders.flatMap((folder) => Object.keys(sinks).map((name) => `${folder}/${name}`)));

/** Keeps packages and owned paths. */
export const rpmCollector: LayerCollector<RpmFile> = {
  id: 'rpm',
  version: 2,
  wants: ({ path, type }) => {
    if (type !== 'file') return undefined;
    if (wanted.has(path)) return { kind: 'stream', open: sinks[baseName(path)]! };
    return path === rpmManifest ? { kind: 'whole', limit: manifestBytes } : undefined;
  },
  take: ({ path }, { bytes, truncated }) => {
    if (path === rpmManifest) return readManifest(bytes, truncated);
    // The pass gives no stream of a sparse file.
    return rowsOf([], `it is a sparse file of ${folderOf(path)}`);
  },
};
