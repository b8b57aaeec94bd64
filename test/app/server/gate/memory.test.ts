/** A gate in its own process holds nothing of the blobs that pass through it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { must } from '../../../e2e/setup/run.ts';
import { suite } from '../../../e2e/setup/suite.ts';

const root = resolve(import.meta.dirname, '../../../..');
const megabytes = 200;

suite('the memory of a gate', { tools: ['docker-registry'] }, () => {
  const home = openHome('gate-memory');
  let registry: Registry;
  let gate: ChildProcess;
  let address = '';
  const peak = () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${gate.pid}/status`, 'utf8'))![1]) / 1024;

  beforeAll(async () => {
    registry = await startRegistry(home, 'memory');
    const outfile = home.path('gate.cjs');
    await build({
      ...{ absWorkingDir: root, entryPoints: ['test/bench/gate-process.ts'], outfile, bundle: true, platform: 'node' },
      ...{ format: 'cjs', target: 'node20.19', logLevel: 'error' },
    });
    gate = spawn(process.execPath, [outfile, registry.host], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...home.env },
    });
    address = await new Promise((done) => gate.stdout!.once('data', (data) => done(String(data).trim())));
  }, 60_000);
  afterAll(async () => {
    gate?.kill('SIGKILL');
    await home.close();
  }, 60_000);

  it('does not grow with what is pushed and pulled through it', async () => {
    const chunk = Buffer.alloc(1 << 20, 'tare');
    const blob = Buffer.concat(Array.from({ length: megabytes }, () => chunk));
    const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
    const file = home.path('blob');
    writeFileSync(file, blob);
    await fetch(`http://${address}/v2/`);
    const before = peak();
    await must(process.execPath, [join(root, 'test/bench/push-blob.mjs'), address, 'big', file, digest]);
    expect(peak() - before).toBeLessThan(60);
    const pulled = await fetch(`http://${address}/v2/big/blobs/${digest}`);
    const hash = createHash('sha256');
    for await (const part of pulled.body!) hash.update(part as Uint8Array);
    expect(`sha256:${hash.digest('hex')}`).toBe(digest);
    expect(peak() - before).toBeLessThan(80);
  }, 60_000);
});
