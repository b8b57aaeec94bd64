/** What a caller gives beforehand: manifests that are not in the registry yet, and somebody else's authorization. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redirecting, sha256 } from '../../support/fake-registry.ts';
import { bytesOf, home, opened, readLayer, registry } from './support.ts';

const layer = bytesOf(1000);
const header = 'Bearer somebody-elses';

describe('documents given beforehand', () => {
  it('are read in place of the registry, which has only the blobs', async () => {
    const fake = await registry();
    const { digest, bytes } = fake.addImage(undefined, [layer]);
    fake.manifests.clear();
    const source = await opened(`${fake.host}/app@${digest}`, { documents: new Map([[digest, { bytes }]]) });
    expect(source.images[0]!.digest).toBe(digest);
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(fake.seen.filter((request) => request.path.includes('/manifests/'))).toEqual([]);
  });

  it('are read where an index names them', async () => {
    const fake = await registry();
    const { digest, bytes } = fake.addImage(undefined, [layer]);
    const index = fake.addManifest({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          size: bytes.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    });
    fake.manifests.clear();
    const documents = new Map([
      [digest, { bytes }],
      [index.digest, { bytes: index.bytes }],
    ]);
    const source = await opened(`${fake.host}/app@${index.digest}`, { documents });
    expect(source.images[0]!.digest).toBe(digest);
  });

  it('are held to their digest', async () => {
    const fake = await registry();
    const { digest, bytes } = fake.addImage(undefined, [layer]);
    const altered = Buffer.concat([bytes, Buffer.from(' ')]);
    const documents = new Map([[digest, { bytes: altered }]]);
    await expect(opened(`${fake.host}/app@${digest}`, { documents })).rejects.toThrow(sha256(altered));
  });
});

describe('authorization given beforehand', () => {
  it('is sent with every request to that registry', async () => {
    const fake = await registry();
    fake.addImage('1', [layer]);
    const source = await opened(`${fake.host}/app:1`, { authorization: { registry: fake.host, header } });
    await readLayer(source.images[0]!);
    expect(fake.seen.length).toBeGreaterThan(2);
    expect(new Set(fake.seen.map((request) => request.headers.authorization))).toEqual(new Set([header]));
  });

  it('goes to no other registry, no mirror and no target of a redirect', async () => {
    const [fake, mirror, storage] = await Promise.all([registry(), registry(), registry()]);
    const image = fake.addImage('1', [layer]);
    storage.addBlob(layer);
    fake.faults.push(redirecting(new RegExp(image.layers[0]!), (path) => `${storage.url}${path}`));
    const mirrors = new Map([[fake.host, [mirror.url]]]);
    const authorization = { registry: fake.host, header };
    const source = await opened(`${fake.host}/app:1`, { mirrors, authorization });
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    const other = await registry();
    other.addImage('1', [layer]);
    await opened(`${other.host}/app:1`, { authorization });
    const seen = [...mirror.seen, ...storage.seen, ...other.seen];
    expect([mirror.seen.length, storage.seen.length, other.seen.length].every((count) => count > 0)).toBe(true);
    expect(seen.filter((request) => request.headers.authorization !== undefined)).toEqual([]);
  });

  it('is the only one: where it is refused, no other credential is looked for', async () => {
    const users = { bob: 'hunter2' };
    const fake = await registry({ auth: 'token', users });
    fake.addImage('1', [layer]);
    const DOCKER_CONFIG = mkdtempSync(join(home, 'docker-'));
    const auth = Buffer.from('bob:hunter2').toString('base64');
    writeFileSync(join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ auths: { [fake.host]: { auth } } }));
    await opened(`${fake.host}/app:1`, {}, { env: { DOCKER_CONFIG } });
    const before = fake.tokensIssued;
    const authorization = { registry: fake.host, header };
    const refused = await opened(`${fake.host}/app:1`, { authorization }, { env: { DOCKER_CONFIG } }).then(
      () => new Error('it was let in'),
      (error: Error) => error,
    );
    expect(refused.message).toContain('the credential from the request that is answered was not accepted');
    expect(refused.message).not.toContain('somebody-elses');
    expect(fake.tokensIssued).toBe(before);
  });
});
