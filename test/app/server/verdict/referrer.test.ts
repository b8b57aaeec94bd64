import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attachReport, reportType } from '../../../../src/app/server/verdict/referrer.ts';
import type { Digest } from '../../../../src/types.ts';
import { openHome } from '../../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../../e2e/setup/registry.ts';
import { suite } from '../../../e2e/setup/suite.ts';
import { sha256 } from '../../../support/fake-registry.ts';
import { startWritableRegistry, type WritableRegistry } from '../../../support/writable-registry.ts';
import { accessTo, indexType, manifestOf, manifestType, pushImage } from './registry.ts';
import { verdict } from './sample.ts';

const files = (name: string) => ({
  report: Buffer.from(`{"report":"${name}"}`),
  sarif: Buffer.from(`{"sarif":"${name}"}`),
});

suite('a report attached in Distribution 2.8, which has no referrers API', {
  tools: ['docker-registry', 'skopeo'],
}, () => {
  const home = openHome('referrer');
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry(home, 'referrer');
  });
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  const graded = (repository: string, digest: Digest) => verdict({ registry: registry.host, repository, digest });
  const tagOf = (digest: string) => digest.replace(':', '-');

  it('is found by the tag, as oras discover looks for it', async () => {
    const digest = await pushImage(home, registry.host, 'team/one', '1.0');
    const attached = await attachReport(graded('team/one', digest), files('first'), accessTo(registry.host));
    expect(attached).toMatchObject({ outcome: 'attached', via: 'tag', replaced: 0, kept: 0 });
    expect((await fetch(`http://${registry.host}/v2/team/one/referrers/${digest}`)).status).toBe(404);
    const list = await manifestOf(registry.host, 'team/one', tagOf(digest));
    expect(list?.type).toBe(indexType);
    expect(list?.document.manifests).toEqual([
      {
        mediaType: manifestType,
        digest: attached.digest,
        size: expect.any(Number),
        artifactType: reportType,
        annotations: expect.objectContaining({
          'vnd.tare.grade': 'C',
          'vnd.tare.score': '71.3',
          'vnd.tare.passed': 'false',
        }),
      },
    ]);
    const { document } = (await manifestOf(registry.host, 'team/one', attached.digest))!;
    expect(document).toMatchObject({
      artifactType: reportType,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      subject: { digest, mediaType: manifestType },
      layers: [
        { mediaType: reportType, annotations: { 'org.opencontainers.image.title': 'tare-report.json' } },
        { mediaType: 'application/sarif+json', annotations: { 'org.opencontainers.image.title': 'tare.sarif' } },
      ],
    });
    const blob = await fetch(`http://${registry.host}/v2/team/one/blobs/${document.layers[0].digest}`);
    expect(await blob.text()).toBe('{"report":"first"}');
  });

  it('takes the place of an earlier one, and leaves what others attached', async () => {
    const digest = await pushImage(home, registry.host, 'team/two', '1.0');
    const access = accessTo(registry.host);
    const other = {
      mediaType: manifestType,
      digest: sha256(Buffer.from('x')),
      size: 1,
      artifactType: 'application/spdx+json',
      data: 'eA==',
    };
    const first = await attachReport(graded('team/two', digest), files('first'), access);
    const before = (await manifestOf(registry.host, 'team/two', tagOf(digest)))!.document;
    // Distribution takes a list only of what it holds: the other one stands for a signature of this image.
    const { digest: held, ...rest } = before.manifests[0];
    const image = await manifestOf(registry.host, 'team/two', '1.0');
    await fetch(`http://${registry.host}/v2/team/two/manifests/${tagOf(digest)}`, {
      method: 'PUT',
      headers: { 'content-type': indexType },
      body: JSON.stringify({
        ...before,
        manifests: [
          { ...other, digest: image?.digest },
          { digest: held, ...rest },
        ],
      }),
    });
    expect(await attachReport(graded('team/two', digest), files('first'), access)).toEqual({
      outcome: 'unchanged',
      digest: first.digest,
      via: 'tag',
      replaced: 0,
      kept: 0,
    });
    const second = await attachReport(graded('team/two', digest), files('second'), access);
    expect(second).toMatchObject({ outcome: 'attached', replaced: 1, kept: 0 });
    const { manifests } = (await manifestOf(registry.host, 'team/two', tagOf(digest)))!.document;
    expect(manifests).toEqual([
      expect.objectContaining({ artifactType: 'application/spdx+json', data: 'eA==' }),
      expect.objectContaining({ digest: second.digest }),
    ]);
    expect(await manifestOf(registry.host, 'team/two', first.digest)).toBeUndefined();
  });

  it('an image that is gone is no passing trouble, a registry that is away is', async () => {
    await pushImage(home, registry.host, 'team/three', '1.0');
    const gone = sha256(Buffer.from('gone'));
    await expect(attachReport(graded('team/three', gone), files('x'), accessTo(registry.host))).rejects.toMatchObject({
      name: 'DeliveryError',
      transient: false,
      message: expect.stringContaining(`has no manifest ${gone}`),
    });
    const away = verdict({ registry: '127.0.0.1:1', digest: gone });
    await expect(attachReport(away, files('x'), accessTo('127.0.0.1:1'))).rejects.toMatchObject({ transient: true });
    await expect(attachReport(away, files('x'), accessTo(registry.host))).rejects.toMatchObject({
      transient: false,
      message: expect.stringContaining('127.0.0.1:1 is not among the registries that may be asked'),
    });
  });

  it('a tag that is no list is left as it is', async () => {
    const digest = await pushImage(home, registry.host, 'team/four', '1.0');
    await pushImage(home, registry.host, 'team/four', tagOf(digest), 'b');
    await expect(attachReport(graded('team/four', digest), files('x'), accessTo(registry.host))).rejects.toMatchObject({
      transient: false,
      message: expect.stringMatching(/is no list of referrers/),
    });
  });
});

describe('a report attached in a registry with the referrers API', () => {
  let registry: WritableRegistry;
  let digest: Digest;
  const open: WritableRegistry[] = [];
  afterAll(() => {
    for (const one of open) one.close();
  });
  async function start(options: { uploads?: string } = {}): Promise<void> {
    registry = await startWritableRegistry(options);
    open.push(registry);
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(Buffer.from('{}')), size: 2 },
        layers: [],
      }),
    );
    digest = sha256(bytes);
    registry.manifests.set(digest, { bytes, mediaType: manifestType });
  }
  beforeEach(() => start());
  const attach = (name: string) =>
    attachReport(verdict({ registry: registry.host, digest }), files(name), accessTo(registry.host));
  const referrers = async () => {
    const got = await fetch(`http://${registry.host}/v2/team/api/referrers/${digest}`);
    return ((await got.json()) as { manifests: { digest: string; artifactType: string }[] }).manifests;
  };

  it('is found by it, once', async () => {
    const first = await attach('first');
    expect(first).toMatchObject({ outcome: 'attached', via: 'referrers', replaced: 0 });
    expect(await attach('first')).toMatchObject({ outcome: 'unchanged', digest: first.digest });
    const second = await attach('second');
    expect(second).toMatchObject({ outcome: 'attached', replaced: 1, kept: 0 });
    expect(await referrers()).toEqual([expect.objectContaining({ digest: second.digest, artifactType: reportType })]);
    // No tag is written where it is not needed.
    expect([...registry.manifests.keys()].every((name) => name.startsWith('sha256:'))).toBe(true);
  });

  it('where nothing may be deleted, older ones stay and are counted', async () => {
    await attach('first');
    for (const [status, name] of [
      [405, 'second'],
      [403, 'third'],
    ] as const) {
      registry.fault = ({ method }, response) => {
        if (method === 'DELETE') response.writeHead(status).end();
        return method === 'DELETE';
      };
      expect(await attach(name)).toMatchObject({ outcome: 'attached', replaced: 0, kept: status === 405 ? 1 : 2 });
    }
  });

  it('what only claims to be a report is not deleted', async () => {
    const listed = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ digest, mediaType: manifestType, size: 1, artifactType: reportType }],
    };
    registry.fault = ({ method, path }, response) => {
      if (method === 'GET' && path.includes('/referrers/')) response.writeHead(200).end(JSON.stringify(listed));
      return method === 'GET' && path.includes('/referrers/');
    };
    expect(await attach('first')).toMatchObject({ outcome: 'attached', replaced: 0 });
    expect(registry.manifests.has(digest)).toBe(true);
    expect(registry.seen.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  it.each([
    [500, true],
    [429, true],
    [401, false],
    [403, false],
    [413, false],
  ])('a refusal by %s: trying again may help: %s', async (status, transient) => {
    registry.fault = ({ method }, response) => {
      if (method === 'PUT') response.writeHead(status).end();
      return method === 'PUT';
    };
    await expect(attach('first')).rejects.toMatchObject({
      name: 'DeliveryError',
      transient,
      message: expect.stringContaining('the report on sha256:'),
    });
  });

  it('uploads go where the registry says, unless that must not be asked', async () => {
    const elsewhere = await startWritableRegistry();
    open.push(elsewhere);
    await start({ uploads: `http://${elsewhere.host}` });
    await expect(attach('first')).rejects.toThrow(/at a loopback, private or link-local address/);
    expect(elsewhere.seen).toEqual([]);
    const access = accessTo(registry.host);
    access.options.guard!.private = [registry.host, elsewhere.host];
    access.options.username = 'ci';
    access.options.password = 'a password';
    await attachReport(verdict({ registry: registry.host, digest }), files('first'), access);
    expect(elsewhere.seen.every((line) => line.startsWith('PUT'))).toBe(true);
    expect(elsewhere.seen).toHaveLength(3);
    expect(elsewhere.authorizations).toEqual([undefined, undefined, undefined]);
  });
});
