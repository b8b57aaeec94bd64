import { describe, expect, it } from 'vitest';
import { breaking, dripping, failing, redirecting } from '../../support/fake-registry.ts';
import { bytesOf, opened, readLayer, registry } from './support.ts';

const layer = bytesOf(300_000);

async function withImage(options: Parameters<typeof registry>[0] = {}) {
  const fake = await registry(options);
  const image = fake.addImage('1', [layer]);
  const source = await opened(`${fake.host}/app:1`);
  fake.seen.length = 0;
  return { fake, image, handle: source.images[0]! };
}

describe('a broken download', () => {
  it('goes on where it broke', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push(breaking(/blobs/, layer, 100_000, 2));
    expect((await readLayer(handle)).equals(layer)).toBe(true);
    const ranges = fake.seen.map((request) => request.headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1)).toHaveLength(2);
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('begins again and skips where the registry ignores Range', async () => {
    const { fake, handle } = await withImage({ ignoreRange: true });
    fake.faults.push(breaking(/blobs/, layer, 100_000, 1));
    expect((await readLayer(handle)).equals(layer)).toBe(true);
    expect(fake.seen[1]!.headers.range).toBeDefined();
  });

  it('is refused where the registry resumes with other bytes than asked for', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push(breaking(/blobs/, layer, 100_000, 1), (request, response) => {
      if (!request.headers.range) return false;
      response
        .writeHead(206, { 'content-range': `bytes 7-${layer.length - 1}/${layer.length}` })
        .end(layer.subarray(7));
      return true;
    });
    await expect(readLayer(handle)).rejects.toThrow(/other bytes than asked for/);
  });

  it('notices when the resumed part belongs to another blob', async () => {
    const { fake, handle, image } = await withImage();
    fake.faults.push(breaking(/blobs/, layer, 100_000, 1));
    fake.blobs.set(image.layers[0]!, bytesOf(layer.length, 9));
    await expect(readLayer(handle)).rejects.toThrow(`layer 0 ${image.layers[0]}`);
  });

  it('ends in a sentence when it breaks every time without a byte more', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push(breaking(/blobs/, layer, 0, 100));
    await expect(readLayer(handle)).rejects.toThrow(
      /connection to 127\.0\.0\.1:\d+ broke \(ECONNRESET\) while fetching app, layer 0/,
    );
  });

  it('ends in a sentence when the registry goes silent or drips', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push((request, response) => {
      if (!request.path.includes('/blobs/')) return false;
      response.writeHead(200, { 'content-length': layer.length }).write(layer.subarray(0, 10));
      return true;
    });
    await expect(readLayer(handle)).rejects.toThrow(/stopped sending/);
    fake.faults.splice(0, 1, dripping(/blobs/, 20));
    await expect(readLayer(handle)).rejects.toThrow(/stopped sending/);
  });

  it('ends in a sentence when a document drips or never starts', async () => {
    const fake = await registry();
    fake.faults.push(dripping(/manifests\/drip/, 20), (request) => request.path.endsWith('manifests/mute'));
    await expect(opened(`${fake.host}/app:drip`, { retry: { attempts: 2, baseMs: 1 } })).rejects.toThrow(
      /stopped sending/,
    );
    await expect(opened(`${fake.host}/app:mute`, { retry: { attempts: 2, baseMs: 1 } })).rejects.toThrow(
      /stopped sending/,
    );
  });
});

describe('a passing trouble', () => {
  it.each([429, 500, 502, 503, 504])('of status %i is tried again', async (status) => {
    const fake = await registry();
    fake.addImage('1', [layer]);
    fake.faults.push(failing(/manifests/, status, 2));
    await opened(`${fake.host}/app:1`);
    expect(fake.seen.filter((request) => request.path.includes('/manifests/'))).toHaveLength(3);
  });

  it('is given up after the attempts allowed', async () => {
    const fake = await registry();
    fake.faults.push(failing(/manifests/, 503, 100));
    await expect(opened(`${fake.host}/app:1`)).rejects.toThrow(/failed \(503\) while fetching app, tag 1/);
    expect(fake.seen).toHaveLength(4);
  });

  it('waits as Retry-After says, and not for ever', async () => {
    const fake = await registry();
    fake.addImage('1', [layer]);
    fake.faults.push(failing(/manifests/, 429, 1, { 'retry-after': '1' }));
    const before = Date.now();
    await opened(`${fake.host}/app:1`);
    // A lower bound holds on a slow machine too.
    expect(Date.now() - before).toBeGreaterThanOrEqual(990);
    fake.faults.splice(0, 1, failing(/manifests/, 429, 1, { 'retry-after': '86400' }));
    await expect(opened(`${fake.host}/app:1`)).rejects.toThrow(/no more requests for 86400 seconds \(429\)/);
  });

  it('is not seen in a 404 or 400', async () => {
    const fake = await registry();
    fake.faults.push(failing(/manifests/, 400, 1));
    await expect(opened(`${fake.host}/app:1`)).rejects.toThrow(/answered 400/);
    expect(fake.seen).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('to another host is followed without the credential', async () => {
    const users = { bob: 'hunter2' };
    const fake = await registry({ auth: 'basic', users });
    const storage = await registry();
    const image = fake.addImage('1', [layer]);
    storage.addBlob(layer);
    const source = await opened(`${fake.host}/app:1`, { username: 'bob', password: 'hunter2' });
    fake.faults.push(redirecting(/blobs/, (path) => `${storage.url}${path}?X-Signature=secret-query`));
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(storage.seen).toHaveLength(1);
    expect(storage.seen[0]!.headers.authorization).toBeUndefined();
    expect(fake.seen.filter((request) => request.path.includes('/blobs/')).at(-1)!.headers.authorization).toBeDefined();

    // The other host's own challenge gets no credential either, and its query stays out of the sentence.
    storage.faults.push((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="give it to me"' }).end();
      return true;
    });
    const error = await readLayer(source.images[0]!).catch((reason: Error) => reason);
    expect((error as Error).message).toContain(`(${storage.host}) denies access`);
    expect((error as Error).message).not.toMatch(/secret-query|hunter2/);
    expect(storage.seen.every((request) => request.headers.authorization === undefined)).toBe(true);
    expect(image.layers).toHaveLength(1);
  });

  it('without end is refused', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push(redirecting(/blobs/, (path) => path));
    await expect(readLayer(handle)).rejects.toThrow(/redirects more than 5 times/);
    expect(fake.seen).toHaveLength(6);
  });

  it('to something that is not HTTP is refused', async () => {
    const { fake, handle } = await withImage();
    fake.faults.push(redirecting(/blobs/, () => 'file:///etc/passwd'));
    await expect(readLayer(handle)).rejects.toThrow(/not HTTP/);
  });
});

describe('a mirror', () => {
  it('is asked first, without the credential of the registry', async () => {
    const fake = await registry({ auth: 'basic', users: { bob: 'pw' } });
    const mirror = await registry();
    const image = mirror.addImage('1', [layer]);
    const options = { mirrors: new Map([[fake.host, [mirror.url]]]), username: 'bob', password: 'pw' };
    const source = await opened(`${fake.host}/app:1`, options);
    expect(source.images[0]!.digest).toBe(image.digest);
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(fake.seen).toHaveLength(0);
    expect(mirror.seen.every((request) => request.headers.authorization === undefined)).toBe(true);
  });

  it('that fails, is unreachable or wants a credential is passed over with a word', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [layer]);
    const gone = await registry();
    await gone.close();
    const locked = await registry({ auth: 'basic', users: { bob: 'pw' } });
    const broken = await registry();
    broken.faults.push(failing(/./, 500, 100));
    const empty = await registry();
    const mirrors = new Map([[fake.host, [gone.url, locked.url, broken.url, `${empty.url}/prefix/`]]]);
    const source = await opened(`${fake.host}/app:1`, { mirrors, username: 'x', password: 'y' });
    expect(source.images[0]!.digest).toBe(image.digest);
    expect(source.status.map((entry) => entry.message.split(' ')[2])).toEqual([gone.host, locked.host, broken.host]);
    expect(locked.seen.every((request) => request.headers.authorization === undefined)).toBe(true);
    expect(empty.seen[0]!.path).toBe('/prefix/v2/app/manifests/1');
  });

  it('that serves other bytes for a digest ends the run', async () => {
    const fake = await registry();
    const image = fake.addImage('1', [layer]);
    const mirror = await registry();
    mirror.addImage('1', [layer]);
    mirror.blobs.set(image.layers[0]!, bytesOf(layer.length, 3));
    const source = await opened(`${fake.host}/app:1`, { mirrors: new Map([[fake.host, [mirror.url]]]) });
    await expect(readLayer(source.images[0]!)).rejects.toThrow(`layer 0 ${image.layers[0]}`);
  });

  it('must be a plain URL', async () => {
    const fake = await registry();
    const mirrors = (url: string) => ({ mirrors: new Map([[fake.host, [url]]]) });
    await expect(opened(`${fake.host}/app:1`, mirrors('mirror'))).rejects.toThrow(/not an http/);
    const withPassword = opened(`${fake.host}/app:1`, mirrors('https://bob:hunter2@mirror.example'));
    await expect(withPassword).rejects.toThrow(/without user/);
    await expect(withPassword).rejects.not.toThrow(/hunter2/);
  });
});
