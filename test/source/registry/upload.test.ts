import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../src/source/registry/client.ts';
import type { RegistryOptions } from '../../../src/source/registry/options.ts';
import { deleteManifest, deleteTag, pushBlob, pushManifest } from '../../../src/source/registry/upload.ts';
import { openHome } from '../../e2e/setup/home.ts';
import { type Registry, startRegistry } from '../../e2e/setup/registry.ts';
import { suite } from '../../e2e/setup/suite.ts';
import { type Authority, makeAuthority } from '../../e2e/setup/tls.ts';
import { sha256 } from '../../support/fake-registry.ts';
import { registry as fakeRegistry, quick } from './support.ts';

const { signal } = new AbortController();
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

it('asks for a token with the rights that it needs, once, and shows it', async () => {
  const registry = await fakeRegistry({ auth: 'token', users: { ci: 'a password' } });
  registry.addImage('1.0', [Buffer.from('layer')]);
  const options: RegistryOptions = { ...quick, username: 'ci', password: 'a password' };
  const scope = 'repository:team/api:pull,push,delete';
  const client = createClient({ registry: registry.host, repository: 'team/api' }, options, { env: {}, signal }, scope);
  for (let i = 0; i < 2; i++) {
    const response = await client.tryAsk({ method: 'HEAD', path: 'manifests/1.0', what: 'tag 1.0' });
    expect(response.status).toBe(200);
    response.body.destroy();
  }
  client.close();
  const asked = registry.seen.filter(({ path }) => path.startsWith('/token'));
  expect(asked.map(({ path }) => new URL(path, registry.url).searchParams.get('scope'))).toEqual([scope]);
});

suite('writing to Distribution with TLS and a password', { tools: ['docker-registry', 'openssl', 'htpasswd'] }, () => {
  const home = openHome('upload');
  const user = 'ci';
  const password = 'a password';
  let authority: Authority;
  let registry: Registry;
  beforeAll(async () => {
    authority = await makeAuthority(home.path('ca'));
    registry = await startRegistry(home, 'upload', { authority, user, password });
  }, 60_000);
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  const client = (env: Record<string, string> = {}, change: RegistryOptions = {}) =>
    createClient(
      { registry: registry.host, repository: 'team/api' },
      { ...quick, caFile: authority.ca, username: user, password, ...change },
      { env, signal },
      'repository:team/api:pull,push,delete',
    );

  it('puts blobs and manifests, and deletes a tag without what it points to', async () => {
    const writer = client();
    const config = Buffer.from(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } }),
    );
    const large = Buffer.alloc(3 * 2 ** 20, 'x');
    expect(await pushBlob(writer, config, 'a config')).toBe(sha256(config));
    expect(await pushBlob(writer, large, 'a layer')).toBe(sha256(large));
    expect(await pushBlob(writer, large, 'a layer')).toBe(sha256(large));
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(large), size: large.length }],
      }),
    );
    for (const tag of ['1.0', '1.1']) await pushManifest(writer, tag, bytes, manifestType, `tag ${tag}`);
    expect(await deleteTag(writer, '1.0', { bytes, mediaType: manifestType })).toBe('deleted');
    expect(await deleteManifest(writer, sha256(Buffer.from('none')), 'a manifest')).toBe('absent');
    const left = await writer.ask({ path: 'tags/list', what: 'the tags' });
    const chunks: Buffer[] = [];
    for await (const chunk of left.body) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ name: 'team/api', tags: ['1.1'] });
    writer.close();
  });

  it('is refused with another password, in a sentence that says so', async () => {
    const writer = client({}, { password: 'another' });
    const error = await pushBlob(writer, Buffer.from('x'), 'a blob').catch((reason: unknown) => reason);
    expect((writer.explain(error, 'a blob') as Error).message).toBe(
      `${registry.host} denies access to team/api, a blob (401): the credential from TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD was not accepted; check that it may push and delete, or run docker login ${registry.host} or set TARE_REGISTRY_USERNAME and TARE_REGISTRY_PASSWORD`,
    );
    writer.close();
  });

  it('takes the credential of the docker config', async () => {
    const folder = home.folder('docker');
    mkdirSync(folder, { recursive: true });
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const own: RegistryOptions = { ...quick, caFile: authority.ca };
    const env = { DOCKER_CONFIG: folder, HOME: folder };
    const writer = createClient(
      { registry: registry.host, repository: 'team/api' },
      own,
      { env, signal },
      'repository:team/api:pull,push',
    );
    expect(await pushBlob(writer, Buffer.from('y'), 'a blob')).toBe(sha256(Buffer.from('y')));
    writer.close();
  });

  it('does not write to a mirror', async () => {
    const mirror = await fakeRegistry();
    const mirrors = new Map([[registry.host, [mirror.url]]]);
    const writer = client({}, { mirrors });
    await pushManifest(
      writer,
      'list',
      Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'),
      'application/vnd.oci.image.index.v1+json',
      'a list',
    ).catch(() => {});
    expect(mirror.seen).toEqual([]);
    writer.close();
  });
});
