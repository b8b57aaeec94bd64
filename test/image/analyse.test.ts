import { describe, expect, test } from 'vitest';
import { analyseImage, forgetLayers, layerUses } from '../../src/image/analyse.ts';
import type { LayerCollector } from '../../src/image/collector.ts';
import { emptyConfig } from '../../src/image/config.ts';
import { withinBudget } from '../../src/image/document-loader.ts';
import { LayerReader, type LayerResult } from '../../src/image/layer-reader.ts';
import { defaultLimits, type Limits } from '../../src/image/limits.ts';
import type { ImageHandle, LayerBlob, LayerContent } from '../../src/image/model.ts';
import type { Digest } from '../../src/types.ts';
import { endMarker, header, padded, tar } from '../support/tar.ts';

const whole: LayerCollector = {
  id: 'whole',
  version: 1,
  wants: () => ({ kind: 'whole', limit: 1000 }),
  take: (_, content) => content.bytes.length,
};

function handle(contents: LayerContent[], names: Partial<LayerBlob>[] = []): ImageHandle {
  return {
    name: 'demo',
    kind: 'oci-dir',
    config: emptyConfig({ os: 'linux', architecture: 'amd64' }),
    annotations: {},
    layers: contents.map((content, index) => ({
      index,
      mediaType: '',
      content,
      chainVerified: false,
      ...names[index],
    })),
    attestations: [],
    attestationsKnown: false,
    origin: { kind: 'oci-dir', references: [] },
    digestChecks: [],
    status: [],
  };
}

function analyse(image: ImageHandle, changes: Partial<Limits> = {}, shared?: Map<string, Promise<LayerResult>>) {
  const limits = { ...defaultLimits, ...changes };
  const reader = new LayerReader({ collectors: [whole], limits });
  return analyseImage(image, { reader, limits, concurrency: 2, ...(shared ? { shared } : {}) });
}

const bytes = (content: Uint8Array): LayerContent => ({ from: 'bytes', bytes: content });

describe('an image is bounded as a whole, beyond what each layer may hold', () => {
  test('in entries, in the length of their names, and in files that are kept', async () => {
    const layer = bytes(await tar([{ name: 'first', content: 'x'.repeat(60) }, { name: 'other' }]));
    const image = handle([layer, layer, layer]);
    expect((await analyse(image, { entriesPerImage: 6, nameBytes: 30, wholeFileBytes: 100 })).records).toHaveLength(3);
    await expect(analyse(image, { entriesPerImage: 5 })).rejects.toThrow(
      'demo has more than 5 entries in all, past the limit entriesPerImage; raise it with --limit entriesPerImage=N if you trust the image',
    );
    await expect(analyse(image, { nameBytes: 29 })).rejects.toThrow(/demo has entry names .* limit nameBytes;/);
    await expect(analyse(handle(Array.from({ length: 8 }, () => layer)), { wholeFileBytes: 100 })).rejects.toThrow(
      /more than 400 bytes in all, past the limit wholeFileBytes/,
    );
  });

  test('documents are counted together, so that one large config cannot be named hundreds of times', async () => {
    const fetch = withinBudget(async (size: number) => new Uint8Array(size), { documentBytes: 10 }, 'demo');
    for (let i = 0; i < 16; i++) expect(await fetch(10)).toHaveLength(10);
    await expect(fetch(1)).rejects.toThrow(
      /demo has manifests and configs of more than 160 bytes together; raise it with/,
    );
  });
});

test('what a layer says of itself carries the name of the image that it is read for', async () => {
  const layer = bytes(Buffer.concat([header('a'), endMarker, padded('behind')]));
  const { status } = await analyse(handle([layer]));
  expect(status).toEqual([
    {
      part: 'layer',
      level: 'warning',
      layer: 0,
      message: 'layer 0 of demo has 512 bytes behind its end marker; no runtime unpacks them and they were not read',
    },
  ]);
});

test('a result that several images share is kept until the last of them, and no longer', async () => {
  let opened = 0;
  const layer = await tar([{ name: 'a' }]);
  const stream: LayerContent = {
    from: 'stream',
    open: async function* () {
      opened++;
      yield layer;
    },
  };
  const digest = `sha256:${'a'.repeat(64)}` as Digest;
  const images = [handle([stream], [{ digest }]), handle([stream, stream], [{ digest }, { digest }])];
  const shared = new Map<string, Promise<LayerResult>>();
  const uses = layerUses(images);
  const first = await analyse(images[0]!, {}, shared);
  forgetLayers(images[0]!, uses, shared);
  expect(shared.size).toBe(1);
  const second = await analyse(images[1]!, {}, shared);
  forgetLayers(images[1]!, uses, shared);
  expect(shared.size).toBe(0);
  expect(opened).toBe(1);
  // Each layer has its own number all the same.
  expect([first, second].map((image) => image.records.map((record) => record.entries[0]!.layer))).toEqual([
    [0],
    [0, 1],
  ]);
});
