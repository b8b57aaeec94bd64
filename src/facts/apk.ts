/** apk's installed database (apk-tools, database(5) "installed": one letter, a colon, a value; a blank line ends a package). */
import type { LayerCollector } from '../image/collector.ts';
import { detach, utf8 } from './text.ts';

/** One package. `f`: owned paths, one a line. */
export interface ApkRow {
  n: string;
  v: string;
  a: string;
  /** Origin: the source package. */
  o?: string;
  l?: string;
  f: string;
}

/** One database. */
export interface ApkFile {
  rows: ApkRow[];
  /** Records without a name. */
  skipped: number;
  cut?: true;
}

const databaseBytes = 64 * 1024 * 1024;
const rowLimit = 100_000;

/** Keeps packages and owned paths. */
export const apkCollector: LayerCollector<ApkFile> = {
  id: 'apk',
  version: 1,
  wants: ({ path, type }) =>
    type === 'file' && (path === 'lib/apk/db/installed' || path === 'usr/lib/apk/db/installed')
      ? { kind: 'whole', limit: databaseBytes }
      : undefined,
  take: (_entry, content) => {
    const parsed = parseInstalled(utf8(content.bytes));
    return content.truncated ? { ...parsed, cut: true } : parsed;
  },
};

/** Records with a name, in file order, even where the version is missing. Linear; lines that are none are passed over. */
export function parseInstalled(text: string): ApkFile {
  const rows: ApkRow[] = [];
  let skipped = 0;
  let row: ApkRow = { n: '', v: '', a: '', f: '' };
  let any = false;
  let folder = '';
  let files: string[] = [];
  const flush = () => {
    if (row.n && rows.length < rowLimit) {
      row.f = detach(files.join('\n'));
      rows.push(row);
    } else if (any) skipped++;
    row = { n: '', v: '', a: '', f: '' };
    any = false;
    folder = '';
    files = [];
  };
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const stop = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (stop === at) flush();
    else if (text.charCodeAt(at + 1) === 58) {
      any = true;
      switch (text[at]) {
        case 'P':
          if (row.n) flush();
          row.n = field(text, at, stop);
          break;
        case 'V':
          row.v = field(text, at, stop);
          break;
        case 'A':
          row.a = field(text, at, stop);
          break;
        case 'o':
          row.o = field(text, at, stop);
          break;
        case 'L':
          row.l = field(text, at, stop);
          break;
        case 'F':
          folder = stop - at > 4096 ? '' : text.slice(at + 2, stop);
          break;
        case 'R':
          if (stop - at <= 4096)
            files.push(folder ? `${folder}/${text.slice(at + 2, stop)}` : text.slice(at + 2, stop));
          break;
      }
    } else any = true;
    at = end + 1;
  }
  flush();
  return { rows, skipped };
}

function field(text: string, at: number, end: number): string {
  return detach(text.slice(at + 2, Math.min(end, at + 514)).trim());
}
