/** What the gate costs where nothing is graded: one large blob pushed straight to a registry, and through the gate. */
import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTool } from '../../scripts/services.mjs';
import { interleave, measureNode } from './measure.mjs';

const push = resolve(import.meta.dirname, 'push-blob.mjs');

/** Undefined where no registry is installed. `gate` is the bundled process. */
export async function gateBench({ dir, gate, rounds, bytes = 300e6, tick = () => {} }) {
  const program = findTool('docker-registry');
  if (!program) return undefined;
  const folder = join(dir, 'gate');
  mkdirSync(folder, { recursive: true });
  const { file, digest } = makeBlob(folder, bytes);
  const children = [];
  try {
    const registry = await startRegistry(program, folder, children);
    const through = await startGate(gate, registry, children);
    let count = 0;
    const pushTo = (host) => () => measureNode([push, host, `bench/${count++}`, file, digest]);
    // A first one each, so that neither pays for files that the other has made.
    await pushTo(registry)();
    await pushTo(through.address)();
    const rss = through.rss();
    const results = await interleave(rounds, { straight: pushTo(registry), through: pushTo(through.address) }, tick);
    return { bytes, results, rss: { first: rss, last: through.rss() } };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

function makeBlob(folder, bytes) {
  const file = join(folder, 'blob');
  const out = openSync(file, 'w');
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1 << 20);
  for (let left = bytes; left > 0; left -= chunk.length) {
    const part = randomFillSync(chunk).subarray(0, Math.min(left, chunk.length));
    hash.update(part);
    writeSync(out, part);
  }
  closeSync(out);
  return { file, digest: `sha256:${hash.digest('hex')}` };
}

/** A plain registry on loopback; its host. */
export async function startRegistry(program, folder, children) {
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    ...{ version: '0.1', log: { level: 'error', accesslog: { disabled: true } }, http: { addr: host, secret: 'none' } },
    storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
  };
  writeFileSync(join(folder, 'registry.yaml'), JSON.stringify(config));
  children.push(spawn(program, ['serve', join(folder, 'registry.yaml')], { stdio: 'ignore' }));
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(`http://${host}/v2/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return host;
    await sleep(50);
  }
  throw new Error('docker-registry did not start');
}

async function startGate(file, registry, children) {
  const child = spawn(process.execPath, [file, registry], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const address = await new Promise((done, fail) => {
    child.stdout.once('data', (data) => done(data.toString().trim()));
    child.once('exit', () => fail(new Error('the gate did not start')));
  });
  /** Peak resident bytes. */
  const rss = () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1024;
  return { address, rss };
}

/** A loopback port that was free a moment ago. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
