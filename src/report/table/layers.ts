/** The layers: what each weighs, what made it, and what it brought. */

import type { ImageReport } from '../../types/report.ts';
import type { LayerInfo } from '../../types.ts';
import { findingsByLayer } from '../counted.ts';
import { bytes, count, instruction } from '../format.ts';
import { cut, glue, hang, type Line, span } from '../text.ts';
import { blank, heading, pad } from './paint.ts';

const layersShown = 40;
const packagesNamed = 3;
const barWidth = 10;
/** Bytes. */
const spokenOf = 1_000_000;

export function layerLines(report: ImageReport, width: number, all: boolean): Line[] {
  const { layers, size, kind } = report.target;
  if (layers.length === 0) return kind === 'dockerfile' ? [] : heading('No layers', '', width);
  const unpacked = layers.reduce((sum, layer) => sum + layer.size, 0);
  const lines: Line[] = [
    ...heading(count(layers.length, 'layer'), `${bytes(unpacked)} unpacked, ${bytes(size)} stored`, width),
    ...wasteLines(report, width),
    blank,
  ];
  const heaviest = layers.reduce((most, layer) => Math.max(most, layer.size), 1);
  const packages = packagesByLayer(report);
  const findings = findingsByLayer(report);
  const shown = all ? layers : layers.slice(0, layersShown);
  for (const layer of shown) {
    const added = addedBy(layer, packages.get(layer.index) ?? [], findings.get(layer.index) ?? 0);
    lines.push(...one(layer, added, heaviest, width));
  }
  if (shown.length < layers.length) {
    lines.push([pad(2), span(`+ ${count(layers.length - shown.length, 'more layer', 'more layers')}`, 'dim')]);
  }
  return lines;
}

/** What dive calls efficiency: nothing is said where nothing to speak of is wasted. */
function wasteLines({ waste }: ImageReport, width: number): Line[] {
  if (!waste || waste.bytes < spokenOf) return [];
  const share = (Math.floor(waste.efficiency * 1000) / 10).toFixed(1);
  return hang([pad(2)], [span(`${bytes(waste.bytes)} wasted: ${share} % efficient`, 'dim')], 2, width);
}

function one(layer: LayerInfo, added: string, heaviest: number, width: number): Line[] {
  const index = String(layer.index).padStart(4);
  const size = bytes(layer.size).padStart(10);
  const made = layer.createdBy ? instruction(layer.createdBy) : '(no history)';
  const lead: Line = [span(index, 'bold'), span(size), pad(2), ...(width < 60 ? [] : bar(layer.size / heaviest))];
  const from = layer.line !== undefined ? `line ${layer.line} · ` : layer.origin === 'base' ? 'base · ' : '';
  const indent = width < 60 ? 16 : 16 + barWidth + 2;
  return [
    ...hang(lead, [span(cut(made, width - indent), 'bold')], indent, width),
    ...hang([], [span(`${from}${added}`, 'dim')], width < 60 ? 6 : indent, width),
  ];
}

function bar(share: number): Line {
  const filled = share > 0 ? Math.max(1, Math.round(share * barWidth)) : 0;
  return [span('█'.repeat(filled), 'cyan'), span('░'.repeat(barWidth - filled), 'dim'), pad(2)];
}

type Inventory = ImageReport['packages'];

function addedBy(layer: LayerInfo, packages: Inventory, findings: number): string {
  const parts = [layer.entries === 0 ? 'nothing' : glue(count(layer.entries, 'entry', 'entries'))];
  if (packages.length > 0) {
    const heaviest = packages.toSorted((a, b) => b.size - a.size).slice(0, packagesNamed);
    const names = heaviest.map(({ name, size }) => glue(size > 0 ? `${name} ${bytes(size)}` : name)).join(', ');
    parts.push(`${glue(count(packages.length, 'package'))}: ${names}${packages.length > packagesNamed ? ', …' : ''}`);
  }
  if (findings > 0) parts.push(glue(count(findings, 'finding')));
  return parts.join(' · ');
}

function packagesByLayer({ packages }: ImageReport): Map<number, Inventory> {
  const byLayer = new Map<number, Inventory>();
  for (const one of packages) {
    const list = byLayer.get(one.layer);
    if (list) list.push(one);
    else byLayer.set(one.layer, [one]);
  }
  return byLayer;
}
