/** A database and its write-ahead log, put together as SQLite does when it opens them (SQLite, "WAL-mode File Format"). */
import type { RpmRow } from './header.ts';
import { type RpmRows, rowsOf } from './rows.ts';
import { type Cell, outcome, type SqlitePart } from './sqlite-table.ts';

/**
 * Packages of the tree from its first page on, where the log's pages stand before the database's; either file may be
 * missing. A row whose header the log does not hold, as only its neighbours changed, is the database's own.
 */
export function joinSqlite(database: SqlitePart | undefined, log: SqlitePart | undefined): RpmRows {
  const parts: SqlitePart[] = [];
  if (database && database.unread === undefined) parts.push(database);
  // A log that is empty or does not fit changes nothing.
  if (log && log.unread === undefined && (!database?.pageSize || database.pageSize === log.pageSize)) parts.push(log);
  const root = parts.findLast((part) => part.root !== undefined)?.root;
  if (root === undefined) return rowsOf([], database?.unread ?? 'it has no table of packages');

  const nodes = new Map<number, number[] | { part: SqlitePart; cells: Cell[] }>();
  for (const part of parts) {
    for (const [page, children] of part.inner) nodes.set(page, children);
    for (const [page, cells] of part.leaves) nodes.set(page, { part, cells });
  }
  const own = parts.length > 1 ? rowsByPlace(database!) : new Map<string, RpmRow>();
  const rows: RpmRow[] = [];
  let damaged = 0;
  const seen = new Set([root]);
  const stack = [root];
  while (stack.length > 0) {
    const node = nodes.get(stack.pop()!);
    if (!node) damaged++;
    else if (Array.isArray(node)) {
      for (const child of node.toReversed()) {
        if (!seen.has(child)) stack.push(child);
        seen.add(child);
      }
    } else {
      for (const cell of node.cells) {
        const row = cell[3] === outcome.elsewhere ? own.get(placeOf(cell)) : node.part.rows[cell[3]];
        if (row) rows.push(row);
        else damaged++;
      }
    }
  }
  return rowsOf(
    rows,
    undefined,
    damaged,
    parts.some(({ cut }) => cut === true),
  );
}

function rowsByPlace({ leaves, rows }: SqlitePart): Map<string, RpmRow> {
  const out = new Map<string, RpmRow>();
  for (const [, cells] of leaves) for (const cell of cells) if (rows[cell[3]]) out.set(placeOf(cell), rows[cell[3]]!);
  return out;
}

function placeOf([id, size, overflow]: Cell): string {
  return `${id} ${size} ${overflow}`;
}
