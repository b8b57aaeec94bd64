/** Joins what the collectors took in each layer with what the squashed rootfs shows. */
import type { LayerFact } from '../image/collector.ts';
import type { AnalysedImage } from '../image/model.ts';
import type { RootNode } from '../image/rootfs.ts';
import type { Evidence } from '../types.ts';

/** A collector's answer for a file that the rootfs shows. */
export interface LiveFact<D> {
  /** Path in the rootfs, links in parent folders followed. */
  path: string;
  layer: number;
  data: D;
}

/** A collector's answer in one layer, whether a later layer hides it or not. */
export interface LayeredFact<D> {
  path: string;
  layer: number;
  data: D;
}

/** Access to the layers' facts by collector id. Every method throws where the collector failed on a layer. */
export interface FactIndex {
  /** Facts of the files that the rootfs shows, by path. */
  live<D>(collector: string): ReadonlyMap<string, LiveFact<D>>;
  /** The fact of the file that a path leads to, links followed. */
  at<D>(collector: string, path: string): LiveFact<D> | undefined;
  /** All facts, lowest layer first. */
  all<D>(collector: string): LayeredFact<D>[];
}

/** Builds the index; work is done per collector, when first asked for. */
export function indexFacts(image: AnalysedImage): FactIndex {
  const views = new Map<string, View>();
  const view = (collector: string): View => {
    let found = views.get(collector);
    if (!found) {
      found = buildView(image, collector);
      views.set(collector, found);
    }
    return found;
  };
  return {
    live: <D>(collector: string) => view(collector).live as Map<string, LiveFact<D>>,
    at: <D>(collector: string, path: string) => {
      const node = image.rootfs.resolve(path);
      return node && (contentOf(view(collector), node) as LiveFact<D> | undefined);
    },
    all: <D>(collector: string) => view(collector).all as LayeredFact<D>[],
  };
}

/** Evidence that points at a file of the rootfs. */
export function fileEvidence(path: string, layer: number, line?: number): Evidence {
  return line === undefined ? { at: 'file', path, layer } : { at: 'file', path, layer, line };
}

/** Evidence that points into the image config (RFC 6901 pointer). */
export function configEvidence(pointer: string): Evidence {
  return { at: 'config', pointer, document: 'config' };
}

interface View {
  live: Map<string, LiveFact<unknown>>;
  all: LayeredFact<unknown>[];
  /** By layer and entry: what a file's content was taken from, whatever names it has. */
  held: Map<string, LayeredFact<unknown>>;
}

function buildView(image: AnalysedImage, collector: string): View {
  const live = new Map<string, LiveFact<unknown>>();
  const all: LayeredFact<unknown>[] = [];
  const held = new Map<string, LayeredFact<unknown>>();
  image.records.forEach((record, layer) => {
    const reason = record.failed[collector];
    if (reason !== undefined) throw new Error(`the ${collector} collector failed on layer ${layer}: ${reason}`);
    for (const { path, entry, data } of (record.facts[collector] ?? []) as LayerFact[]) {
      const fact = { path, layer, data };
      all.push(fact);
      held.set(`${layer}:${entry}`, fact);
      // Not whatever stands at the path now: an archive may write one path twice, or another one that leads to it.
      const node = image.rootfs.shows(path, layer, entry);
      if (node?.entry.type === 'file') live.set(node.path, node.path === path ? fact : { ...fact, path: node.path });
    }
  });
  return { live, all, held };
}

/** A hardlink has its content where the archive stored it, under another name. */
function contentOf(view: View, node: RootNode): LiveFact<unknown> | undefined {
  const own = view.live.get(node.path);
  if (own || node.entry.type !== 'file' || !node.source) return own;
  const shared = view.held.get(`${node.source.layer}:${node.source.entry}`);
  return shared && { path: node.path, layer: node.entry.layer, data: shared.data };
}
