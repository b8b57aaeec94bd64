/** The packages, with a search. */
import type { ImageReport } from '../../types/report.ts';
import { bytes } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { list, type Place, searchBox, section, table } from './parts.ts';

/** A package as the script gets it, every string neutralised. */
export type PackageRow = [name: string, version: string, type: string, size: string, layer: number, licence: string];

export function inventorySection({ packages, target }: ImageReport, place: Place): Markup | undefined {
  if (target.kind === 'dockerfile') return undefined;
  if (packages.length === 0) return section(place, 'inventory', 'Inventory', h('p', {}, 'No packages are known.'));
  const rows = packages.map(packageRow);
  const inPage = rows.slice(0, place.rows);
  const rest = rows.slice(place.rows);
  const body = h('tbody', { 'data-rows': true }, inPage.map(packageItem));
  const heads: Parameters<typeof table>[1] = [
    ...['Package', 'Version', 'Type'],
    ...(
      [
        ['Size', 'figure'],
        ['Layer', 'figure'],
      ] as const
    ).map((head): [string, 'figure'] => [...head]),
    'Licence',
  ];
  return section(
    place,
    'inventory',
    'Inventory',
    list(`Filter packages${place.of}`, {
      ...{ kind: 'packages', noun: 'package', total: rows.length, inPage: inPage.length },
      controls: [searchBox(`${place.id}-packages`, 'Search packages')],
      rows: table('Packages', heads, body),
      ...(rest.length > 0 && { rest: { rows: rest } }),
    }),
  );
}

function packageRow({ name, version, type, size, layer, licence, dev }: ImageReport['packages'][number]): PackageRow {
  const kind = `${shown(type, 40)}${dev ? ' (development)' : ''}`;
  return [shown(name, 200), shown(version, 200), kind, size > 0 ? bytes(size) : '', layer, shown(licence ?? '', 200)];
}

/** The script's `package` makes the same of the same row. */
function packageItem([name, version, type, size, layer, licence]: PackageRow): Markup {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    h('td', {}, version),
    h('td', {}, type),
    h('td', { class: 'figure' }, size),
    h('td', { class: 'figure' }, layer),
    h('td', {}, licence),
  );
}
