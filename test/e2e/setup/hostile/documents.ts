/** Indexes, manifests, configs and blobs of a layout that an attacker would write. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobPath, makeLayout, sha256 } from '../layout.ts';
import { archive } from '../tar.ts';
import { type Attack, layer, osRelease } from './bytes.ts';

export const documents: Attack[] = [
  {
    name: 'manifest of 80 MB',
    expect: /limit|too|large|long/,
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], { raw: { manifest: Buffer.alloc(80_000_000, ' ') } }) &&
      `oci-dir:${dir}`,
  },
  {
    name: 'index of 80 MB',
    expect: /limit|too|large|long/,
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], { raw: { index: Buffer.alloc(80_000_000, '[') } }) &&
      `oci-dir:${dir}`,
  },
  {
    name: 'config of 80 MB',
    expect: /limit|too|large|long/,
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], { raw: { config: Buffer.alloc(80_000_000, ' ') } }) &&
      `oci-dir:${dir}`,
  },
  {
    name: 'index nested 3,000,000 brackets deep',
    expect: /JSON|index/i,
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], { raw: { index: '['.repeat(3_000_000) } }) && `oci-dir:${dir}`,
  },
  {
    name: 'config nested 700,000 objects deep',
    expect: 'either',
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], {
        raw: { config: `${'{"config":'.repeat(700_000)}1${'}'.repeat(700_000)}` },
      }) && `oci-dir:${dir}`,
  },
  {
    name: 'labels nested deep',
    expect: 'either',
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], {
        config: { config: { Labels: deep(2000), Env: deep(2000), Cmd: deep(2000), User: deep(2000) } },
      }) && `oci-dir:${dir}`,
  },
  {
    name: 'config with 150,000 history steps',
    expect: 'either',
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], {
        config: { history: Array.from({ length: 150_000 }, () => ({ created_by: 'x', empty_layer: true })) },
      }) && `oci-dir:${dir}`,
  },
  { name: 'index that names itself', expect: /nest|deep|loop|itself|index/i, make: selfIndex },
  { name: 'index of 40,000 manifests', expect: /manifests|limit|none|no image|platform/i, make: manyManifests },
  {
    name: 'manifest of 600 layers',
    expect: /layers/,
    make: (dir) =>
      makeLayout(
        dir,
        Array.from({ length: 600 }, () => layer(archive(osRelease))),
      ) && `oci-dir:${dir}`,
  },
  { name: 'digest that is a path', expect: /digest/, make: pathDigest },
  {
    name: 'config that is null',
    expect: 'either',
    make: (dir) => makeLayout(dir, [layer(archive(osRelease))], { raw: { config: 'null' } }) && `oci-dir:${dir}`,
  },
  {
    name: 'manifest that is a string',
    expect: /manifest/i,
    make: (dir) =>
      makeLayout(dir, [layer(archive(osRelease))], { raw: { manifest: '"manifest"' } }) && `oci-dir:${dir}`,
  },
  {
    name: 'index that is an array',
    expect: /index/i,
    make: (dir) => makeLayout(dir, [layer(archive(osRelease))], { raw: { index: '[]' } }) && `oci-dir:${dir}`,
  },
  {
    name: 'blob that is a FIFO',
    expect: /file|blob|layer/i,
    make: (dir) => special(dir, (path) => execFileSync('mkfifo', [path])),
  },
  {
    name: 'blob that is a link to an endless device',
    expect: 'either',
    make: (dir) => special(dir, (path) => symlinkSync('/dev/zero', path)),
  },
  {
    name: 'blob that is a link to a file outside',
    expect: 'either',
    make: (dir) => special(dir, (path) => symlinkSync('/etc/passwd', path)),
  },
  {
    name: 'blob that is a folder',
    expect: /file|blob|layer|folder/i,
    make: (dir) => special(dir, (path) => mkdirSync(path)),
  },
];

function selfIndex(dir: string): string {
  makeLayout(dir, [layer(archive(osRelease))]);
  const digest = `sha256:${'ab'.repeat(32)}`;
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: 1 }],
  });
  writeFileSync(blobPath(dir, digest), index);
  writeFileSync(join(dir, 'index.json'), index);
  return `oci-dir:${dir}`;
}

function manyManifests(dir: string): string {
  makeLayout(dir, [layer(archive(osRelease))]);
  const manifests = Array.from({ length: 40_000 }, (_, i) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sha256(Buffer.from(`${i}`)),
    size: 1,
  }));
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return `oci-dir:${dir}`;
}

function pathDigest(dir: string): string {
  makeLayout(dir, [layer(archive(osRelease))]);
  const manifests = [
    { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:../../../../../../etc/passwd', size: 1 },
  ];
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return `oci-dir:${dir}`;
}

function special(dir: string, make: (path: string) => void): string {
  const bytes = archive(osRelease);
  makeLayout(dir, [layer(bytes)]);
  const path = blobPath(dir, sha256(bytes));
  rmSync(path);
  make(path);
  return `oci-dir:${dir}`;
}

function deep(levels: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
}
