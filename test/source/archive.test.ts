import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/image/limits.ts';
import type { OpenedSource, SourceContext } from '../../src/image/model.ts';
import { openArchiveStream } from '../../src/source/archive-stream.ts';
import { type TarEntry, tarBytes } from '../../src/source/recipe-tar.ts';
import { openTarget } from '../../src/source/target.ts';
import { SourceError } from '../../src/types.ts';
import {
  addImage,
  blobStore,
  configOf,
  dockerSave,
  fileEntry,
  folderEntry,
  hexOf,
  indexOf,
  indexType,
  json,
  layerTar,
  layout,
  linkEntry,
  sha256,
  zstdRaw,
} from '../support/archives.ts';
import { inPieces, sourceContext } from '../support/source-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

function written(bytes: Uint8Array): string {
  const path = join(folder, `${made++}.tar`);
  writeFileSync(path, bytes);
  return path;
}

/** Each archive is read both ways: by seeking, and as it streams past. */
const ways: [
  string,
  (bytes: Uint8Array, changes?: Partial<SourceContext>, wanted?: string) => Promise<OpenedSource>,
][] = [
  [
    'seeking',
    (bytes, changes, wanted) =>
      openTarget(`docker-archive:${written(bytes)}${wanted ? `:${wanted}` : ''}`, sourceContext(changes)),
  ],
  [
    'streaming',
    (bytes, changes, wanted) =>
      openArchiveStream(inPieces(bytes), sourceContext(changes), {
        name: 'the stream',
        kind: 'docker-archive',
        ...(wanted ? { wanted } : {}),
      }),
  ],
];

const a = layerTar('a', 'one');
const b = layerTar('b', 'two');
const messageOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'it was opened',
    (error: unknown) => (error instanceof SourceError ? error.message : `not a SourceError: ${String(error)}`),
  );

describe.each(ways)('an archive of docker save, %s', (way, open) => {
  const archive = (entries: TarEntry[]): Buffer => tarBytes(entries);

  it('has its config, layers and names', async () => {
    const opened = await open(archive(dockerSave([a, b])));
    expect(opened.kind).toBe('docker-archive');
    const [image] = opened.images;
    expect(image!.layers.map((layer) => layer.diffID)).toEqual([sha256(a), sha256(b)]);
    expect(image!.layers.map((layer) => layer.createdBy)).toEqual(['step 0', 'step 1']);
    expect(image!.layers.map((layer) => layer.content.from)).toEqual(
      way === 'seeking' ? ['file', 'file'] : ['record', 'record'],
    );
    expect(image!.config.container.user).toBe('1000');
    expect(image!.digest).toBe(sha256(configOf([a, b])));
    expect(image!.origin.references).toEqual([{ registry: 'docker.io', repository: 'library/demo', tag: '1' }]);
    expect(image!.attestationsKnown).toBe(false);
    expect(image!.digestChecks).toEqual([]);
    await opened.close();
  });

  it('looks through symlinks and hardlinks that stand for shared layers', async () => {
    const entries = dockerSave([a, a, b]);
    const name = (i: number): string => entries[i]!.name;
    entries[1] = linkEntry(name(1), `../${name(0)}`);
    const opened = await open(archive(entries));
    expect(opened.images[0]!.layers).toHaveLength(3);
    entries[1] = linkEntry(name(1), name(0), 'hardlink');
    const again = await open(archive(entries));
    const contents = again.images[0]!.layers.map((layer) =>
      layer.content.from === 'record' ? layer.content.record.digest : JSON.stringify(layer.content),
    );
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).not.toBe(contents[0]);
  });

  it('does not follow a link out of the archive or in a circle', async () => {
    const entries = dockerSave([a]);
    const name = entries[0]!.name;
    entries[0] = linkEntry(name, '../../../../etc/passwd');
    expect(await messageOf(open(archive(entries)))).toMatch(/lacks layer 0 of demo:1/);
    entries[0] = linkEntry(name, '../x');
    entries.push(linkEntry('x', name, 'hardlink'));
    expect(await messageOf(open(archive(entries)))).toMatch(/lacks layer 0/);
  });

  it('gives every image, or the one that is asked for', async () => {
    const [one, two] = [configOf([a]), configOf([b])];
    const entries = [
      fileEntry('a/layer.tar', a),
      fileEntry('b/layer.tar', b),
      fileEntry('1.json', one),
      fileEntry('2.json', two),
      fileEntry(
        'manifest.json',
        json([
          { Config: '1.json', RepoTags: ['demo:1'], Layers: ['a/layer.tar'] },
          { Config: '2.json', RepoTags: ['example.com/other:2'], Layers: ['b/layer.tar'] },
        ]),
      ),
    ];
    const all = await open(archive(entries));
    expect(all.images.map((image) => image.name.replace(/^.*?:/, ''))).toEqual(['demo:1', 'example.com/other:2']);
    expect((await open(archive(entries), {}, 'demo:1')).images.map((image) => image.digest)).toEqual([sha256(one)]);
    expect((await open(archive(entries), {}, '@1')).images.map((image) => image.digest)).toEqual([sha256(two)]);
    expect(await messageOf(open(archive(entries), {}, 'demo:3'))).toMatch(
      /no image "demo:3"; it has: demo:1, example\.com\/other:2/,
    );
    const arm = await messageOf(open(archive(entries), { platform: { os: 'linux', architecture: 'arm64' } }));
    expect(arm).toMatch(/no image for linux\/arm64.*linux\/amd64/);
  });

  it('says a config digest that differs, and stops where checks are strict', async () => {
    const entries = dockerSave([a]).map((entry) =>
      entry.name.endsWith('.json') && entry.name !== 'manifest.json'
        ? fileEntry(entry.name, configOf([a], { author: 'x' }))
        : entry,
    );
    const opened = await open(archive(entries));
    expect(opened.images[0]!.digestChecks).toMatchObject([
      { layer: -1, document: 'config', kind: 'digest', expected: sha256(configOf([a])) },
    ]);
    expect(await messageOf(open(archive(entries), { verify: 'strict' }))).toMatch(
      /has the digest .* where .* is named/,
    );
  });

  it('says a number of diffIDs that does not fit', async () => {
    const opened = await open(archive(dockerSave([a, b], 'demo:1', configOf([a]))));
    expect(opened.images[0]!.layers.map((layer) => layer.diffID)).toEqual([undefined, undefined]);
    expect(opened.images[0]!.digestChecks).toMatchObject([{ document: 'config', kind: 'diffID' }]);
    expect(opened.images[0]!.status.map((entry) => entry.message).join()).toMatch(/diffIDs \(1\)/);
  });

  it('leaves out names that lead out of the archive', async () => {
    const opened = await open(archive([fileEntry('../manifest.json', '[]'), ...dockerSave([a])]));
    expect(opened.images).toHaveLength(1);
    expect(opened.status.map((entry) => entry.message).join()).toMatch(/leads out of it/);
    expect(
      await messageOf(open(archive([fileEntry('manifest.json', json([{ Config: '../../etc/passwd', Layers: [] }]))]))),
    ).toMatch(/lacks the config/);
  });

  it('does not take a folder named manifest.json for the list of images', async () => {
    expect(
      await messageOf(
        open(
          archive([folderEntry('manifest.json'), ...dockerSave([a]).filter((entry) => entry.name !== 'manifest.json')]),
        ),
      ),
    ).toMatch(/no container image/);
  });

  it('refuses two lists of images that differ, and takes two that are the same', async () => {
    const entries = dockerSave([a]);
    expect(await messageOf(open(archive([fileEntry('manifest.json', '[{"Config":"x"}]'), ...entries])))).toMatch(
      /manifest\.json more than once/,
    );
    expect((await open(archive([...entries, entries.at(-1)!]))).images).toHaveLength(1);
  });

  it('reads the last of two layers of one name, and says so', async () => {
    const entries = dockerSave([a]);
    const opened = await open(archive([fileEntry(entries[0]!.name, b), ...entries]));
    expect(opened.status.map((entry) => entry.message).join()).toMatch(/more than once; the last one is read/);
    const { content } = opened.images[0]!.layers[0]!;
    if (content.from === 'record') expect(content.record.digest).toBe(sha256(a));
  });

  it('stops at the end marker and says what goes on behind it', async () => {
    const opened = await open(Buffer.concat([archive(dockerSave([a])), archive(dockerSave([b], 'hidden:1'))]));
    expect(opened.images[0]!.origin.references[0]!.repository).toBe('library/demo');
    expect(opened.status.map((entry) => entry.message).join()).toMatch(/end marker/);
  });

  it('says that an archive is cut off, wherever it is cut', async () => {
    const bytes = archive(dockerSave([layerTar('big', 'x'.repeat(3000))]));
    for (const length of [300, 700, 1800, 2600])
      expect(await messageOf(open(bytes.subarray(0, length))), String(length)).toMatch(
        /cut off|not a tar archive|neither tar nor/,
      );
  });

  it('takes an archive without its end marker', async () => {
    const bytes = archive(dockerSave([a]));
    expect((await open(bytes.subarray(0, bytes.length - 1024))).images).toHaveLength(1);
  });

  it('names what is missing or no JSON', async () => {
    const entries = dockerSave([a]);
    expect(await messageOf(open(archive(entries.slice(1))))).toMatch(/lacks layer 0 of demo:1/);
    expect(await messageOf(open(archive([entries[0]!, entries[2]!])))).toMatch(/lacks the config/);
    expect(await messageOf(open(archive([fileEntry('manifest.json', 'nonsense')])))).toMatch(
      /manifest\.json of .* not valid JSON/,
    );
    expect(await messageOf(open(archive([fileEntry('manifest.json', '{}')])))).toMatch(/not a list of images/);
    expect(await messageOf(open(archive([fileEntry('readme', 'x')])))).toMatch(/no container image/);
  });

  it('holds documents, entries and layers to their limits', async () => {
    const limited = (limits: Partial<typeof defaultLimits>) => ({ limits: { ...defaultLimits, ...limits } });
    expect(await messageOf(open(archive(dockerSave([a])), limited({ documentBytes: 50 })))).toMatch(
      /over the limit of 50 bytes/,
    );
    expect(await messageOf(open(archive(dockerSave([a, b])), limited({ entriesPerLayer: 2 })))).toMatch(
      /more than 2 entries/,
    );
    expect(await messageOf(open(archive(dockerSave([a, b])), limited({ layers: 1 })))).toMatch(/limit of 1/);
  });

  it('prefers index.json, keeps the names of manifest.json, and falls back where the index is not complete', async () => {
    const blobs = blobStore();
    const image = addImage(blobs, [a, b]);
    const saved = [
      {
        Config: `blobs/sha256/${hexOf(configOf([a, b]))}`,
        RepoTags: ['demo:1'],
        Layers: [a, b].map((layer) => `blobs/sha256/${hexOf(layer)}`),
      },
    ];
    const entries = [...layout(blobs, [image]), fileEntry('manifest.json', json(saved))];
    const opened = await open(archive(entries));
    expect(opened.images).toHaveLength(1);
    expect(opened.images[0]!.digest).toBe(image.digest);
    expect(opened.images[0]!.origin.references).toEqual([
      { registry: 'docker.io', repository: 'library/demo', tag: '1' },
    ]);
    const without = entries.filter((entry) => entry.name !== `blobs/sha256/${image.digest.slice(7)}`);
    const fallen = await open(archive(without));
    expect(fallen.images[0]!.digest).toBe(sha256(configOf([a, b])));
    expect(fallen.status.map((entry) => entry.message).join()).toMatch(/index\.json .* is not used, manifest\.json is/);
    expect(await messageOf(open(archive(without), { verify: 'strict' }))).toMatch(/does not hold it/);
  });

  it('does not lose an image that only manifest.json names', async () => {
    const blobs = blobStore();
    const image = addImage(blobs, [a]);
    const other = configOf([b]);
    blobs.add(other);
    const saved = [{ Config: `blobs/sha256/${hexOf(other)}`, RepoTags: ['other:1'], Layers: ['b.tar'] }];
    const opened = await open(
      archive([...layout(blobs, [image]), fileEntry('b.tar', b), fileEntry('manifest.json', json(saved))]),
    );
    expect(opened.images.map((found) => found.digest)).toEqual([image.digest, sha256(other)]);
  });
});

describe.each(ways)('an archive of early Docker, %s', (_way, open) => {
  const id = (digit: string): string => digit.repeat(64);
  const step = (at: string, parent: string | undefined, layer: Uint8Array, extra = {}): TarEntry[] => [
    fileEntry(
      `${id(at)}/json`,
      json({
        id: id(at),
        ...(parent ? { parent: id(parent) } : {}),
        os: 'linux',
        architecture: 'amd64',
        container_config: { Cmd: ['/bin/sh', '-c', `make ${at}`] },
        ...extra,
      }),
    ),
    fileEntry(`${id(at)}/layer.tar`, layer),
  ];
  const repositories = fileEntry('repositories', json({ demo: { latest: id('2') } }));

  it('is put together along its parents', async () => {
    const opened = await open(
      tarBytes([...step('2', '1', b, { config: { User: 'app' } }), ...step('1', undefined, a), repositories]),
    );
    const [image] = opened.images;
    expect(image!.config.container.user).toBe('app');
    expect(image!.layers.map((layer) => layer.createdBy)).toEqual(['/bin/sh -c make 1', '/bin/sh -c make 2']);
    expect(image!.layers.every((layer) => layer.diffID === undefined)).toBe(true);
    expect(image!.digestChecks).toEqual([]);
    expect(image!.origin.references[0]!.tag).toBe('latest');
  });

  it('is found without names, and one folder deep', async () => {
    const opened = await open(
      tarBytes(
        [...step('2', '1', b), ...step('1', undefined, a)].map((entry) => ({
          ...entry,
          name: `wrapped/${entry.name}`,
        })),
      ),
    );
    expect(opened.images.map((image) => image.layers.length)).toEqual([2]);
  });

  it('ends with a sentence where its parents loop or are missing', async () => {
    expect(await messageOf(open(tarBytes([...step('2', '1', b), ...step('1', '2', a), repositories])))).toMatch(
      /form a loop/,
    );
    expect(await messageOf(open(tarBytes([...step('2', '1', b), repositories])))).toMatch(
      /lacks 1+\/json, a layer of demo:latest/,
    );
    expect(await messageOf(open(tarBytes([...step('2', '1', b), ...step('1', '2', a)])))).toMatch(/name no image/);
  });
});

describe('an archive that streams past', () => {
  const bytes = tarBytes(dockerSave([a, b]));

  it.each([
    ['gzip', gzipSync(bytes)],
    ['zstd', zstdRaw(bytes)],
  ])('is read through %s, from a pipe or a file', async (_name, packed) => {
    const piped = await openTarget('-', sourceContext({ stdin: () => inPieces(packed) }));
    expect(
      piped.images[0]!.layers.map((layer) => layer.content.from === 'record' && layer.content.record.digest),
    ).toEqual([sha256(a), sha256(b)]);
    const seen: number[] = [];
    const opened = await openTarget(
      written(packed),
      sourceContext({ progress: (part) => void seen.push(part.total ?? -1) }),
    );
    expect(opened.images[0]!.layers).toHaveLength(2);
    expect(new Set(seen)).toEqual(new Set([packed.byteLength]));
  });

  it('says that the compression is damaged', async () => {
    const packed = gzipSync(
      tarBytes(
        dockerSave([
          layerTar('x', Buffer.from(Array.from({ length: 9000 }, (_v, i) => (i * 7919) % 251)).toString('latin1')),
        ]),
      ),
    );
    expect(
      await messageOf(openTarget('-', sourceContext({ stdin: () => inPieces(packed.subarray(0, packed.length / 2)) }))),
    ).toMatch(/gzip/);
    packed[packed.length >> 1]! ^= 0xff;
    expect(await messageOf(openTarget('-', sourceContext({ stdin: () => inPieces(packed) })))).not.toMatch(
      /opened|not a SourceError/,
    );
  });

  it('says that there is nothing, or no archive', async () => {
    expect(await messageOf(openTarget('-', sourceContext({ stdin: () => inPieces(new Uint8Array()) })))).toMatch(
      /standard input is empty/,
    );
    expect(
      await messageOf(openTarget('-', sourceContext({ stdin: () => inPieces(Buffer.from('hello '.repeat(200))) }))),
    ).toMatch(/not a tar archive/);
  });

  it('hands each layer to the pass once, and documents never', async () => {
    const blobs = blobStore();
    const image = addImage(blobs, [a, b]);
    const context = sourceContext();
    await openArchiveStream(inPieces(tarBytes(layout(blobs, [image]))), context, { name: 'x' });
    expect(context.analysed.sort()).toEqual([a, b].map((layer) => `blobs/sha256/${hexOf(layer)}`).sort());
  });

  it('goes on past a broken layer that no image names, and not past one that an image names', async () => {
    const failing: SourceContext['analyse'] = async (stream, hint) => {
      if (hint.name.includes('broken') || hint.name === dockerSave([a])[0]!.name) throw new SourceError('it is broken');
      return sourceContext().analyse(stream, hint);
    };
    const opened = await openArchiveStream(
      inPieces(
        tarBytes([
          fileEntry('broken.tar', b),
          ...dockerSave([b, a])
            .map((entry, i) => (i === 0 ? { ...entry, name: 'x.tar' } : entry))
            .map((entry) =>
              entry.name === 'manifest.json'
                ? fileEntry('manifest.json', String(entry.content).replace(/0{64}\/layer/, 'x'))
                : entry,
            ),
        ]),
      ),
      sourceContext({ analyse: failing }),
      { name: 'x' },
    );
    expect(opened.images[0]!.layers).toHaveLength(2);
    expect(
      await messageOf(openArchiveStream(inPieces(bytes), sourceContext({ analyse: failing }), { name: 'x' })),
    ).toMatch(/layer\.tar in x cannot be read: it is broken/);
  });

  it('opens a file anew where the cache hoped for other bytes', async () => {
    let hoped = 0;
    const hopeful: SourceContext['analyse'] = async (stream, hint) => {
      if (!hint.digest) return sourceContext().analyse(stream, hint);
      hoped++;
      return undefined;
    };
    const blobs = blobStore();
    const packed = gzipSync(tarBytes(layout(blobs, [addImage(blobs, [a, b])])));
    const opened = await openTarget(written(packed), sourceContext({ analyse: hopeful }));
    expect(opened.images[0]!.layers).toHaveLength(2);
    expect(
      (await openTarget('-', sourceContext({ analyse: hopeful, stdin: () => inPieces(packed) }))).images,
    ).toHaveLength(1);
    expect(hoped).toBe(1);
  });

  it('says that a layer is no layer', async () => {
    expect(
      await messageOf(
        openArchiveStream(inPieces(tarBytes(dockerSave([Buffer.from('text')]))), sourceContext(), { name: 'x' }),
      ),
    ).toMatch(/is not a layer/);
    expect(
      await messageOf(openArchiveStream(inPieces(tarBytes(dockerSave([json({})]))), sourceContext(), { name: 'x' })),
    ).toMatch(/JSON document where a layer is wanted/);
  });

  it('ends at once when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(
      openTarget('-', sourceContext({ signal: controller.signal, stdin: () => inPieces(bytes) })),
    ).rejects.toThrow('enough');
  });
});

describe('an OCI archive', () => {
  it('takes the names of its index and skips platforms that it does not hold', async () => {
    const blobs = blobStore();
    const image = addImage(blobs, [a]);
    const nested = indexOf([
      { ...image, platform: { os: 'linux', architecture: 'amd64' } },
      { ...image, digest: `sha256:${'5'.repeat(64)}`, platform: { os: 'linux', architecture: 's390x' } },
    ]);
    const top = {
      mediaType: indexType,
      ...blobs.add(nested),
      annotations: { 'io.containerd.image.name': 'docker.io/library/demo:2', 'org.opencontainers.image.ref.name': '2' },
    };
    const path = written(tarBytes(layout(blobs, [top])));
    const opened = await openTarget(path, sourceContext({ allPlatforms: true }));
    expect(opened.kind).toBe('oci-archive');
    expect(opened.images.map((found) => found.origin.references[0])).toEqual([
      { registry: 'docker.io', repository: 'library/demo', tag: '2' },
    ]);
    expect(opened.status.map((entry) => entry.message).join()).toMatch(/Skipped linux\/s390x/);
    expect((await openTarget(`oci-archive:${path}:2`, sourceContext())).images[0]!.attestationsKnown).toBe(true);
    expect(await messageOf(openTarget(`oci-archive:${path}:3`, sourceContext()))).toMatch(
      /no image "3"; it has: docker\.io\/library\/demo:2/,
    );
    expect(
      await messageOf(openTarget(path, sourceContext({ platform: { os: 'linux', architecture: 's390x' } }))),
    ).toMatch(/does not hold it/);
  });
});

it('reads headers alone where it can seek: a layer larger than memory costs nothing to open', async () => {
  const path = join(folder, 'sparse.tar');
  const size = 6 * 2 ** 30;
  const config = configOf([a]);
  const head = tarBytes([fileEntry('x', '')]).subarray(0, 512);
  // A header of 6 GiB, a hole in the file, and the rest of the archive behind it.
  head.write(size.toString(8).padStart(11, '0'), 124, 'latin1');
  head.write('big.tar\0', 0, 'latin1');
  head.fill(0x20, 148, 156);
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  const rest = tarBytes([
    fileEntry('c.json', config),
    fileEntry('manifest.json', json([{ Config: 'c.json', Layers: ['big.tar'] }])),
  ]);
  const file = openSync(path, 'w');
  writeSync(file, head, 0, head.length, 0);
  writeSync(file, rest, 0, rest.length, 512 + size);
  closeSync(file);
  const opened = await openTarget(path, sourceContext());
  expect(opened.images[0]!.layers[0]!.content).toEqual({ from: 'file', path, offset: 512, length: size });
});
