import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const base = ['/etc', '/var/lib/dpkg/status', '/lib/apk'];
const bulk = ['/usr', '/var/lib/dpkg/info'];

/**
 * Makes an image of at least `bytes` unpacked from this machine's own files: /etc, then an even sample of /usr, in
 * `layers` gzip layers. The package database is that of this machine with every package, each owning those of its
 * files that are in the sample. Gives the OCI layout and the same as an oci-archive.
 */
export async function makeImage(dir, { bytes, layers = 5, level = 6, archive = true }) {
  mkdirSync(join(dir, 'layout/blobs/sha256'), { recursive: true });
  const rest = sample(
    files(bulk).filter((file) => !file.path.endsWith('.list')),
    bytes,
  );
  const first = [...files(base), ...thinLists(join(dir, 'stage'), new Set(rest.map((file) => file.path)))];
  const parts = [first, ...split(rest, layers - 1)];
  const made = [];
  for (const part of parts) made.push(await makeLayer(dir, part, level));
  const config = blob(dir, {
    created: '2026-01-01T00:00:00Z',
    architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
    os: 'linux',
    config: { User: '10001', Entrypoint: ['/usr/bin/env'] },
    rootfs: { type: 'layers', diff_ids: made.map((layer) => layer.diffID) },
    history: made.map((_, i) => ({ created: '2026-01-01T00:00:00Z', created_by: `part ${i + 1}` })),
  });
  const manifest = blob(dir, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: made.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  });
  writeFileSync(join(dir, 'layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
  };
  writeFileSync(join(dir, 'layout/index.json'), JSON.stringify(index));
  const file = join(dir, 'image.tar');
  if (archive) await wait(spawn('tar', ['-C', join(dir, 'layout'), '-cf', file, '.'], { stdio: 'inherit' }));
  return {
    layout: join(dir, 'layout'),
    archive: file,
    blobs: made.map((layer) => layer.path),
    entries: parts.reduce((sum, part) => sum + part.length, 0),
    stored: made.reduce((sum, layer) => sum + layer.size, 0),
    unpacked: made.reduce((sum, layer) => sum + layer.tarSize, 0),
  };
}

/** dpkg's lists of owned paths, without the files that are not in the image. */
function thinLists(stage, there) {
  const info = '/var/lib/dpkg/info';
  mkdirSync(stage + info, { recursive: true });
  return files([info])
    .filter((file) => file.path.endsWith('.list'))
    .map((file) => {
      const kept = readFileSync(file.path, 'utf8')
        .split('\n')
        .filter((path) => there.has(path) || folder(path));
      writeFileSync(stage + file.path, `${kept.join('\n')}\n`);
      return { ...file, stage };
    });
}

function folder(path) {
  return path !== '' && (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** Regular files and symlinks, themselves or below folders that are there, by path. */
function files(roots) {
  const found = [];
  const queue = [...roots];
  while (queue.length > 0) {
    const folder = queue.shift();
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat?.isFile()) found.push({ path: folder, size: stat.size });
    if (!stat?.isDirectory()) continue;
    const names = readdirSync(folder, { withFileTypes: true });
    for (const name of names) {
      const path = `${folder}/${name.name}`;
      if (name.isDirectory()) queue.push(path);
      else if ((name.isFile() || name.isSymbolicLink()) && !name.name.includes('\n'))
        found.push({ path, size: lstatSync(path).size });
    }
  }
  return found.filter((file) => file.size < 64 << 20).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** An even sample of about `bytes`, never less where there is enough. */
function sample(all, bytes) {
  const total = all.reduce((sum, file) => sum + file.size, 0);
  if (total < bytes) throw new Error(`only ${Math.round(total / 1e6)} MB of files to make an image from`);
  for (let stride = Math.floor(total / bytes); stride > 1; stride--) {
    const taken = all.filter((_, i) => i % stride === 0);
    if (taken.reduce((sum, file) => sum + file.size, 0) >= bytes) return cut(taken, bytes);
  }
  return cut(all, bytes);
}

function cut(taken, bytes) {
  let sum = 0;
  const until = taken.findIndex((file) => (sum += file.size) >= bytes);
  return taken.slice(0, until + 1);
}

/** Parts of about the same bytes. */
function split(all, count) {
  const total = all.reduce((sum, file) => sum + file.size, 0);
  const parts = Array.from({ length: count }, () => []);
  let sum = 0;
  for (const file of all) {
    parts[Math.min(count - 1, Math.floor((sum / total) * count))].push(file);
    sum += file.size;
  }
  return parts;
}

async function makeLayer(dir, part, level) {
  const list = join(dir, 'list');
  // Paths from the root, but those of the stage from there.
  const lines = part.map((file) => file.path.slice(1));
  const staged = part.findIndex((file) => file.stage);
  if (staged >= 0) lines.splice(staged, 0, `-C${part[staged].stage}`);
  writeFileSync(list, lines.join('\n'));
  const args = [
    '-C',
    '/',
    '--no-recursion',
    '--ignore-failed-read',
    '--warning=no-file-changed',
    '-cf',
    '-',
    '-T',
    list,
  ];
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = wait(tar);
  const [digest, diffID] = [createHash('sha256'), createHash('sha256')];
  let [size, tarSize] = [0, 0];
  const temporary = join(dir, 'layer');
  await pipeline(
    tar.stdout,
    async function* (source) {
      for await (const chunk of source) {
        diffID.update(chunk);
        tarSize += chunk.length;
        yield chunk;
      }
    },
    createGzip({ level, chunkSize: 256 << 10 }),
    async function* (source) {
      for await (const chunk of source) {
        digest.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(temporary),
  );
  await ended;
  const hex = digest.digest('hex');
  const path = join(dir, 'layout/blobs/sha256', hex);
  renameSync(temporary, path);
  return { path, digest: `sha256:${hex}`, diffID: `sha256:${diffID.digest('hex')}`, size, tarSize };
}

function blob(dir, document) {
  const bytes = Buffer.from(JSON.stringify(document));
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(dir, 'layout/blobs/sha256', hex), bytes);
  return { digest: `sha256:${hex}`, size: bytes.length };
}

function wait(child) {
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 || code === 1 ? done() : fail(new Error(`tar: exit ${code}`))));
  });
}
