import { describe, expect, it } from 'vitest';
import { SourceError, UsageError } from '../../../src/types.ts';
import { answering, ociIndex, ociManifest, sha256 } from '../../support/fake-registry.ts';
import { bytesOf, opened, readLayer, registry } from './support.ts';

describe('openRegistry', () => {
  it('opens an image by tag and by digest and reads its layers', async () => {
    const fake = await registry();
    const layers = [bytesOf(200_000), bytesOf(10, 2)];
    const image = fake.addImage('1.0', layers, { config: { User: 'app' } });
    for (const name of [
      `${fake.host}/org/app:1.0`,
      `${fake.host}/org/app@${image.digest}`,
      `${fake.host}/org/app:gone@${image.digest}`,
    ]) {
      const source = await opened(name);
      expect(source).toMatchObject({ name, kind: 'registry' });
      const [handle] = source.images;
      expect(handle).toMatchObject({ digest: image.digest, kind: 'registry', attestationsKnown: false });
      expect(handle!.config.container.user).toBe('app');
      expect(handle!.origin.pulledFrom).toMatchObject({ registry: fake.host, repository: 'org/app' });
      expect(handle!.layers.map((layer) => [layer.digest, layer.size, layer.chainVerified])).toEqual(
        layers.map((bytes) => [sha256(bytes), bytes.length, true]),
      );
      expect((await readLayer(handle!, 0)).equals(layers[0]!)).toBe(true);
      expect((await readLayer(handle!, 1)).equals(layers[1]!)).toBe(true);
      expect((await readLayer(handle!, 0)).equals(layers[0]!), 'a second time').toBe(true);
    }
  });

  it('asks for latest where no tag is written, and keeps in mind that none was', async () => {
    const fake = await registry();
    fake.addImage('latest', [bytesOf(10)]);
    const source = await opened(`${fake.host}/app`);
    expect(source.images[0]!.origin.pulledFrom).toEqual({ registry: fake.host, repository: 'app' });
  });

  it('selects the platform from an index, or takes all', async () => {
    const fake = await registry();
    const entry = (architecture: string) => {
      const image = fake.addImage(undefined, [Buffer.from(architecture)], { architecture });
      return {
        mediaType: ociManifest,
        digest: image.digest,
        size: image.bytes.length,
        platform: { os: 'linux', architecture },
      };
    };
    const [amd64, arm64] = [entry('amd64'), entry('arm64')];
    fake.addManifest({ schemaVersion: 2, mediaType: ociIndex, manifests: [amd64, arm64] }, 'multi');
    const name = `${fake.host}/app:multi`;
    expect((await opened(name)).images.map((image) => image.digest)).toEqual([amd64.digest]);
    const arm = await opened(name, {}, { platform: { os: 'linux', architecture: 'arm64' } });
    expect(arm.images.map((image) => image.digest)).toEqual([arm64.digest]);
    const all = await opened(name, {}, { allPlatforms: true });
    expect(all.images.map((image) => image.digest)).toEqual([amd64.digest, arm64.digest]);
    await expect(opened(name, {}, { platform: { os: 'linux', architecture: 's390x' } })).rejects.toThrow(
      /linux\/s390x.*linux\/amd64, linux\/arm64/,
    );
  });

  it('refuses a manifest, a config and a layer that are not what their digest says, naming the blob', async () => {
    const fake = await registry();
    const layer = bytesOf(1000);
    const image = fake.addImage('1', [layer]);
    const by = `${fake.host}/app@${image.digest}`;

    fake.manifests.set(image.digest, { bytes: Buffer.from(`${image.bytes} `), mediaType: ociManifest });
    await expect(opened(by)).rejects.toThrow(new RegExp(`manifest ${image.digest} has the digest`));
    fake.manifests.set(image.digest, { bytes: image.bytes, mediaType: ociManifest });

    const config = fake.blobs.get(image.config)!;
    const swapped = Buffer.from(config.toString().replace('amd64', 'arm64'));
    fake.blobs.set(image.config, swapped);
    await expect(opened(by)).rejects.toThrow(new RegExp(`blob ${image.config} has the digest ${sha256(swapped)}`));
    fake.blobs.set(image.config, config);

    const corrupt = Buffer.from(layer);
    corrupt[500]! ^= 1;
    fake.blobs.set(image.layers[0]!, corrupt);
    const source = await opened(by);
    const error = await readLayer(source.images[0]!).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceError);
    expect((error as Error).message).toContain(`layer 0 ${image.layers[0]}`);
  });

  it('refuses a layer that is shorter or longer than its manifest says', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [bytesOf(1000)]);
    const source = await opened(`${fake.host}/app:1`);
    for (const length of [900, 1100]) {
      fake.blobs.set(image.layers[0]!, bytesOf(length));
      await expect(readLayer(source.images[0]!)).rejects.toThrow(`is ${length} bytes long`);
    }
    // Without a length in the answer, only reading tells.
    fake.faults.push((request, response) => {
      if (!request.path.includes('/blobs/')) return false;
      response.writeHead(200).write(bytesOf(1000));
      response.end(bytesOf(5));
      return true;
    });
    await expect(readLayer(source.images[0]!)).rejects.toThrow('goes on past the 1000 bytes');
  });

  it('does not believe Docker-Content-Digest', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [bytesOf(10)]);
    fake.faults.push(
      answering(/manifests\/1$/, 200, image.bytes, {
        'content-type': ociManifest,
        'docker-content-digest': `sha256:${'0'.repeat(64)}`,
      }),
    );
    expect((await opened(`${fake.host}/app:1`)).images[0]!.digest).toBe(image.digest);
  });

  it('refuses documents past the limit, schema 1, foreign layers and nonsense', async () => {
    const fake = await registry();
    const descriptor = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: fake.addBlob(
        Buffer.from('{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'),
      ),
      size: 75,
    };
    const name = `${fake.host}/app`;
    fake.manifests.set('huge', { bytes: Buffer.alloc(9 * 2 ** 20, 32), mediaType: ociManifest });
    await expect(opened(`${name}:huge`)).rejects.toThrow(/tag huge.*longer than 8388608 bytes/);
    fake.addManifest(
      { schemaVersion: 1, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws', fsLayers: [] },
      'old',
    );
    await expect(opened(`${name}:old`)).rejects.toThrow(/schema 1/);
    const foreign = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: sha256(Buffer.from('x')),
      size: 1,
      urls: ['https://elsewhere.example/x?token=hidden'],
    };
    fake.addManifest(
      { schemaVersion: 2, mediaType: ociManifest, config: { ...descriptor, size: undefined }, layers: [foreign] },
      'foreign',
    );
    await expect(opened(`${name}:foreign`)).rejects.toThrow(/foreign layer.*elsewhere\.example/);
    await expect(opened(`${name}:foreign`)).rejects.not.toThrow(/hidden/);
    fake.manifests.set('text', { bytes: Buffer.from('<html>'), mediaType: 'text/html' });
    await expect(opened(`${name}:text`)).rejects.toThrow(SourceError);
  });

  it('says which registry lacks which repository or tag', async () => {
    const fake = await registry();
    await expect(opened(`${fake.host}/app:none`)).rejects.toThrow(`${fake.host} has no tag none in app (404)`);
    fake.faults.push(answering(/manifests/, 404, '{"errors":[{"code":"NAME_UNKNOWN","message":"\\u001b[31mevil"}]}'));
    await expect(opened(`${fake.host}/app:none`)).rejects.toThrow(`${fake.host} has no repository app (404)`);
    await expect(opened(`${fake.host}/App`)).rejects.toThrow(UsageError);
  });

  it('stops when the signal says so, before and during a download', async () => {
    const fake = await registry();
    const layer = bytesOf(1000);
    fake.addImage('1', [layer]);
    const early = new AbortController();
    early.abort(new SourceError('interrupted'));
    await expect(opened(`${fake.host}/app:1`, {}, { signal: early.signal })).rejects.toThrow('interrupted');

    const late = new AbortController();
    const source = await opened(`${fake.host}/app:1`, { timeouts: { idle: 60_000 } }, { signal: late.signal });
    fake.faults.push((request, response) => {
      if (!request.path.includes('/blobs/')) return false;
      response.writeHead(200, { 'content-length': layer.length }).write(layer.subarray(0, 10));
      setTimeout(() => late.abort(new SourceError('interrupted')), 20);
      return true;
    });
    await expect(readLayer(source.images[0]!)).rejects.toThrow('interrupted');
  });

  it('ends a download when the source is closed', async () => {
    const fake = await registry();
    fake.addImage('1', [bytesOf(10)]);
    const source = await opened(`${fake.host}/app:1`);
    await source.close();
    await expect(readLayer(source.images[0]!)).rejects.toThrow(/closed/);
  });
});
