/** What `tare serve` takes in, and what one of its workers grades: the program itself, behind a real registry. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { findTool } from '../../scripts/services.mjs';
import { freePort, startRegistry } from './gate.mjs';

const token = 'a-token-of-the-bench-alone';
const secret = 'a-secret-of-the-bench-alone';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Undefined where no registry is installed. `database` is the URL of a PostgreSQL; the embedded database without.
 * The rates are a second: events stored one by one over HTTP, images pulled whose layer was seen before, images graded
 * anew from what is stored. One worker, one image at a time.
 */
export async function serverBench({ dir, tare, events = 400, images = 60, database }) {
  const program = findTool('docker-registry');
  if (!program) return undefined;
  const folder = join(dir, `server-${database ? 'postgres' : 'embedded'}`);
  mkdirSync(folder, { recursive: true });
  const children = [];
  try {
    const registry = await startRegistry(program, folder, children);
    const digests = await pushImages(registry, folder, images);
    const serve = starter({ folder, tare, registry, database, children });
    // Nobody works: what is stored is all that it costs.
    const closed = await serve({ workers: 0 });
    const accepted = await rateOf(events, () => notify(closed, registry, events, digests.slice(0, 1)));
    await closed.stop();
    const open = await serve({ workers: 1 });
    await settled(open);
    const pulled = await rateOf(images, async () => {
      await notify(open, registry, images, digests);
      await settled(open);
    });
    await open.stop();
    const other = await serve({ workers: 1, policy: 'gate:\n  fail-on: none\n' });
    const graded = await rateOf(images, async () => {
      await other.ask('rescans', '{}');
      await settled(other);
    });
    await other.stop();
    return { events, images, rates: { accepted, pulled, graded } };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function rateOf(count, work) {
  const began = performance.now();
  await work();
  return count / ((performance.now() - began) / 1000);
}

/** Images that share their one layer and differ in their config. */
async function pushImages(registry, folder, count) {
  writeFileSync(join(folder, 'app'), Buffer.alloc(64 * 1024, 'x'), { mode: 0o755 });
  const tar = execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '--numeric-owner', '-cf', '-', 'app']);
  const layer = gzipSync(tar);
  const diffID = digestOf(tar);
  await upload(registry, layer);
  const digests = [];
  for (let i = 0; i < count; i++) {
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        author: `bench ${i}`,
        config: { User: '10001', Entrypoint: ['/app'] },
        rootfs: { type: 'layers', diff_ids: [diffID] },
      }),
    );
    await upload(registry, config);
    const named = (mediaType, blob) => ({ mediaType, digest: digestOf(blob), size: blob.length });
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: manifestType },
        config: named('application/vnd.oci.image.config.v1+json', config),
        layers: [named('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
      }),
    );
    await must(`http://${registry}/v2/bench/app/manifests/v${i}`, {
      method: 'PUT',
      headers: { 'content-type': manifestType },
      body: manifest,
    });
    digests.push(digestOf(manifest));
  }
  return digests;
}

async function upload(registry, blob) {
  const begun = await must(`http://${registry}/v2/bench/app/blobs/uploads/`, { method: 'POST' });
  const url = new URL(begun.headers.get('location'), `http://${registry}`);
  url.searchParams.set('digest', digestOf(blob));
  await must(url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: blob });
}

function starter({ folder, tare, registry, database, children }) {
  return async ({ workers, policy }) => {
    const listen = `127.0.0.1:${await freePort()}`;
    const options = {
      ...{ listen, workers, adminToken: { env: 'BENCH_TOKEN' }, registries: [{ host: registry }] },
      database: database ? { url: { env: 'BENCH_DATABASE' } } : { folder: join(folder, 'data') },
      hooks: [{ sender: 'distribution', auth: { bearer: { env: 'BENCH_SECRET' } } }],
    };
    if (policy) {
      writeFileSync(join(folder, 'tare.yaml'), policy);
      options.policy = 'tare.yaml';
    }
    writeFileSync(join(folder, 'tare-server.yaml'), JSON.stringify(options));
    const child = spawn(process.execPath, [tare, 'serve', '--config', join(folder, 'tare-server.yaml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, BENCH_TOKEN: token, BENCH_SECRET: secret, BENCH_DATABASE: database },
    });
    children.push(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-20_000);
    });
    while (!said.includes('tare serves')) {
      if (child.exitCode !== null) throw new Error(`tare serve ended: ${said}`);
      await sleep(20);
    }
    const api = `http://${listen}/api/v1`;
    return {
      api,
      ask: (path, body) =>
        must(`${api}/${path}`, {
          method: body ? 'POST' : 'GET',
          headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body }),
        }),
      async stop() {
        const ended = new Promise((done) => child.once('exit', done));
        child.kill('SIGTERM');
        await ended;
      },
    };
  };
}

/** So many notifications of one event each, eight at a time, as a busy registry sends them. */
async function notify({ api }, registry, count, digests) {
  let next = 0;
  const send = async () => {
    while (next < count) {
      const i = next++;
      const target = {
        ...{ mediaType: manifestType, repository: 'bench/app', digest: digests[i % digests.length] },
        ...{ url: `http://${registry}/v2/bench/app/manifests/x`, tag: `v${i}` },
      };
      const event = {
        id: `${process.pid}-${performance.now()}-${i}`,
        action: 'push',
        target,
        request: { host: registry },
      };
      await must(`${api}/hooks/distribution`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ events: [event] }),
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, send));
}

/** Until no job waits or runs. */
async function settled({ ask }) {
  for (;;) {
    const { dead: _, ...depth } = (await (await ask('queue')).json()).depth;
    if (Object.values(depth).every(({ waiting, running }) => waiting + running === 0)) return;
    await sleep(50);
  }
}

async function must(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer;
}

function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
