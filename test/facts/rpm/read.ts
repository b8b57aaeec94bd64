/** Reads a database with the collector itself, in chunks of any size. */
import { rpmCollector } from '../../../src/facts/rpm/collector.ts';
import type { RpmRows } from '../../../src/facts/rpm/rows.ts';
import { joinSqlite } from '../../../src/facts/rpm/sqlite-join.ts';
import type { SqlitePart } from '../../../src/facts/rpm/sqlite-table.ts';
import type { FileEntry } from '../../../src/types.ts';

/** What the collector keeps of one file, after JSON as a cache gives it back. */
export function collect(name: string, bytes: Uint8Array, chunk = 65_536): RpmRows | SqlitePart {
  const entry = { path: `var/lib/rpm/${name}`, type: 'file', size: bytes.length } as FileEntry;
  const want = rpmCollector.wants(entry);
  if (want?.kind !== 'stream') throw new Error(`${name} is not wanted`);
  const sink = want.open(entry);
  for (let at = 0; at < bytes.length; at += chunk) {
    // A copy that is overwritten: chunks are valid during the call only.
    const piece = Buffer.from(bytes.subarray(at, at + chunk));
    sink.write(piece);
    piece.fill(0xee);
  }
  return JSON.parse(JSON.stringify(sink.end()));
}

/** Packages of a database, with its log where it has one. */
export function read(name: string, bytes: Uint8Array, log?: Uint8Array, chunk?: number): RpmRows {
  const found = collect(name, bytes, chunk);
  if (found.kind === 'rows') return found;
  return joinSqlite(found, log && (collect(`${name}-wal`, log, chunk) as SqlitePart));
}
