import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Shelf } from '../../../../src/app/server/assess/layer-store.ts';
import { AssessPool, type PoolOptions } from '../../../../src/app/server/assess/pool.ts';
import type { NotGradedError } from '../../../../src/app/server/assess/process.ts';
import type { AssessTask } from '../../../../src/app/server/assess/protocol.ts';
import { AssessError } from '../../../../src/app/server/types.ts';
import type { Digest } from '../../../../src/types.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry as startDistribution } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { type FakeImage, type FakeRegistry, startRegistry } from '../../../support/fake-registry.ts';
import { secret } from '../../../support/secrets.ts';
import { endMarker, header, tar } from '../../../support/tar.ts';
import { settingsFor } from '../support/parts.ts';
import { pushImage } from '../verdict/registry.ts';

const file = join(resolve(import.meta.dirname, '../../../..'), 'dist/assess-worker.cjs');
const asOf = '2026-11-23';
const signal = new AbortController().signal;
const pools: AssessPool[] = [];
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

function poolFor(host: string, more: Partial<PoolOptions> = {}): { pool: AssessPool; shelf: Map<string, Uint8Array> } {
  const shelf = new Map<string, Uint8Array>();
  const kept: Shelf = { get: async (key) => shelf.get(key), put: (key, body) => void shelf.set(key, body) };
  const pool = new AssessPool({
    ...{ file, settings: settingsFor(host), size: 1, shelf: kept, env: { PATH: process.env['PATH'] } },
    limits: { memoryBytes: 512 << 20, timeMs: 60_000 },
    ...more,
  });
  pools.push(pool);
  return { pool, shelf };
}

const pull = (host: string, digest: Digest, repository = 'team/app'): AssessTask => ({
  ...{ kind: 'pull', registry: host, repository, digest, asOf },
});

suite('a scan process and Distribution', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('assess');
  let registry: Registry;
  let digest: Digest;
  beforeAll(async () => {
    registry = await startDistribution(home, 'assess');
    digest = await pushImage(home, registry.host, 'team/app', '1.0');
  }, 60_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 60_000);

  it('grades an image, and again from what is stored when the registry is gone', async () => {
    const { pool, shelf } = poolFor(registry.host);
    const first = await pool.run(pull(registry.host, digest), signal);
    expect(first.reports).toHaveLength(1);
    expect(first.reports[0]!.target.digest).toBe(digest);
    expect(first.reports[0]!.findings.map(({ rule }) => rule)).not.toEqual([]);
    expect(first.images).toHaveLength(1);
    await registry.stop();
    const { images } = first;
    const named = { ...pull(registry.host, digest), kind: 'regrade' as const, images };
    const again = await pool.run(named, signal);
    expect(again.reports).toEqual(first.reports);
    const later = await pool.run({ ...named, asOf: '2027-01-01' }, signal);
    expect(later.reports[0]!.ruleset.asOf).toBe('2027-01-01');
    // The policy goes by what it is called now.
    const elsewhere = await pool.run({ ...named, repository: 'prod/app', tag: 'v2' }, signal);
    expect(elsewhere.reports[0]!.target.name).toMatch(/\/prod\/app:v2@sha256:/);
    await expect(pool.run(pull(registry.host, digest), signal)).rejects.toMatchObject({ why: 'passing' });
    shelf.clear();
    await expect(pool.run(named, signal)).rejects.toMatchObject({ why: 'missing' });
  }, 60_000);
});

describe('a scan process', () => {
  let registry: FakeRegistry;
  let good: FakeImage;
  beforeAll(async () => {
    registry = await startRegistry();
    good = registry.addImage(undefined, [await tar([{ name: 'etc/hostname', content: 'here\n' }])]);
  });
  afterEach(() => void registry.faults.splice(0));
  afterAll(() => registry.close());

  const graded = async (pool: AssessPool): Promise<void> => {
    const { reports } = await pool.run(pull(registry.host, good.digest), signal);
    expect(reports).toHaveLength(1);
  };
  /** The blob of this image never comes. */
  const hanging = async (): Promise<FakeImage> => {
    const image = registry.addImage(undefined, [await tar([{ name: `never-${Math.random()}`, content: 'x' }])]);
    registry.faults.push(({ path }) => path.endsWith(image.layers[0]!));
    return image;
  };
  const asked = (image: FakeImage) =>
    expect
      .poll(() => registry.seen.some(({ path }) => path.endsWith(image.layers[0]!)), { timeout: 15_000 })
      .toBe(true);

  it('stores no config with a credential in it', async () => {
    const key = secret('aws-key-id') ?? secret('github-token')!;
    const layer = await tar([{ name: 'etc/hostname', content: 'there\n' }]);
    const image = registry.addImage(undefined, [layer], { config: { Env: [`TOKEN=${key}`] } });
    const { pool } = poolFor(registry.host);
    const { reports, images } = await pool.run(pull(registry.host, image.digest), signal);
    expect(images).toEqual([]);
    expect(JSON.stringify(reports)).not.toContain(key);
    expect((await pool.run(pull(registry.host, good.digest), signal)).images).toHaveLength(1);
  }, 30_000);

  it('is ended where it takes too much memory, and the next image is graded', async () => {
    const headers = Array.from({ length: 300_000 }, (_, n) => header(`${'folder'.repeat(10)}/file-${n}`));
    const image = registry.addImage(undefined, [Buffer.concat([...headers, endMarker])]);
    const { pool } = poolFor(registry.host, { limits: { memoryBytes: 200 << 20, timeMs: 60_000 } });
    await graded(pool);
    const ended = pool.run(pull(registry.host, image.digest), signal);
    await expect(ended).rejects.toThrow(/^the scan was ended: it took more than 200 MiB of memory$/);
    await expect(ended).rejects.toMatchObject({ permanent: true });
    await graded(pool);
  }, 60_000);

  it('is ended where it takes too much time', async () => {
    const image = await hanging();
    const { pool } = poolFor(registry.host, { limits: { memoryBytes: 512 << 20, timeMs: 4_000 } });
    const ended = pool.run(pull(registry.host, image.digest), signal);
    await expect(ended).rejects.toThrow(AssessError);
    await expect(ended).rejects.toThrow('the scan was ended: it took more than 4 s');
    await graded(pool);
  }, 30_000);

  it('may be killed by others, which is not the image’s fault', async () => {
    const image = await hanging();
    const { pool } = poolFor(registry.host);
    const before = new Set(scanProcesses());
    const ended = pool.run(pull(registry.host, image.digest), signal);
    const outcome = expect(ended).rejects.toMatchObject({
      ...{ message: 'the scan was ended: its process ended with SIGKILL', permanent: false },
    });
    await asked(image);
    const [pid] = scanProcesses().filter((one) => !before.has(one));
    process.kill(pid!, 'SIGKILL');
    await outcome;
    await graded(pool);
  }, 30_000);

  it('stops when it is told to, and goes on with the next', async () => {
    const image = await hanging();
    const { pool } = poolFor(registry.host);
    await graded(pool);
    const before = scanProcesses();
    const stop = new AbortController();
    const stopped = pool.run(pull(registry.host, image.digest), stop.signal);
    const outcome = expect(stopped).rejects.toThrow('nobody waits any more');
    // Others wait for their turn meanwhile, and one of them gives up.
    const gaveUp = new AbortController();
    const waiting = expect(pool.run(pull(registry.host, good.digest), gaveUp.signal)).rejects.toThrow('gave up');
    const patient = graded(pool);
    await asked(image);
    gaveUp.abort(new Error('gave up'));
    await waiting;
    stop.abort(new Error('nobody waits any more'));
    await outcome;
    await patient;
    expect(scanProcesses()).toEqual(before);
  }, 30_000);

  it('knows none of the server’s secrets', async () => {
    const env = { PATH: process.env['PATH'], HTTPS_PROXY: '', TARE_ADMIN_TOKEN: 'first', DATABASE_URL: 'second' };
    const { pool } = poolFor(registry.host, { env: { ...env, TARE_WEBHOOK_SECRET: 'third', NODE_OPTIONS: 'fourth' } });
    const before = new Set(scanProcesses());
    await pool.check();
    const [pid] = scanProcesses().filter((one) => !before.has(one));
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .flatMap((line) => (line === '' ? [] : [line.split('=')[0]]));
    expect(names.filter((name) => !/^NODE_CHANNEL_/.test(name!)).sort()).toEqual(['HTTPS_PROXY', 'PATH']);
    await graded(pool);
  }, 30_000);

  it('tells at once of rules and policies that are none', async () => {
    const settings = settingsFor(registry.host);
    const rules = { ...settings, rulesets: [{ name: 'own.yaml', text: 'rules: nonsense' }] };
    await expect(poolFor(registry.host, { settings: rules }).pool.check()).rejects.toThrow(/^.*own\.yaml.*/);
    const policy = { ...settings, policy: { file: 'tare.yaml', text: 'gate: { fail-on: nonsense }' } };
    const refused = poolFor(registry.host, { settings: policy }).pool.check();
    await expect(refused).rejects.toThrow(AssessError);
    await expect(refused).rejects.toThrow(/tare\.yaml/);
  }, 30_000);

  it('is not started when the server stops', async () => {
    const { pool } = poolFor(registry.host);
    const running = pool.run(pull(registry.host, good.digest), signal);
    const outcome = expect(running).rejects.toMatchObject({ permanent: false } satisfies Partial<AssessError>);
    pool.close();
    await outcome;
    await expect(pool.run(pull(registry.host, good.digest), signal)).rejects.toThrow('the server stops');
  }, 30_000);

  it('names what is wrong with an image', async () => {
    const { pool } = poolFor(registry.host);
    const broken = registry.addManifest({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' });
    const failed = pool.run(pull(registry.host, broken.digest), signal);
    await expect(failed).rejects.toMatchObject({ why: 'image' } satisfies Partial<NotGradedError>);
    await graded(pool);
  }, 30_000);
});

/** Of this test process, by number. */
function scanProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return (
          Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('assess-worker.cjs')
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
