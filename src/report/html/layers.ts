/** The layers in the order in which they were made. */
import type { ImageReport } from '../../types/report.ts';
import type { LayerInfo } from '../../types.ts';
import { findingsByLayer, groupedBy } from '../counted.ts';
import { bytes, count, instruction, thousands } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { bar, type Place, section, table } from './parts.ts';

const packagesNamed = 3;

export function layersSection(report: ImageReport, place: Place): Markup | undefined {
  const { layers, kind } = report.target;
  if (kind === 'dockerfile' || layers.length === 0) return undefined;
  const heaviest = layers.reduce((most, { size }) => Math.max(most, size), 1);
  const packages = groupedBy(report.packages, ({ layer }) => layer);
  const findings = findingsByLayer(report);
  const rows = layers.map((layer) =>
    row(layer, heaviest, addedBy(packages.get(layer.index) ?? [], findings.get(layer.index) ?? 0)),
  );
  return section(
    place,
    'layers',
    'Timeline of layers',
    table(
      'Layers, the lowest first',
      [
        ['Layer', 'figure'],
        'Made by',
        ['Size', 'figure'],
        'Share of the heaviest',
        ['Stored', 'figure'],
        ['Entries', 'figure'],
      ],
      h('tbody', {}, rows),
    ),
  );
}

function row(layer: LayerInfo, heaviest: number, added: string): Markup {
  const { index, size, storedSize, entries, createdBy, line, origin } = layer;
  const from = line !== undefined ? `line ${line}` : origin === 'base' ? 'base' : '';
  const notes = [from, added].filter((part) => part !== '').join(' · ');
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'figure' }, index),
    h(
      'td',
      {},
      createdBy ? h('code', {}, shown(instruction(createdBy))) : 'no history',
      notes !== '' && h('div', { class: 'soft' }, notes),
    ),
    h('td', { class: 'figure' }, bytes(size)),
    h('td', {}, bar(size / heaviest, 'plain')),
    h('td', { class: 'figure' }, bytes(storedSize)),
    h('td', { class: 'figure' }, thousands(entries)),
  );
}

function addedBy(packages: ImageReport['packages'], findings: number): string {
  const heaviest = packages.toSorted((a, b) => b.size - a.size).slice(0, packagesNamed);
  const names = heaviest.map(({ name, size }) => shown(size > 0 ? `${name} ${bytes(size)}` : name, 200)).join(', ');
  const more = packages.length > packagesNamed ? ', …' : '';
  const parts = [
    ...(packages.length > 0 ? [`${count(packages.length, 'package')}: ${names}${more}`] : []),
    ...(findings > 0 ? [count(findings, 'finding')] : []),
  ];
  return parts.join(' · ');
}
