import { describe, expect, it } from 'vitest';
import { isArchiveHead } from '../../../../src/app/server/gate/archive-bytes.ts';
import { kindOf } from '../../../../src/app/server/gate/document.ts';
import { archive, entry } from '../../../e2e/setup/tar.ts';

/** The head of a tar whose sum is written in another way, as Go, GNU tar and Python read it all the same. */
function withSum(write: (sum: number) => string): Buffer {
  const head = Buffer.from(archive(entry({ path: 'app', mode: 0o755 }, 'x')).subarray(0, 512));
  head.write(write(head.fill(' ', 148, 156).reduce((sum, byte) => sum + byte, 0)), 148, 'latin1');
  return head;
}

const digest = `sha256:${'a'.repeat(64)}`;
const oci = 'application/vnd.oci.image.manifest.v1+json';
const docker = 'application/vnd.docker.distribution.manifest.v2+json';
const index = 'application/vnd.oci.image.index.v1+json';
const imageConfig = 'application/vnd.oci.image.config.v1+json';
const layer = (mediaType: string) => ({ mediaType, digest, size: 3 });
const tar = 'application/vnd.oci.image.layer.v1.tar+gzip';

function manifest(change: object = {}, config = imageConfig, layers = [tar]): object {
  return { schemaVersion: 2, mediaType: oci, config: layer(config), layers: layers.map(layer), ...change };
}
const of = (document: object | string, type: string | undefined = oci) => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return kindOf(Buffer.from(text), type).kind;
};

describe('what a manifest is', () => {
  it('an image, whatever it calls itself beside', () => {
    expect(of(manifest())).toBe('image');
    expect(of(manifest({ artifactType: 'application/vnd.example.chart' }))).toBe('image');
    expect(of(manifest({ subject: layer(oci) }))).toBe('image');
    expect(of(manifest({ mediaType: undefined }))).toBe('image');
    expect(of(manifest({ mediaType: undefined }), '')).toBe('image');
    expect(of(manifest({ mediaType: docker }), `${docker}; charset=utf-8`)).toBe('image');
    expect(of(manifest({}, 'application/octet-stream'))).toBe('image');
    expect(of(manifest({}, imageConfig, ['application/vnd.in-toto+json', tar]))).toBe('image');
    expect(of(manifest({}, imageConfig, []))).toBe('image');
  });

  it('an artifact by its config, or by what lies in it, still to be proven', () => {
    expect(of(manifest({}, 'application/vnd.cncf.helm.config.v1+json'))).toBe('artifact');
    expect(of(manifest({}, 'application/vnd.oci.empty.v1+json'))).toBe('artifact');
    expect(of(manifest({}, imageConfig, ['application/vnd.in-toto+json']))).toBe('artifact');
    expect(of(manifest({}, imageConfig, ['application/vnd.dev.cosign.simplesigning.v1+json']))).toBe('artifact');
    expect(of({ mediaType: 'application/vnd.oci.artifact.manifest.v1+json', blobs: [] }, '')).toBe('artifact');
  });

  it('an index', () => {
    expect(kindOf(Buffer.from(JSON.stringify({ mediaType: index, manifests: [layer(oci)] })), index)).toMatchObject({
      kind: 'index',
      manifests: [{ digest }],
    });
  });

  it('unclear, where no one can say what a runtime makes of it', () => {
    expect(of(manifest({ mediaType: 'application/vnd.example' }), 'application/vnd.example')).toBe('unclear');
    expect(of({ schemaVersion: 2 }, 'application/json')).toBe('unclear');
    // Old clients run Docker's manifests whatever the type of the config.
    expect(of(manifest({ mediaType: docker }, 'application/vnd.example'), docker)).toBe('unclear');
    expect(of({ mediaType: index, manifests: [{ ...layer(oci), digest: `sha512:${'a'.repeat(128)}` }] }, index)).toBe(
      'unclear',
    );
  });

  it.each<[string, object | string, string | undefined]>([
    ['says one type and is sent as another', manifest(), docker],
    ['is an index sent as a manifest', { manifests: [] }, oci],
    ['is a manifest sent as an index', manifest({ mediaType: undefined }), index],
    ['is both', manifest({ manifests: [] }), oci],
    ['is schema 1', { schemaVersion: 1, fsLayers: [], history: [] }, ''],
    [
      'is schema 1, signed',
      manifest({ mediaType: undefined }),
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['has a member twice', JSON.stringify(manifest()).replace('{', `{"config":${JSON.stringify(layer('x/y'))},`), oci],
    ['has a member twice in two cases', manifest({ Config: layer('x/y') }), oci],
    ['has a member in another case', JSON.stringify(manifest()).replace('"layers"', '"Layers"'), oci],
    ['has a member that folds to one of ours', manifest({ layer\u017f: [] }), oci],
    ['has one so in a descriptor', manifest({ config: { ...layer(imageConfig), MediaType: 'x/y' } }), oci],
    ['has one with an escaped name', JSON.stringify(manifest()).replace('{', '{"confi\\u0067":{},'), oci],
    ['is no JSON', '{', oci],
    ['is no object', '[]', oci],
    ['is nested without end', '['.repeat(5000), oci],
    ['has a type that is none', manifest({ mediaType: 7 }), oci],
  ])('refused: it %s', (_, document, type) => expect(of(document, type)).toBe('refused'));

  it('lets annotations be named as their author likes', () => {
    expect(of(manifest({ annotations: { Config: 'a', config: 'b', 'org.example.Layers': 'c' } }))).toBe('image');
  });
});

describe('archives by their first bytes', () => {
  it.each([
    ['gzip', Buffer.from('1f8b0800', 'hex')],
    ['zstd', Buffer.from('28b52ffd04', 'hex')],
    ['a skipped frame of zstd', Buffer.from('502a4d18', 'hex')],
    ['xz', Buffer.from('fd377a585a00', 'hex')],
    ['bzip2', Buffer.from('BZh9')],
    ['tar', archive(entry({ path: '{"a":1}', mode: 0o644 }, 'x')).subarray(0, 512)],
    ['a tar that begins with its end', Buffer.alloc(512)],
    ['a tar with eight digits in its sum', withSum((sum) => sum.toString(8).padStart(8, '0'))],
    ['a tar with something behind the end of its sum', withSum((sum) => `${sum.toString(8).padStart(6, '0')}\0X`)],
  ])('%s', (_, head) => expect(isArchiveHead(head)).toBe(true));

  it.each([
    ['JSON', Buffer.from(`{"payload":"${'a'.repeat(600)}"}`).subarray(0, 512)],
    ['a short text', Buffer.from('SPDXVersion: SPDX-2.3\n')],
    ['nothing', Buffer.alloc(0)],
  ])('not %s', (_, head) => expect(isArchiveHead(head)).toBe(false));
});
