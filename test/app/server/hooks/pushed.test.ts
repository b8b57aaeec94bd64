import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAtPush } from '../../../../src/app/server/hooks/pushed.ts';
import { attachReport, reportType } from '../../../../src/app/server/verdict/referrer.ts';
import type { Digest } from '../../../../src/types.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { sha256 } from '../../../support/fake-registry.ts';
import { accessTo, indexType, manifestOf, manifestType, pushImage } from '../verdict/registry.ts';
import { verdict } from '../verdict/sample.ts';

suite('what was pushed', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('pushed');
  let registry: Registry;
  let digest: Digest;
  let report: Digest;
  beforeAll(async () => {
    registry = await startRegistry(home, 'pushed');
    digest = await pushImage(home, registry.host, 'team/api', '1.0');
    const files = { report: Buffer.from('{}'), sarif: Buffer.from('[]') };
    const failed = verdict({ registry: registry.host, repository: 'team/api', digest });
    ({ digest: report } = await attachReport(failed, files, accessTo(registry.host)));
  }, 60_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  const look = (what: { tag?: string; digest?: Digest }) => {
    const { options, env, signal } = accessTo(registry.host);
    return lookAtPush({ registry: registry.host, repository: 'team/api', ...what }, options, { env, signal });
  };
  async function putIndex(tag: string, manifests: object[]): Promise<Digest> {
    const body = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
    await fetch(`http://${registry.host}/v2/team/api/manifests/${tag}`, {
      ...{ method: 'PUT', body },
      headers: { 'content-type': indexType },
    });
    return sha256(Buffer.from(body));
  }
  /** As the registry itself hands it out. */
  async function bytesOf(name: Digest): Promise<Buffer> {
    const accept = `${indexType}, ${manifestType}`;
    const answer = await fetch(`http://${registry.host}/v2/team/api/manifests/${name}`, { headers: { accept } });
    return Buffer.from(await answer.arrayBuffer());
  }
  const size = async (name: string) =>
    JSON.stringify((await manifestOf(registry.host, 'team/api', name))?.document).length;

  it('is an image, by tag and by digest', async () => {
    expect(await look({ tag: '1.0' })).toEqual({ is: 'image', digest, bytes: await bytesOf(digest) });
    expect(await look({ digest })).toEqual({ is: 'image', digest, bytes: await bytesOf(digest) });
  });

  it('is an artifact, as is the list that leads to it', async () => {
    expect(await look({ digest: report })).toEqual({ is: 'artifact', digest: report, type: reportType });
    expect(await look({ tag: digest.replace(':', '-') })).toMatchObject({ is: 'artifact', type: reportType });
  });

  it('is an image where an index only calls it an artifact', async () => {
    const image = { mediaType: manifestType, digest, size: await size('1.0') };
    const artifact = { mediaType: manifestType, digest: report, size: await size(report), artifactType: reportType };
    const disguised = await putIndex('disguised', [artifact, { ...image, artifactType: reportType }]);
    expect(await look({ tag: 'disguised' })).toEqual({
      is: 'image',
      digest: disguised,
      bytes: await bytesOf(disguised),
    });
    const plain = await putIndex('plain', [image]);
    expect(await look({ digest: plain })).toEqual({ is: 'image', digest: plain, bytes: await bytesOf(plain) });
    await putIndex('empty', []);
    expect(await look({ tag: 'empty' })).toMatchObject({ is: 'artifact', type: 'an empty index' });
  });

  it('is gone', async () => {
    expect(await look({ tag: 'none' })).toEqual({ is: 'gone' });
    expect(await look({ digest: sha256(Buffer.from('none')) })).toEqual({ is: 'gone' });
  });

  it('cannot be told where the registry is away', async () => {
    const { options, env, signal } = accessTo('127.0.0.1:1');
    await expect(
      lookAtPush({ registry: '127.0.0.1:1', repository: 'team/api', tag: '1.0' }, options, { env, signal }),
    ).rejects.toThrow(/accepts no connection/);
  });
});
