/** What the run user may change, what a read-only root filesystem needs, and the notes on the scan. */
import type { ImageReport } from '../../types/report.ts';
import type { Mount, SurfaceKind, WritablePath } from '../../types/surface.ts';
import { bytes, count, thousands } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { type Place, section, table } from './parts.ts';

export function surfaceSection(report: ImageReport, place: Place): Markup | undefined {
  const { surface, target } = report;
  if (target.kind === 'dockerfile') return undefined;
  const intro = h('p', {}, [runsAs(report), listens(report)].filter(Boolean).join(' '));
  if (!surface)
    return section(place, 'surface', 'Writable surface', intro, h('p', {}, 'What that user may change is not known.'));
  const kinds = (Object.keys(surface.counts) as SurfaceKind[]).filter((kind) => surface.counts[kind].files > 0);
  const spare = surface.spareUser;
  return section(
    place,
    'surface',
    'Writable surface',
    intro,
    surface.everything && h('p', {}, 'That is root: every file of the image is writable.'),
    spare && h('p', {}, `It could run as ${shown(spare.name, 100)} (uid ${spare.uid}, gid ${spare.gid}) instead.`),
    kinds.length === 0
      ? h('p', {}, 'No file is writable.')
      : table(
          'Writable files by kind',
          ['Kind', ['Files', 'figure'], ['Bytes', 'figure']],
          h(
            'tbody',
            {},
            kinds.map((kind) => {
              const { files, bytes: size } = surface.counts[kind];
              return h(
                'tr',
                {},
                h('th', { scope: 'row' }, kind),
                h('td', { class: 'figure' }, thousands(files)),
                h('td', { class: 'figure' }, bytes(size)),
              );
            }),
          ),
        ),
    surface.paths.length > 0 && paths(surface.paths, surface.more),
    surface.mounts.length > 0 && mounts(surface.mounts),
    !surface.mountsComplete && h('p', {}, 'The workload could not be followed, so that a mount may be missing.'),
  );
}

function runsAs({ user }: ImageReport): string {
  if (!user) return 'The run user is not known.';
  const name = user.name ?? user.spec;
  const uid = user.uid === undefined ? '' : `uid ${user.uid}`;
  const who = [shown(name, 100), uid && name ? `(${uid})` : uid].filter(Boolean).join(' ');
  return `Runs as ${who || 'the runtime’s default'}${user.defaulted ? ', because the image names no user' : ''}.`;
}

function listens({ ports }: ImageReport): string {
  if (!ports) return '';
  if (ports.length === 0) return 'Declares no port.';
  const named = ports.slice(0, 20).map(({ spec }) => shown(spec, 40));
  return `Declares ${named.join(', ')}${ports.length > 20 ? ' and more' : ''}.`;
}

const ways = { own: 'by its owner or group', world: 'by everyone', parent: 'through a folder above it' } as const;

function paths(list: readonly WritablePath[], more: number): Markup {
  return h(
    'details',
    {},
    h('summary', {}, `${count(list.length + more, 'writable path')}, the most dangerous first`),
    table(
      `Writable paths${more > 0 ? `; ${thousands(more)} more are left out` : ''}`,
      ['Path', 'Kind', 'Writable', ['Layer', 'figure'], ['Files', 'figure'], ['Bytes', 'figure']],
      h(
        'tbody',
        {},
        list.map(({ path, kind, by, layer, files, bytes: size }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, h('code', {}, shown(`/${path}`, 400))),
            h('td', {}, kind),
            h('td', {}, ways[by]),
            h('td', { class: 'figure' }, layer),
            h('td', { class: 'figure' }, thousands(files)),
            h('td', { class: 'figure' }, bytes(size)),
          ),
        ),
      ),
    ),
  );
}

const needs = { must: 'needed', may: 'may be needed', declared: 'declared as a volume' } as const;

function mounts(list: readonly Mount[]): Markup {
  return table(
    'What a read-only root filesystem needs',
    ['Mount', 'As', 'Need', 'Why', ['Files below', 'figure']],
    h(
      'tbody',
      {},
      list.map(({ path, kind, need, why, files }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('code', {}, shown(`/${path}`, 400))),
          h('td', {}, kind),
          h('td', {}, needs[need]),
          h('td', {}, shown(why)),
          h('td', { class: 'figure' }, thousands(files)),
        ),
      ),
    ),
  );
}

/** What did not go the ordinary way. */
export function notesSection({ status }: ImageReport, place: Place): Markup | undefined {
  if (status.length === 0) return undefined;
  const notes = status.map(({ part, level, message, layer }) =>
    h(
      'li',
      {},
      h('b', {}, level),
      ` ${shown(part, 100)}${layer === undefined ? '' : `, layer ${layer}`}: ${shown(message)}`,
    ),
  );
  return section(place, 'notes', 'Notes on this scan', h('ul', {}, notes));
}
