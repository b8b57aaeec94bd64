/** pacman's local database: one folder a package, with `desc` and `files` (pacman, lib/libalpm/be_local.c). */
import type { LayerCollector } from '../image/collector.ts';
import type { FactContext } from './context.ts';
import type { DatedPackage, ListedPackage, PackageReader } from './listed.ts';
import { baseName, detach, folderOf, utf8 } from './text.ts';

/** What is kept of one file: the package, undefined where it has no name or version, or its owned paths. */
export type PacmanFile =
  | { kind: 'desc'; row?: { n: string; v: string; a: string; b?: string; l?: string; d?: string }; cut?: true }
  | { kind: 'files'; paths: string };

/** Where the database is; a folder below it for each package. */
export const pacmanFolder = 'var/lib/pacman/local';

const descBytes = 1024 * 1024;
const filesBytes = 16 * 1024 * 1024;

/** Keeps packages and owned paths. */
export const pacmanCollector: LayerCollector<PacmanFile> = {
  id: 'pacman',
  version: 1,
  wants: ({ path, type }) => {
    if (type !== 'file' || !path.startsWith('var/lib/pacman/local/')) return undefined;
    if (path.endsWith('/desc')) return { kind: 'whole', limit: descBytes };
    return path.endsWith('/files') ? { kind: 'whole', limit: filesBytes } : undefined;
  },
  take: ({ path }, content) => {
    const text = utf8(content.bytes);
    if (baseName(path) === 'files') return { kind: 'files', paths: ownedPaths(text) };
    const row = parseDesc(text);
    return { kind: 'desc', ...(row ? { row } : {}), ...(content.truncated ? { cut: true } : {}) };
  },
};

/** Packages of the local database. */
export function pacmanReader(context: FactContext): PackageReader {
  const dated = ({ n, v, a }: { n: string; v: string; a: string }): DatedPackage => ['alpm', n, v, a];
  return {
    *list() {
      const files = context.index.live<PacmanFile>('pacman');
      let damaged = 0;
      for (const [path, { data, layer }] of files) {
        if (data.kind !== 'desc') continue;
        if (!data.row) {
          damaged++;
          continue;
        }
        const owned = files.get(`${folderOf(path)}/files`)?.data;
        const { n, v, a, b, l, d } = data.row;
        yield {
          ...{ type: 'alpm', name: n, version: v, arch: a, source: b, licence: l, vendor: d, database: path, layer },
          paths: owned?.kind === 'files' ? owned.paths : undefined,
        } satisfies ListedPackage;
      }
      if (damaged > 0) {
        const message = `${pacmanFolder} has ${damaged} ${damaged === 1 ? 'package' : 'packages'} without a name or version, left out`;
        context.note({ part: 'packages', level: 'warning', message });
      }
    },
    *history() {
      for (const { layer, data } of context.index.all<PacmanFile>('pacman'))
        if (data.kind === 'desc' && data.row) yield { layer, packages: [dated(data.row)] };
    },
  };
}

/** `%KEY%`, then values, one a line, up to a blank line. */
function parseDesc(text: string): Extract<PacmanFile, { kind: 'desc' }>['row'] {
  const values = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    if (line === '') current = undefined;
    else if (current) current.push(line);
    else if (kept.has(line) && !values.has(line)) values.set(line, (current = []));
    else current = [];
  }
  const value = (key: string, separator = ' ') =>
    detach((values.get(key) ?? []).slice(0, 32).join(separator).trim().slice(0, 512));
  const n = value('%NAME%');
  const v = value('%VERSION%');
  if (!n || !v) return undefined;
  const rest = { b: value('%BASE%'), l: value('%LICENSE%', ' AND '), d: value('%PACKAGER%') };
  return { n, v, a: value('%ARCH%'), ...Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== '')) };
}

const kept = new Set(['%NAME%', '%VERSION%', '%BASE%', '%ARCH%', '%LICENSE%', '%PACKAGER%']);

/** Folders end in a slash; the files' section ends with a blank line. */
function ownedPaths(text: string): string {
  const start = text.startsWith('%FILES%\n') ? 8 : text.indexOf('\n%FILES%\n') + 9;
  if (start < 9 && !text.startsWith('%FILES%\n')) return '';
  const end = text.indexOf('\n\n', start - 1);
  return text
    .slice(start, end < 0 ? text.length : end)
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('/') && line.length <= 4096)
    .join('\n');
}
