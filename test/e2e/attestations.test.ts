/** Signatures and attestations beside an image in a real registry, put there as cosign, ORAS and BuildKit put them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { report } from './setup/cli.ts';
import { openHome } from './setup/home.ts';
import { makeLayout, sha256 } from './setup/layout.ts';
import { manifestType, putBlob, putManifest } from './setup/push.ts';
import { type Registry, startRegistry } from './setup/registry.ts';
import { skopeoCopy } from './setup/skopeo.ts';
import { suite } from './setup/suite.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const provenanceType = 'https://slsa.dev/provenance/v1';

suite('attestations in a registry', { tools: ['docker-registry', 'skopeo'] }, () => {
  const home = openHome('attestations');
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry(home, 'attestations');
  });
  afterAll(async () => {
    await registry?.stop();
    await home.close();
  }, 120_000);

  /** An image of one layer, pushed by skopeo; its manifest. */
  async function pushed(repository: string): Promise<{ digest: string; size: number; mediaType: string }> {
    const layer = Buffer.alloc(1024);
    const layout = makeLayout(home.path(repository.replace('/', '-')), [{ bytes: layer }]);
    await skopeoCopy(home, `oci:${layout}`, `docker://${registry.host}/${repository}:1.0`, ['--dest-tls-verify=false']);
    const got = await fetch(`http://${registry.host}/v2/${repository}/manifests/1.0`, {
      headers: { accept: manifestType },
    });
    const bytes = Buffer.from(await got.arrayBuffer());
    return { digest: sha256(bytes), size: bytes.length, mediaType: manifestType };
  }

  async function artifact(repository: string, type: string, content: string, annotations: Record<string, string>) {
    const config = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      ...(await putBlob(registry.host, repository, Buffer.from('{}'))),
    };
    const layer = { mediaType: type, ...(await putBlob(registry.host, repository, Buffer.from(content))), annotations };
    return { config, layers: [layer] };
  }

  async function findingsOf(repository: string): Promise<{ missing: boolean; rules: string[] }> {
    const { findings } = await report(`registry:${registry.host}/${repository}:1.0`, ['--no-cache']);
    const rules = findings.map(({ rule, outcome }) => `${rule} ${outcome}`);
    return { missing: rules.some((rule) => rule.startsWith('missing-attestation')), rules };
  }

  it('none is a finding', async () => {
    await pushed('team/bare');
    expect((await findingsOf('team/bare')).rules).toContain('missing-attestation fail');
  });

  it('a signature by cosign’s tag', async () => {
    const { digest } = await pushed('team/signed');
    const simple = 'application/vnd.dev.cosign.simplesigning.v1+json';
    const made = await artifact('team/signed', simple, '{"critical":{}}', {
      'dev.cosignproject.cosign/signature': 'MEUC',
    });
    await putManifest(registry.host, 'team/signed', `${digest.replace(':', '-')}.sig`, made);
    expect((await findingsOf('team/signed')).missing).toBe(false);
  });

  it('an SBOM by the referrers’ fallback tag', async () => {
    const subject = await pushed('team/sbom');
    const made = await artifact('team/sbom', 'application/spdx+json', '{}', {});
    const put = await putManifest(registry.host, 'team/sbom', undefined, {
      artifactType: 'application/spdx+json',
      subject,
      ...made,
    });
    const listed = { ...put, artifactType: 'application/spdx+json' };
    await putManifest(registry.host, 'team/sbom', subject.digest.replace(':', '-'), { manifests: [listed] }, indexType);
    expect((await findingsOf('team/sbom')).missing).toBe(false);
  });

  it('what vouches for nothing is none', async () => {
    const subject = await pushed('team/note');
    const type = 'application/vnd.example.note';
    const made = await artifact('team/note', type, 'hello', {});
    const put = await putManifest(registry.host, 'team/note', undefined, { artifactType: type, subject, ...made });
    await putManifest(
      registry.host,
      'team/note',
      subject.digest.replace(':', '-'),
      { manifests: [{ ...put, artifactType: type }] },
      indexType,
    );
    expect((await findingsOf('team/note')).missing).toBe(true);
  });

  it('a signature of another image is none', async () => {
    await pushed('team/other');
    const made = await artifact('team/other', 'application/vnd.dev.cosign.simplesigning.v1+json', '{}', {});
    await putManifest(registry.host, 'team/other', `sha256-${'a'.repeat(64)}.sig`, made);
    expect((await findingsOf('team/other')).missing).toBe(true);
  });

  it('provenance as BuildKit writes it, which names the base', async () => {
    const subject = await pushed('team/built');
    const statement = JSON.stringify({
      ...{ _type: 'https://in-toto.io/Statement/v1', predicateType: provenanceType, subject: [] },
      predicate: {
        buildDefinition: {
          resolvedDependencies: [
            { uri: 'pkg:docker/debian@13-slim?platform=linux%2Famd64', digest: { sha256: 'b'.repeat(64) } },
          ],
        },
      },
    });
    const made = await artifact('team/built', 'application/vnd.in-toto+json', statement, {
      'in-toto.io/predicate-type': provenanceType,
    });
    const attestation = await putManifest(registry.host, 'team/built', undefined, made);
    const manifests = [
      { ...subject, platform: { os: 'linux', architecture: 'amd64' } },
      {
        ...attestation,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': subject.digest,
        },
      },
    ];
    await putManifest(registry.host, 'team/built', '1.0', { manifests }, indexType);
    const { missing, rules } = await findingsOf('team/built');
    expect(missing).toBe(false);
    expect(rules.filter((rule) => /base/.test(rule))).toEqual([]);
  });
});
