/** Images in memory: layers from plain objects or from real archives, read by the real pass with the real collectors. */
import { layerCollectors } from '../../src/facts/collectors.ts';
import type { FactContext } from '../../src/facts/context.ts';
import type { FactData } from '../../src/facts/data.ts';
import { indexFacts } from '../../src/facts/evidence.ts';
import { buildFacts } from '../../src/facts/facts.ts';
import type { LayerCollector } from '../../src/image/collector.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import type { AnalysedImage, LayerRecord } from '../../src/image/model.ts';
import { readLayer } from '../../src/image/read-layer.ts';
import { Rootfs } from '../../src/image/rootfs.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { Facts } from '../../src/types/facts.ts';
import type { ContainerConfig, LayerInfo, Platform, StatusEntry } from '../../src/types.ts';
import { type TarItem, tar } from './tar.ts';

/** A file by its content, a link, a folder, or all that a tar header can say. */
export type TestFile =
  | string
  | Uint8Array
  | { link: string }
  | { hardlink: string }
  | { folder: true; mode?: number; uid?: number; gid?: number }
  | { content?: string | Uint8Array; mode?: number; uid?: number; gid?: number; capability?: string };

/** One layer: path to file, lowest path first as written. `.wh.` names are whiteouts. */
export type TestLayer = Record<string, TestFile>;

export interface TestImage {
  layers?: TestLayer[];
  container?: Partial<ContainerConfig>;
  platform?: Partial<Platform>;
  image?: Partial<AnalysedImage>;
  collectors?: readonly LayerCollector[];
}

/** The lists that facts need, as every scan uses them. */
export function factData(): FactData {
  return baseline().data as unknown as FactData;
}

/** Facts of an image described in place. */
export async function factsOf(image: TestImage): Promise<{ facts: Facts; status: StatusEntry[] }> {
  return buildFacts(await testImage(image), { asOf: '2026-11-01', data: factData() });
}

/** The context that a single per-image half takes. */
export function contextOf(image: AnalysedImage, status: StatusEntry[] = []): FactContext {
  return { image, data: factData(), index: indexFacts(image), note: (entry) => status.push(entry) };
}

/** An analysed image described in place. */
export async function testImage({
  layers = [],
  collectors = layerCollectors,
  ...rest
}: TestImage): Promise<AnalysedImage> {
  const records: LayerRecord[] = [];
  for (const layer of layers) {
    const record = await recordOf(
      await tar(Object.entries(layer).map(([name, file]) => toItem(name, file, layer))),
      collectors,
    );
    for (const entry of record.entries) {
      const file = layer[entry.path] ?? layer[`${entry.path}/`];
      if (typeof file === 'object' && 'capability' in file && file.capability) entry.capability = file.capability;
    }
    records.push(record);
  }
  return assemble(records, rest);
}

/** Reads one layer's bytes, compressed or not, with the project's own reader. */
export async function recordOf(
  bytes: Uint8Array,
  collectors: readonly LayerCollector[] = layerCollectors,
): Promise<LayerRecord> {
  const chunks = (async function* () {
    yield bytes;
  })();
  const record = await readLayer(chunks, { collectors, limits: defaultLimits, what: 'layer' });
  // Through JSON, as a cached record comes back.
  return { ...record, facts: JSON.parse(JSON.stringify(record.facts)) };
}

/** Records squashed to an image with an empty config, changed where asked. */
export function assemble(records: LayerRecord[], { container, platform, image }: TestImage = {}): AnalysedImage {
  const rootfs = new Rootfs();
  const layers: LayerInfo[] = records.map((record, index) => {
    for (const entry of record.entries) entry.layer = index;
    rootfs.apply(record.entries, index);
    return {
      index,
      digest: record.digest,
      diffID: record.diffID,
      storedSize: record.storedSize,
      size: record.entries.reduce((sum, { size }) => sum + size, 0),
      entries: record.entries.length,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
    };
  });
  return {
    name: 'test',
    kind: 'oci-dir',
    config: {
      platform: { os: 'linux', architecture: 'amd64', ...platform },
      container: {
        user: '',
        env: [],
        entrypoint: [],
        cmd: [],
        workingDir: '',
        exposedPorts: [],
        volumes: [],
        labels: {},
        onBuild: [],
        shell: [],
        ...container,
      },
      diffIDs: records.map(({ diffID }) => diffID),
      history: [],
    },
    annotations: {},
    layers,
    records,
    rootfs,
    attestations: [],
    attestationsKnown: true,
    origin: { kind: 'oci-dir', references: [] },
    digestChecks: [],
    status: [],
    ...image,
  };
}

function toItem(name: string, file: TestFile, layer: TestLayer): TarItem {
  if (typeof file === 'string' || file instanceof Uint8Array) return { name, content: file, mode: 0o644 };
  if ('link' in file) return { name, type: 'symlink', linkname: file.link };
  if ('hardlink' in file) {
    // As tar writes it: owner and mode are those of the file that it shares.
    const target = layer[file.hardlink];
    return { ...(target ? toItem(name, target, layer) : {}), name, type: 'link', linkname: file.hardlink, content: '' };
  }
  const { mode, uid, gid } = file;
  const rest = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  if ('folder' in file) return { name, type: 'directory', mode: mode ?? 0o755, ...rest };
  return { name, content: file.content ?? '', mode: mode ?? 0o644, ...rest };
}
