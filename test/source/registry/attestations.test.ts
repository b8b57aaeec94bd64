import { describe, expect, it } from 'vitest';
import { answering, type FakeRegistry, failing, ociIndex, ociManifest, sha256 } from '../../support/fake-registry.ts';
import { bytesOf, opened, registry } from './support.ts';

const slsa = 'https://slsa.dev/provenance/v1';
const spdx = 'https://spdx.dev/Document';
const asked = { attestations: true };

function descriptor(text: string, more: object): object {
  return { mediaType: ociManifest, digest: sha256(Buffer.from(text)), size: text.length, ...more };
}

function tagOf(digest: string): string {
  return digest.replace(':', '-');
}

function addCosign(fake: FakeRegistry, subject: string): void {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(Buffer.from('{}')), size: 2 };
  const manifest = (mediaType: string, annotations: object) => ({
    schemaVersion: 2,
    mediaType: ociManifest,
    config,
    layers: [{ mediaType, digest: sha256(Buffer.from(mediaType)), size: 1, annotations }],
  });
  fake.addManifest(manifest('application/vnd.dev.cosign.simplesigning.v1+json', {}), `${tagOf(subject)}.sig`);
  fake.addManifest(manifest('application/vnd.dsse.envelope.v1+json', { predicateType: slsa }), `${tagOf(subject)}.att`);
  fake.addManifest(manifest('text/spdx+json', {}), `${tagOf(subject)}.sbom`);
}

describe('attestations', () => {
  it('come from referrers, by type and predicate', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [bytesOf(10)]);
    fake.referrers.set(image.digest, [
      descriptor('a', { artifactType: 'application/vnd.cncf.notary.signature' }),
      descriptor('b', {
        artifactType: 'application/vnd.in-toto+json',
        annotations: { 'in-toto.io/predicate-type': slsa },
      }),
      descriptor('c', {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        annotations: { 'dev.sigstore.bundle.predicateType': spdx },
      }),
      descriptor('d', {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        annotations: { 'dev.sigstore.bundle.content': 'message-signature' },
      }),
      descriptor('e', {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        annotations: { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' },
      }),
      descriptor('f', { artifactType: 'application/vnd.example.report' }),
    ]);
    const [handle] = (await opened(`${fake.host}/app:1`, asked)).images;
    expect(handle!.attestationsKnown).toBe(true);
    expect(handle!.attestations.map(({ kind, type, via }) => [kind, type, via])).toEqual([
      ['signature', 'application/vnd.cncf.notary.signature', 'referrers'],
      ['provenance', slsa, 'referrers'],
      ['sbom', spdx, 'referrers'],
      ['signature', 'application/vnd.dev.sigstore.bundle.v0.3+json', 'referrers'],
      ['signature', 'https://sigstore.dev/cosign/sign/v1', 'referrers'],
      ['other', 'application/vnd.example.report', 'referrers'],
    ]);
  });

  it('come from the fallback tag where the registry has no referrers API', async () => {
    const fake = await registry({ referrersApi: false });
    const image = fake.addImage('1', [bytesOf(10)]);
    fake.addManifest(
      {
        schemaVersion: 2,
        mediaType: ociIndex,
        manifests: [descriptor('a', { artifactType: 'application/spdx+json' })],
      },
      tagOf(image.digest),
    );
    const [handle] = (await opened(`${fake.host}/app:1`, asked)).images;
    expect(handle).toMatchObject({ attestationsKnown: true, attestations: [{ kind: 'sbom', via: 'referrers' }] });
  });

  it('come from cosign tags of the image and of its index, each asked once', async () => {
    const fake = await registry();
    const image = fake.addImage(undefined, [bytesOf(10)]);
    const entry = {
      mediaType: ociManifest,
      digest: image.digest,
      size: image.bytes.length,
      platform: { os: 'linux', architecture: 'amd64' },
    };
    const index = fake.addManifest({ schemaVersion: 2, mediaType: ociIndex, manifests: [entry] }, '1');
    addCosign(fake, index.digest);
    const [handle] = (await opened(`${fake.host}/app:1`, asked, { allPlatforms: true })).images;
    expect(handle!.attestationsKnown).toBe(true);
    expect(handle!.attestations.map(({ kind, type, via }) => [kind, type, via])).toEqual([
      ['signature', 'application/vnd.dev.cosign.simplesigning.v1+json', 'tag'],
      ['provenance', slsa, 'tag'],
      ['sbom', 'text/spdx+json', 'tag'],
    ]);
    const heads = fake.seen.filter((request) => request.method === 'HEAD').map((request) => request.path);
    expect(heads).toHaveLength(6);
    expect(new Set(heads).size).toBe(6);
  });

  it('of BuildKit come from the index', async () => {
    const fake = await registry();
    const image = fake.addImage(undefined, [bytesOf(10)]);
    const statement = Buffer.from(
      JSON.stringify({
        predicateType: slsa,
        predicate: {
          buildDefinition: {
            resolvedDependencies: [{ uri: 'pkg:docker/alpine@3.20', digest: { sha256: 'b'.repeat(64) } }],
          },
        },
      }),
    );
    const config = Buffer.from('{"os":"unknown","architecture":"unknown"}');
    const attestation = fake.addManifest({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: fake.addBlob(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.in-toto+json',
          digest: fake.addBlob(statement),
          size: statement.length,
          annotations: { 'in-toto.io/predicate-type': slsa },
        },
      ],
    });
    const manifests = [
      {
        mediaType: ociManifest,
        digest: image.digest,
        size: image.bytes.length,
        platform: { os: 'linux', architecture: 'amd64' },
      },
      {
        mediaType: ociManifest,
        digest: attestation.digest,
        size: attestation.size,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': image.digest,
        },
      },
    ];
    fake.addManifest({ schemaVersion: 2, mediaType: ociIndex, manifests }, '1');
    const source = await opened(`${fake.host}/app:1`, asked, { allPlatforms: true });
    expect(source.images).toHaveLength(1);
    expect(source.images[0]!.attestations).toEqual([
      {
        kind: 'provenance',
        type: slsa,
        digest: sha256(statement),
        via: 'index',
        materials: [{ uri: 'pkg:docker/alpine@3.20', digest: `sha256:${'b'.repeat(64)}` }],
      },
    ]);
  });

  it('that cannot be looked up leave a word and an open question, never an error', async () => {
    for (const fault of [
      failing(/referrers/, 500, 100),
      failing(/\.sig$/, 403, 100),
      answering(/referrers/, 200, '<html>', { 'content-type': 'text/html' }),
      answering(/referrers/, 200, Buffer.alloc(9 * 2 ** 20, 32)),
    ]) {
      const fake = await registry();
      fake.addImage('1', [bytesOf(10)]);
      fake.faults.push(fault);
      const [handle] = (await opened(`${fake.host}/app:1`, asked)).images;
      expect(handle).toMatchObject({ attestations: [], attestationsKnown: false });
      expect(handle!.status.map((entry) => entry.part)).toEqual(['attestation']);
    }
  });

  it('are read over several pages, whose links cannot lead elsewhere', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [bytesOf(10)]);
    const page = (name: string) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: ociIndex,
        manifests: [descriptor(name, { artifactType: `application/${name}` })],
      });
    fake.faults.push((request, response) => {
      if (!request.path.includes('/referrers/')) return false;
      const second = request.path.endsWith('?last=a');
      response
        .writeHead(
          200,
          second ? {} : { link: `<http://elsewhere.example/v2/app/referrers/${image.digest}?last=a>; rel="next"` },
        )
        .end(page(second ? 'b' : 'a'));
      return true;
    });
    const [handle] = (await opened(`${fake.host}/app:1`, asked)).images;
    expect(handle!.attestations.map(({ type }) => type)).toEqual(['application/a', 'application/b']);
  });

  it('are not asked for when switched off', async () => {
    const fake = await registry();
    fake.addImage('1', [bytesOf(10)]);
    const [handle] = (await opened(`${fake.host}/app:1`, { attestations: false })).images;
    expect(handle!.attestationsKnown).toBe(false);
    expect(fake.seen.some((request) => /referrers|sha256-/.test(request.path))).toBe(false);
  });
});
