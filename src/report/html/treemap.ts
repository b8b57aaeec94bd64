/** The picture of what weighs what, laid out here: the page draws nothing by itself. */
import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import type { ImageReport } from '../../types/report.ts';
import { bytes, instruction } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { type Place, section } from './parts.ts';
import { type Kind, type LayerWeight, sums, type Weight, weigh } from './weigh.ts';

const width = 1000;
const height = 440;
/** Columns that a character of the labels takes at most. */
const letter = 7;

type Node = { children: LayerWeight[] } | LayerWeight | Weight;

export function treemapSection(report: ImageReport, place: Place): Markup | undefined {
  if (report.target.kind === 'dockerfile') return undefined;
  const weights = weigh(report);
  if (weights.length === 0) return section(place, 'weight', 'What weighs what', h('p', {}, 'The image has no bytes.'));
  const sum = sums(weights);
  const total = sum.tare + sum.cargo + sum.other;
  const legend = (Object.keys(kinds) as Kind[])
    .filter((kind) => sum[kind] > 0)
    .map((kind) =>
      h(
        'li',
        {},
        h('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, h('rect', { class: kind, width: 10, height: 10 })),
        `${kinds[kind]}: ${bytes(Math.round(sum[kind]))}, ${Math.round((sum[kind] / total) * 100)} %`,
      ),
    );
  return section(
    place,
    'weight',
    'What weighs what',
    h('ul', { class: 'legend' }, legend),
    h(
      'div',
      { class: 'scroll', role: 'group', 'aria-label': 'Picture of what weighs what', tabindex: 0 },
      h(
        'svg',
        { class: 'map', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': `${place.id}-map` },
        h('title', { id: `${place.id}-map` }, 'Layers and packages by size; the tables below hold the same figures'),
        layOut(weights),
      ),
    ),
  );
}

const kinds: Record<Kind, string> = {
  tare: 'Tare (operating system and its packages)',
  cargo: 'Cargo (what the image’s own layers add)',
  other: 'Smaller layers',
};

function layOut(weights: LayerWeight[]): Markup[] {
  const root = hierarchy<Node>({ children: weights }, (node) =>
    'children' in node ? node.children : 'parts' in node ? node.parts : null,
  ).sum((node) => ('drawn' in node ? node.drawn : 0));
  const placed = treemap<Node>().size([width, height]).paddingInner(1).paddingOuter(2).paddingTop(17).round(true)(root);
  return (placed.children ?? []).flatMap((layer) => [
    layerMarkup(layer),
    ...(layer.children ?? []).flatMap((leaf) => leafMarkup(leaf, layer.data as LayerWeight)),
  ]);
}

function layerMarkup(node: HierarchyRectangularNode<Node>): Markup {
  const { name, bytes: size, layer } = node.data as LayerWeight;
  const made = layer?.createdBy ? `: ${shown(instruction(layer.createdBy), 300)}` : '';
  const label = `${name}, ${bytes(size)}${made}`;
  return h(
    'g',
    {},
    h('rect', { class: 'frame', ...boxOf(node) }, h('title', {}, label)),
    text(label, node, node.y0 + 13, ''),
  );
}

function leafMarkup(node: HierarchyRectangularNode<Node>, layer: LayerWeight): Markup[] {
  const { name, bytes: size, kind } = node.data as Weight;
  if (node.x1 - node.x0 < 1 || node.y1 - node.y0 < 1) return [];
  const label = `${shown(name, 200)} ${bytes(size)}`;
  return [
    h(
      'g',
      {},
      h('rect', { class: kind, ...boxOf(node) }, h('title', {}, `${label}, ${layer.name}, ${kind}`)),
      node.y1 - node.y0 >= 15 && text(label, node, node.y0 + 12, `t-${kind}`),
    ),
  ];
}

function boxOf({ x0, y0, x1, y1 }: HierarchyRectangularNode<Node>) {
  return { x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) };
}

/** As much of a label as there is room for. */
function text(label: string, { x0, x1 }: HierarchyRectangularNode<Node>, y: number, kind: string): Markup | false {
  const room = Math.floor((x1 - x0 - 6) / letter);
  if (room < 3) return false;
  const cut = label.length > room ? `${label.slice(0, room - 1).toWellFormed()}…` : label;
  return h('text', { x: x0 + 3, y, class: kind || undefined }, cut);
}
