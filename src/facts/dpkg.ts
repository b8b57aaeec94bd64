/** dpkg's databases: status, distroless status.d, file lists and diversions (dpkg(1), deb-control(5)). */
import type { LayerCollector } from '../image/collector.ts';
import { baseName, detach, latin1, utf8 } from './text.ts';

/** One stanza. `st` is the Status field where it is not `install ok installed`; `''` where there is none. */
export interface DpkgRow {
  n: string;
  v: string;
  a: string;
  s?: string;
  sv?: string;
  st?: string;
  /** Essential: yes. */
  e?: true;
}

/** What is kept of one file: stanzas, owned paths (one a line, no leading slash), or diversions. */
export type DpkgFile =
  | { kind: 'status'; rows: DpkgRow[]; skipped: number; cut?: true }
  | { kind: 'list'; package: string; paths: string }
  | { kind: 'diversions'; from: Record<string, [to: string, by: string]> };

const root = 'var/lib/dpkg/';
const statusBytes = 16 * 1024 * 1024;
const listBytes = 16 * 1024 * 1024;
const rowLimit = 100_000;

/** Keeps stanzas and owned paths of dpkg's administration folder. */
export const dpkgCollector: LayerCollector<DpkgFile> = {
  id: 'dpkg',
  version: 1,
  wants: ({ path, type }) => {
    if (type !== 'file' || !path.startsWith(root)) return undefined;
    const rest = path.slice(root.length);
    if (rest === 'status' || rest.startsWith('status.d/')) return { kind: 'whole', limit: statusBytes };
    if ((rest.startsWith('info/') && rest.endsWith('.list')) || rest === 'diversions')
      return { kind: 'whole', limit: listBytes };
    return undefined;
  },
  take: ({ path }, content) => {
    const name = baseName(path);
    if (name === 'diversions') return parseDiversions(utf8(content.bytes));
    if (name.endsWith('.list'))
      return { kind: 'list', package: name.slice(0, -5), paths: ownedPaths(utf8(content.bytes)) };
    if (name.endsWith('.md5sums'))
      return { kind: 'list', package: name.slice(0, -8), paths: md5Paths(utf8(content.bytes)) };
    const parsed = parseStatus(latin1(content.bytes));
    return { kind: 'status', ...parsed, ...(content.truncated ? { cut: true as const } : {}) };
  },
};

/**
 * Stanzas with a Package field, in file order, whatever their state. Stanzas without one are counted in `skipped`.
 * Linear; tolerant of missing blank lines, CRLF and text that is no stanza at all.
 */
export function parseStatus(text: string): { rows: DpkgRow[]; skipped: number } {
  const rows: DpkgRow[] = [];
  let skipped = 0;
  let fields: Record<string, string> = Object.create(null);
  let any = false;
  const flush = () => {
    if (any) {
      const row = toRow(fields);
      if (row && rows.length < rowLimit) rows.push(row);
      else skipped++;
    }
    fields = Object.create(null);
    any = false;
  };
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const first = text.charCodeAt(at);
    if (end === at || isBlank(text, at, end)) flush();
    else if (first !== 32 && first !== 9) {
      any = true;
      const name = fieldName(text, at, end);
      if (name) {
        if (name === 'package' && fields['package'] !== undefined) {
          flush();
          any = true;
        }
        fields[name] = text.slice(at + name.length + 1, end).trim();
      }
    }
    at = end + 1;
  }
  flush();
  return { rows, skipped };
}

/** States in which files of the package are on disk, or might be (`dpkg(1)`, "Package states"). */
export function hasFiles(row: DpkgRow): boolean {
  if (row.st === undefined) return true;
  const words = row.st.split(/\s+/);
  return row.st !== '' && words[2] !== 'config-files' && words[2] !== 'not-installed';
}

const kept = new Set(['package', 'version', 'architecture', 'source', 'status', 'essential']);

function fieldName(text: string, at: number, end: number): string | undefined {
  const colon = text.indexOf(':', at);
  if (colon < 0 || colon >= end || colon - at > 12) return undefined;
  const name = text.slice(at, colon).toLowerCase();
  return kept.has(name) ? name : undefined;
}

function isBlank(text: string, at: number, end: number): boolean {
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

function toRow(fields: Record<string, string>): DpkgRow | undefined {
  const name = fields['package'];
  if (!name) return undefined;
  const row: DpkgRow = { n: value(name), v: value(fields['version']), a: value(fields['architecture']) };
  const source = fields['source'];
  if (source) {
    const open = source.indexOf('(');
    const close = source.indexOf(')', open);
    row.s = value((open < 0 ? source : source.slice(0, open)).trim());
    if (open >= 0 && close > open) row.sv = value(source.slice(open + 1, close).trim());
  }
  const status = fields['status'] ?? '';
  if (status !== 'install ok installed') row.st = value(status);
  if (fields['essential']?.toLowerCase() === 'yes') row.e = true;
  return row;
}

function value(text: string | undefined): string {
  return text ? detach(text.slice(0, 256)) : '';
}

/** A .list names folders too, each before what it holds; only the leaves are kept. */
function ownedPaths(text: string): string {
  const out: string[] = [];
  let previous = '';
  for (const line of text.split('\n')) {
    if (previous !== '' && !(line.startsWith(previous) && line.charCodeAt(previous.length) === 47))
      out.push(previous.slice(1));
    previous = line.charCodeAt(0) === 47 && line.length <= 4096 && line !== '/.' ? line : '';
  }
  if (previous !== '') out.push(previous.slice(1));
  return out.join('\n');
}

function md5Paths(text: string): string {
  const out: string[] = [];
  for (const line of text.split('\n'))
    if (line.length > 34 && line.length <= 4130 && line[32] === ' ') out.push(line.slice(34));
  return out.join('\n');
}

/** Three lines each: the path, where it went, and the package that owns the path now (`:` for the administrator). */
function parseDiversions(text: string): DpkgFile {
  const from: [string, [string, string]][] = [];
  const all = text.split('\n');
  for (let i = 0; i + 2 < all.length && from.length < 10_000; i += 3) {
    if (all[i]!.startsWith('/')) from.push([all[i]!.slice(1), [all[i + 1]!.replace(/^\//, ''), all[i + 2]!]]);
  }
  return { kind: 'diversions', from: Object.fromEntries(from) };
}
