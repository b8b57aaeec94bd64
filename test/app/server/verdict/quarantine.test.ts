import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../src/app/server/types.ts';
import { type QuarantinePolicy, quarantine } from '../../../../src/app/server/verdict/quarantine.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { sha256 } from '../../../support/fake-registry.ts';
import { startWritableRegistry } from '../../../support/writable-registry.ts';
import { accessTo, indexType, manifestOf, pushImage, tagsOf } from './registry.ts';
import { verdict } from './sample.ts';

const move: QuarantinePolicy = { action: 'move', prefix: 'quarantine-' };

suite('quarantine', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('quarantine');
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry(home, 'quarantine');
  });
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  const failed = (repository: string, change: Partial<Verdict>) =>
    verdict({ registry: registry.host, repository, tag: '1.0', ...change });
  const run = (one: Verdict, policy = move) => quarantine(one, policy, accessTo(one.registry));

  it('moves the tag of an image that failed, and no other tag of it', async () => {
    const digest = await pushImage(home, registry.host, 'team/moved', '1.0');
    await pushImage(home, registry.host, 'team/moved', 'same', 'a');
    expect(await run(failed('team/moved', { digest }))).toEqual({ outcome: 'moved', to: 'quarantine-1.0' });
    expect(await tagsOf(registry.host, 'team/moved')).toEqual(['quarantine-1.0', 'same']);
    expect((await manifestOf(registry.host, 'team/moved', 'quarantine-1.0'))?.digest).toBe(digest);
    expect((await manifestOf(registry.host, 'team/moved', digest))?.digest).toBe(digest);
    expect(await run(failed('team/moved', { digest }))).toEqual({ outcome: 'left', reason: 'the tag is gone' });
  });

  it('deletes the tag, and leaves the image', async () => {
    const digest = await pushImage(home, registry.host, 'team/deleted', '1.0');
    expect(await run(failed('team/deleted', { digest }), { ...move, action: 'delete' })).toEqual({
      outcome: 'deleted',
    });
    expect(await tagsOf(registry.host, 'team/deleted')).toEqual([]);
    expect((await manifestOf(registry.host, 'team/deleted', digest))?.digest).toBe(digest);
  });

  it('leaves a tag that points to another image by now', async () => {
    const digest = await pushImage(home, registry.host, 'team/newer', '1.0');
    const newer = await pushImage(home, registry.host, 'team/newer', '1.0', 'b');
    expect(await run(failed('team/newer', { digest }))).toEqual({
      outcome: 'left',
      reason: 'the tag points to another image by now',
    });
    expect(await tagsOf(registry.host, 'team/newer')).toEqual(['1.0']);
    expect((await manifestOf(registry.host, 'team/newer', '1.0'))?.digest).toBe(newer);
  });

  it.each<[string, Partial<Verdict>, Partial<QuarantinePolicy>, string]>([
    ['passed', { passed: true }, {}, 'it passed'],
    ['has no tag', {}, {}, 'it was pushed without a tag'],
    ['is there already', { tag: 'quarantine-1.0' }, {}, 'it is in quarantine'],
    ['is not included', {}, { include: ['registry.example.com/other/**'] }, 'the policy leaves its repository out'],
    ['is excluded', {}, { exclude: ['**'] }, 'the policy leaves its repository out'],
  ])('leaves what %s, without asking', async (what, change, policy, reason) => {
    const { tag, ...untagged } = verdict({ registry: '127.0.0.1:1', ...change });
    const one = what === 'has no tag' ? untagged : { ...untagged, tag: tag! };
    expect(await run(one, { ...move, ...policy })).toEqual({ outcome: 'left', reason });
  });

  it('a registry that deletes nothing keeps its tag, and says so', async () => {
    const fixed = await startRegistry(home, 'fixed', undefined, {
      storage: { filesystem: { rootdirectory: home.folder('registry-fixed') }, delete: { enabled: false } },
    });
    try {
      const digest = await pushImage(home, fixed.host, 'team/fixed', '1.0');
      const one = verdict({ registry: fixed.host, repository: 'team/fixed', tag: '1.0', digest });
      await expect(run(one)).rejects.toMatchObject({
        name: 'DeliveryError',
        transient: false,
        message: `${fixed.host} deletes no tags, so that team/fixed:1.0 stays; the image is under quarantine-1.0 as well; allow deletion there (storage.delete.enabled in Distribution), or put a gate before it`,
      });
      expect((await manifestOf(fixed.host, 'team/fixed', '1.0'))?.digest).toBe(digest);
    } finally {
      await fixed.stop();
    }
  });
});

describe('a registry that deletes tags', () => {
  const open: { close(): void }[] = [];
  afterAll(() => {
    for (const one of open) one.close();
  });
  async function started() {
    const registry = await startWritableRegistry();
    open.push(registry);
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [] }));
    const digest = sha256(bytes);
    registry.manifests.set(digest, { bytes, mediaType: indexType });
    registry.manifests.set('1.0', { bytes, mediaType: indexType });
    return { registry, one: verdict({ registry: registry.host, tag: '1.0', digest }) };
  }

  it('is asked for nothing else', async () => {
    const { registry, one } = await started();
    expect(await quarantine(one, move, accessTo(registry.host))).toEqual({ outcome: 'moved', to: 'quarantine-1.0' });
    expect([...registry.manifests.keys()]).toEqual([one.digest, 'quarantine-1.0']);
    expect(registry.manifests.get('quarantine-1.0')?.mediaType).toBe(indexType);
    expect(registry.seen.filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  it('but not for us', async () => {
    const { registry, one } = await started();
    registry.fault = ({ method }, response) => {
      if (method === 'DELETE') response.writeHead(403).end();
      return method === 'DELETE';
    };
    await expect(quarantine(one, move, accessTo(registry.host))).rejects.toMatchObject({
      transient: false,
      message: expect.stringMatching(/denies the deletion of team\/api:1.0; the image is under quarantine-1.0 as well/),
    });
  });

  it('that breaks off midway gives the tag back what it pointed to', async () => {
    const { registry, one } = await started();
    let deletions = 0;
    registry.fault = ({ method, path }, response) => {
      if (method !== 'DELETE') return false;
      // No tags by themselves; the trial goes, the stand-in does not.
      if (path.endsWith('/1.0')) response.writeHead(405).end();
      else if (deletions++ === 0) return false;
      else response.writeHead(500).end();
      return true;
    };
    await expect(quarantine(one, { ...move, action: 'delete' }, accessTo(registry.host))).rejects.toMatchObject({
      transient: true,
    });
    expect(sha256(registry.manifests.get('1.0')!.bytes)).toBe(one.digest);
  });
});
