/** The inventory for a person: one line for each component, by kind. */
import type { SbomInput } from '../../types/sbom.ts';
import { count, platformName } from '../format.ts';
import { blank, pad, paint } from '../table/paint.ts';
import { cells, cut, type Line, span } from '../text.ts';
import { componentsOf, type SbomComponent } from './components.ts';

const narrowest = 60;
const widest = 200;

/** At most `width` columns; what does not fit is cut, and is whole in the other formats. */
export function renderSbomTable(input: SbomInput, options: { colour: boolean; width: number }): string {
  const width = Math.min(widest, Math.max(narrowest, Math.floor(options.width) || 80));
  const components = componentsOf(input);
  const { image, distro } = input;
  const system = distro && distro.id !== 'scratch' ? distro.prettyName || distro.id : 'no operating system';
  const about = `${platformName(image.platform)} · ${system} · ${count(image.layers.length, 'layer')} · ${count(components.length, 'component')}`;
  const lines: Line[] = [
    blank,
    [pad(2), span(cut(image.name, width - 2), 'bold')],
    [pad(2), span(cut(about, width - 2))],
  ];
  for (const reason of input.missing) lines.push([pad(2), span(cut(reason, width - 2), 'yellow')]);
  for (const type of [...new Set(components.map((component) => component.type))])
    lines.push(
      blank,
      ...section(
        type,
        components.filter((component) => component.type === type),
        width,
      ),
    );
  return paint([...lines, blank], options.colour);
}

function section(type: string, components: readonly SbomComponent[], width: number): Line[] {
  const rows = components.map(({ name, version, licence, places, dev }) => [
    dev ? `${name} (dev)` : name,
    version || '?',
    String(places[0]!.layer),
    licence?.expression ?? '-',
    places.length > 1 ? `${places[0]!.path} + ${places.length - 1}` : places[0]!.path,
  ]);
  const head = [`${type} (${components.length})`, 'version', 'layer', 'licence', 'seen in'];
  const widths = columnWidths([head, ...rows], width - 2);
  const line = (row: readonly string[], bold: boolean): Line => [
    pad(2),
    ...row.map((text, i) => {
      const shown = cut(text, widths[i]!);
      const gap = i === row.length - 1 ? '' : ' '.repeat(widths[i]! - cells(shown) + 2);
      return span(`${shown}${gap}`, ...(bold ? (['bold'] as const) : []));
    }),
  ];
  return [line(head, true), ...rows.map((row) => line(row, false))];
}

/** As wide as the widest cell, within each column's share; the last one takes what is left. */
function columnWidths(rows: readonly string[][], width: number): number[] {
  const most = [0.28, 0.24, 0.06, 0.22].map((share) => Math.max(5, Math.floor(width * share)));
  const widths = most.map((limit, i) =>
    Math.min(
      limit,
      rows.reduce((wide, row) => Math.max(wide, cells(row[i]!)), 0),
    ),
  );
  return [...widths, Math.max(6, width - widths.reduce((sum, one) => sum + one + 2, 0))];
}
