/** The rpm databases that the rootfs shows, and those of each layer. */
import type { FactContext } from '../context.ts';
import type { FactIndex } from '../evidence.ts';
import { type DatedPackage, type ListedPackage, noteDamage, type PackageReader } from '../listed.ts';
import { baseName, folderOf } from '../text.ts';
import { type RpmFile, rpmDatabaseNames, rpmFolders, rpmManifest } from './collector.ts';
import type { RpmRow } from './header.ts';
import { type RpmRows, rowsOf } from './rows.ts';
import { joinSqlite } from './sqlite-join.ts';
import type { SqlitePart } from './sqlite-table.ts';

/** One database. */
export interface RpmDatabase {
  path: string;
  layer: number;
  content: RpmRows;
}

const log = 'rpmdb.sqlite-wal';
/** Every judgement asks for them; joining them once is enough. */
const known = new WeakMap<FactIndex, RpmDatabase[]>();

/** Databases of the squashed rootfs, each once however many names lead to it. */
export function rpmDatabases(context: FactContext): RpmDatabase[] {
  let found = known.get(context.index);
  if (!found) {
    found = findDatabases(context);
    known.set(context.index, found);
  }
  return found;
}

/** Packages of rpm databases. One that two databases list counts once. */
export function rpmReader(context: FactContext): PackageReader {
  return {
    *list() {
      const seen = new Map<string, string>();
      for (const { path, layer, content } of rpmDatabases(context)) {
        noteDamage(context, { path, layer }, content);
        for (const row of content.rows) {
          const key = `${row.n} ${row.v} ${row.a}`;
          // Keys that signatures are checked with are kept as packages that hold nothing.
          if (row.n === 'gpg-pubkey' || (seen.has(key) && seen.get(key) !== path)) continue;
          seen.set(key, path);
          yield listed(row, path, layer);
        }
      }
    },
    *history() {
      const current = new Map<string, SqlitePart>();
      for (const { path, layer, data } of context.index.all<RpmFile>('rpm')) {
        if (data.kind !== 'rows') current.set(path, data);
        const content = data.kind === 'rows' ? data : joined(current, folderOf(path));
        yield { layer, packages: content.rows.map((row): DatedPackage => ['rpm', row.n, row.v, row.a]) };
      }
    },
  };
}

function findDatabases({ image, index }: FactContext): RpmDatabase[] {
  const found = new Map<string, RpmDatabase>();
  const paths = rpmFolders.flatMap((folder) => rpmDatabaseNames.map((name) => `${folder}/${name}`));
  for (const path of [...paths, rpmManifest]) {
    const node = image.rootfs.resolve(path);
    if (node?.entry.type !== 'file' || found.has(node.path)) continue;
    const data = index.at<RpmFile>('rpm', path)?.data;
    let { layer } = node.entry;
    let content: RpmRows;
    if (data?.kind === 'sqlite') {
      const beside = index.at<RpmFile>('rpm', `${folderOf(path)}/${log}`);
      content = joinSqlite(data, beside?.data.kind === 'wal' ? beside.data : undefined);
      layer = Math.max(layer, beside?.layer ?? 0);
    } else content = data?.kind === 'rows' ? data : rowsOf([], `its file ${node.path} is not where rpm keeps one`);
    found.set(node.path, { path: node.path, layer, content });
  }
  return [...found.values()];
}

function joined(current: ReadonlyMap<string, SqlitePart>, folder: string): RpmRows {
  return joinSqlite(current.get(`${folder}/rpmdb.sqlite`), current.get(`${folder}/${log}`));
}

function listed(row: RpmRow, database: string, layer: number): ListedPackage {
  const source = row.s === undefined ? undefined : sourceOf(row.s);
  return {
    type: 'rpm',
    name: row.n,
    version: row.v,
    arch: row.a,
    source: source?.name,
    sourceVersion: source && source.name !== row.n ? source.version : undefined,
    licence: row.l,
    vendor: row.d,
    modularity: row.m,
    database,
    layer,
    paths: row.f,
  };
}

/** `name-version-release.src.rpm`. */
function sourceOf(file: string): { name: string; version: string } | undefined {
  const stem = baseName(file).replace(/\.(?:no)?src\.rpm$/, '');
  const release = stem.lastIndexOf('-');
  const version = stem.lastIndexOf('-', release - 1);
  return version > 0 ? { name: stem.slice(0, version), version: stem.slice(version + 1) } : undefined;
}
