/** What the fuzzer does with one seed: a damaged input, and the part of the program that reads it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { defaultLimits } from '../../../src/image/limits.ts';
import { readLayer } from '../../../src/image/read-layer.ts';
import { decodeRecord, encodeRecord } from '../../../src/image/record-codec.ts';
import { Rootfs } from '../../../src/image/rootfs.ts';
import { loadRuleset } from '../../../src/rules/load.ts';
import { type ScanOptions, scanTarget } from '../../../src/scan.ts';
import type { ImageReport } from '../../../src/types/report.ts';
import { makeLayout, sha256 } from '../setup/layout.ts';
import { archive, entry } from '../setup/tar.ts';
import { dockerfiles } from './dockerfiles.ts';
import { damage, damageJson, mendChecksums, type Random, random } from './random.ts';
import { secretFile } from './secret-files.ts';
import { databases, elf, imageConfig, rootLayer } from './seeds.ts';

export interface Target {
  /** Makes the input in a folder; the same for the same randomness. */
  make(dir: string, r: Random): void;
  /** Reads it. Resolves where the program gave an answer; rejects with whatever the program threw. */
  run(dir: string): Promise<unknown>;
}

const limits = { ...defaultLimits, layerBytes: 64 << 20, wholeFileBytes: 4 << 20 };

export const targets: Record<string, Target> = {
  tar: bytes((r) => mendChecksums(damage(rootLayer(), r))),
  'tar-unmended': bytes((r) => damage(rootLayer(), r)),
  gzip: bytes((r) => damage(gzipSync(rootLayer(), { level: r.below(2) ? 1 : 9 }), r)),
  zstd: bytes((r) => damage(zstd(), r)),
  databases: image('oci-dir:layout', (dir, r) => {
    const path = r.pick(Object.keys(databases));
    makeLayout(
      join(dir, 'layout'),
      [{ bytes: rootLayer({ [path]: damage(Buffer.from(databases[path] ?? ''), r) }) }],
      config(),
    );
  }),
  programs: image('oci-dir:layout', (dir, r) => {
    const path = r.pick(['entry.sh', 'bin/busybox', 'usr/sbin/sshd']);
    const whole = path === 'entry.sh' ? Buffer.from('#!/usr/bin/env -S sh -e\nexec "$@"\n') : elf();
    makeLayout(join(dir, 'layout'), [{ bytes: rootLayer({ [path]: damage(whole, r) }) }], config());
  }),
  secrets: image('oci-dir:layout', (dir, r) => {
    const [path, content] = secretFile(r);
    makeLayout(join(dir, 'layout'), [{ bytes: rootLayer({ [path]: damage(content, r) }) }], config());
  }),
  documents: image('oci-dir:layout', damagedDocuments),
  'oci-archive': image('oci-archive:image.tar', (dir, r) => {
    makeLayout(join(dir, 'layout'), [{ bytes: gzipSync(rootLayer()) }], {
      ...config(),
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    });
    writeFileSync(join(dir, 'image.tar'), mendChecksums(damage(packed(join(dir, 'layout')), r)));
  }),
  'docker-archive': image('docker-archive:image.tar', (dir, r) =>
    writeFileSync(join(dir, 'image.tar'), mendChecksums(damage(dockerArchive(r), r))),
  ),
  'docker-archive-documents': image('docker-archive:image.tar', (dir, r) =>
    writeFileSync(join(dir, 'image.tar'), dockerArchive(r, true)),
  ),
  dockerfile: dockerfiles,
  cache: {
    make: (dir, r) => {
      makeLayout(join(dir, 'layout'), [{ bytes: rootLayer() }], config());
      writeFileSync(join(dir, 'seed'), `${r.below(2 ** 31)}`);
    },
    run: damagedCache,
  },
};

function config() {
  return { config: imageConfig([sha256(rootLayer())]) };
}

/** Bytes of one layer, read by the layer reader, squashed, and sent through the record's text form. */
function bytes(make: (r: Random) => Uint8Array): Target {
  return {
    make: (dir, r) => writeFileSync(join(dir, 'layer'), make(r)),
    run: async (dir) => {
      const { layerCollectors } = await import('../../../src/facts/collectors.ts');
      const read = readFileSync(join(dir, 'layer'));
      const record = await readLayer(pieces(read), { collectors: layerCollectors, limits, what: 'the layer' });
      const again = decodeRecord(encodeRecord(record));
      const plain: unknown = JSON.parse(JSON.stringify(record));
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(again)), plain))
        throw new Error('a record is not the same after its text form');
      const rootfs = new Rootfs(limits);
      rootfs.apply(record.entries, 0);
      rootfs.apply(again.entries, 1);
      for (const node of rootfs.nodes()) rootfs.resolve(node.path);
      if (record.status.length > 1000) throw new Error(`${record.status.length} status entries`);
    },
  };
}

/** In pieces of odd sizes, as a stream gives them. */
async function* pieces(whole: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 10_007)
    yield whole.subarray(at, at + size);
}

/** A whole image through the whole program. */
function image(target: string, make: (dir: string, r: Random) => void): Target {
  const [scheme, name] = target.split(':') as [string, string];
  return {
    make,
    run: async (dir) => {
      const result = await scan(`${scheme}:${join(dir, name)}`, null);
      for (const report of result) check(report);
    },
  };
}

function check(report: ImageReport): void {
  const { value, ceiling } = report.score;
  if (!(value >= 0 && value <= 100 && ceiling >= value)) throw new Error(`score ${value}, ceiling ${ceiling}`);
  const text = JSON.stringify(report);
  if (/"(undefined|NaN|\[object Object\])"|undefined|\[object Object\]/.test(text))
    throw new Error(`the report holds ${/.{30}(undefined|\[object Object\]).{10}/.exec(text)?.[0]}`);
  for (const finding of report.findings)
    if (finding.evidence.length === 0) throw new Error(`${finding.rule} has no evidence`);
}

async function scan(target: string, cache: ScanOptions['cache']): Promise<ImageReport[]> {
  const result = await scanTarget(target, {
    allPlatforms: true,
    verify: 'report',
    asOf: '2026-01-01',
    trusted: [],
    ruleset: await loadRuleset([]),
    gate: { failOn: 'none' },
    limits,
    cache,
    concurrency: 2,
    workers: 1,
    source: { registry: { insecure: [], mirrors: new Map() }, docker: {} },
    env: {},
    stdin: () => pieces(Buffer.alloc(0)),
    signal: new AbortController().signal,
    version: 'fuzz',
  });
  return result.reports;
}

function damagedDocuments(dir: string, r: Random): void {
  const layout = join(dir, 'layout');
  const layer = rootLayer();
  const which = r.below(3);
  const image = imageConfig([sha256(layer)]);
  const text = (value: unknown) =>
    r.below(6) === 0 ? damage(Buffer.from(JSON.stringify(value)), r) : (JSON.stringify(value) ?? '');
  makeLayout(
    layout,
    [{ bytes: layer }],
    which === 0 ? { raw: { config: text(damageJson(image, r)) } } : { config: image },
  );
  if (which === 0) return;
  const indexFile = join(layout, 'index.json');
  const index = JSON.parse(readFileSync(indexFile, 'utf8')) as { manifests: { digest: string }[] };
  if (which === 1) writeFileSync(indexFile, text(damageJson(index, r)));
  else {
    const path = join(layout, 'blobs', (index.manifests[0]?.digest ?? '').replace(':', '/'));
    writeFileSync(path, text(damageJson(JSON.parse(readFileSync(path, 'utf8')), r)));
  }
}

function dockerArchive(r: Random, documents = false): Buffer {
  const layer = rootLayer();
  const image: unknown = imageConfig([sha256(layer)]);
  const manifest: unknown = [
    { Config: 'config.json', RepoTags: ['app:1.0', 'registry.example.com/team/app:1.0'], Layers: ['a/layer.tar'] },
  ];
  const which = documents ? r.below(2) : 2;
  return archive(
    entry({ path: 'a/', type: '5' }),
    entry({ path: 'a/VERSION' }, '1.0'),
    entry({ path: 'a/json' }, '{"id":"a"}'),
    entry({ path: 'a/layer.tar' }, layer),
    entry({ path: 'config.json' }, JSON.stringify(which === 0 ? damageJson(image, r) : image) ?? ''),
    entry({ path: 'manifest.json' }, JSON.stringify(which === 1 ? damageJson(manifest, r) : manifest) ?? ''),
    entry({ path: 'repositories' }, '{"app":{"1.0":"a"}}'),
  );
}

/** A damaged cache may cost time; it must not change the answer. */
async function damagedCache(dir: string): Promise<void> {
  const cache = { dir: join(dir, 'cache'), maxBytes: 1e9 };
  mkdirSync(cache.dir, { mode: 0o700 });
  const target = `oci-dir:${join(dir, 'layout')}`;
  const before = strip(await scan(target, cache));
  const r = random(Number(readFileSync(join(dir, 'seed'), 'utf8')));
  for (const path of readdirSync(cache.dir, { recursive: true, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const file = join(path.parentPath, path.name);
    writeFileSync(file, damage(readFileSync(file), r));
  }
  const after = strip(await scan(target, cache));
  if (after !== before) throw new Error('a damaged cache changed the report');
}

function strip(reports: ImageReport[]): string {
  return JSON.stringify(reports.map(({ status: _, ...report }) => report));
}

function packed(folder: string): Buffer {
  return execFileSync('tar', ['-C', folder, '-cf', '-', '.'], { maxBuffer: 1 << 26 });
}

let compressed: Buffer | undefined;
function zstd(): Buffer {
  compressed ??= execFileSync('zstd', ['-q', '-c'], { input: rootLayer(), maxBuffer: 1 << 26 });
  return compressed;
}
