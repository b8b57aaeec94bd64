/** The gate before a registry that can be slow, wrong and hostile; what it grades is made up. */
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Assess } from '../../../../src/app/server/types.ts';
import { SourceError } from '../../../../src/types.ts';
import { archive, entry } from '../../../e2e/setup/tar.ts';
import {
  answering,
  type FakeRegistry,
  ociIndex,
  ociManifest,
  redirecting,
  sha256,
  startRegistry,
} from '../../../support/fake-registry.ts';
import { reportOf, startGate, type TestGate } from './setup.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const passing: Assess = async ({ digest }) => [reportOf(digest, true)];
const failing: Assess = async ({ digest }) => [reportOf(digest, false)];

async function pair(change: Parameters<typeof startGate>[1] = {}): Promise<{ fake: FakeRegistry; gate: TestGate }> {
  const fake = await startRegistry();
  const gate = await startGate(fake.host, { assess: passing, ...change });
  open.push(fake, { close: () => gate.close(0) });
  // The fake takes what is put, and refuses an empty manifest as registries do.
  fake.faults.push((request, response) => {
    const name = /^\/v2\/.+\/manifests\/(.+)$/.exec(request.path)?.[1];
    if (request.method !== 'PUT' || !name) return false;
    if (request.body === '') response.writeHead(400).end('{"errors":[{"code":"MANIFEST_INVALID"}]}');
    else {
      const stored = { bytes: Buffer.from(request.body), mediaType: request.headers['content-type'] ?? '' };
      fake.manifests.set(name, stored).set(sha256(stored.bytes), stored);
      response.writeHead(201, { location: `${fake.url}${request.path}`, 'oci-subject': 'kept' }).end();
    }
    return true;
  });
  return { fake, gate };
}

function put(gate: TestGate, name: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(`${gate.url}/v2/${name}`, {
    ...{ method: 'PUT', headers: { 'content-type': ociManifest, ...headers } },
    body: new Uint8Array(Buffer.from(body)),
  });
}

const imageOf = (change: object = {}) =>
  JSON.stringify({
    ...{ schemaVersion: 2, mediaType: ociManifest },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(Buffer.from('c')), size: 1 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(Buffer.from('l')), size: 1 }],
    ...change,
  });
const errorOf = async (response: Response) =>
  ((await response.json()) as { errors: { code: string; message: string; detail?: object }[] }).errors[0]!;
const indexOf = (digests: string[]) =>
  JSON.stringify({
    ...{ schemaVersion: 2, mediaType: ociIndex },
    manifests: digests.map((digest) => ({ mediaType: ociManifest, digest, size: 1 })),
  });
const stored = (fake: FakeRegistry) => [...fake.manifests.keys()].filter((name) => !name.startsWith('sha256:'));

describe('a push', () => {
  it('goes on byte for byte where it passes, with the pusher’s own header', async () => {
    const { fake, gate } = await pair();
    const body = `${imageOf()}\n  `;
    const done = await put(gate, 'team/app/manifests/1', body, { authorization: 'Bearer theirs' });
    expect([done.status, done.headers.get('location')]).toEqual([201, '/v2/team/app/manifests/1']);
    expect(done.headers.get('oci-subject')).toBe('kept');
    expect(fake.manifests.get('1')!.bytes.toString()).toBe(body);
    expect(fake.seen.every((request) => request.headers.authorization === 'Bearer theirs')).toBe(true);
  });

  it('that fails is refused in one printable line, and not stored', async () => {
    const { fake, gate } = await pair({ assess: failing, reportUrl: ({ digest }) => `https://x.example/${digest}` });
    const refused = await put(gate, 'team/app/manifests/1', imageOf());
    const { code, message, detail } = await errorOf(refused);
    expect([refused.status, code]).toEqual([403, 'DENIED']);
    expect(message).toMatch(
      /^tare refuses team\/app:1: grade F, 30\.0 of 100\. run-as-root is high\. Worst: \[high\] run-as-root: It runs as \?\[31mroot here\. The whole report: https:\/\/x\.example\/sha256:/,
    );
    expect(detail).toMatchObject({ score: 30, grade: 'F' });
    expect(stored(fake)).toEqual([]);
    expect(gate.decisions).toMatchObject([{ outcome: 'denied', score: 30, grade: 'F', tag: '1' }]);
  });

  it.each([
    ['throws', async () => Promise.reject(new SourceError('It cannot be read')), 'It cannot be read'],
    ['fails', async () => Promise.reject(new TypeError('secret detail')), 'the log of the gate says why'],
    ['takes too long and heeds no signal', () => new Promise<never>(() => {}), 'not graded within 200 ms'],
    ['grades another image', async () => [reportOf(`sha256:${'b'.repeat(64)}`, true)], 'not the image that was sent'],
    ['grades nothing', async () => [], 'not the image that was sent'],
  ] as [string, Assess, string][])('whose grading %s follows the policy', async (_, assess, why) => {
    const limits = { gradingMs: 200 };
    const closed = await pair({ assess, limits });
    const refused = await put(closed.gate, 'app/manifests/1', imageOf());
    expect([refused.status, (await errorOf(refused)).message]).toEqual([403, expect.stringContaining(why)]);
    expect(closed.gate.decisions).toMatchObject([{ outcome: 'closed' }]);
    const opened = await pair({ assess, limits, policy: { undecided: 'open' } });
    const done = await put(opened.gate, 'app/manifests/1', imageOf());
    expect([done.status, done.headers.get('warning')]).toEqual([
      201,
      expect.stringContaining('299 - "tare let it through'),
    ]);
    expect(opened.gate.decisions).toMatchObject([{ outcome: 'open' }]);
    expect(stored(opened.fake)).toEqual(['1']);
  });

  it('of one digest under one name is graded once, and not again that day', async () => {
    let graded = 0;
    const assess: Assess = async ({ digest }) => {
      graded++;
      await sleep(50);
      return [reportOf(digest, true)];
    };
    let day = '2026-11-23';
    const { gate } = await pair({ assess, now: () => Date.parse(day) });
    const all = await Promise.all([1, 2, 3].map(() => put(gate, 'app/manifests/1', imageOf())));
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201]);
    await put(gate, 'app/manifests/1', imageOf());
    expect(graded).toBe(1);
    // A policy may go by the tag, and what it lets be may expire.
    await put(gate, 'app/manifests/2', imageOf());
    expect(graded).toBe(2);
    day = '2026-11-24';
    await put(gate, 'app/manifests/1', imageOf());
    expect(graded).toBe(3);
  });

  it('is not graded where the store knows the verdict', async () => {
    const worst = [{ rule: 'run-as-root', severity: 'high' as const, message: 'It runs as root.' }];
    const counts = { critical: 0, high: 12, medium: 3, low: 0, info: 0 };
    const known = async () => ({ passed: false, reason: 'Known.', score: 1, grade: 'F', worst, counts });
    const { gate } = await pair({ known });
    const { message } = await errorOf(await put(gate, 'app/manifests/1', imageOf()));
    expect(message).toContain('Known.');
    // A store keeps the worst of them alone.
    expect(message).toContain('It runs as root; and 14 more.');
  });

  it('that fails passes by an exception, until it expires', async () => {
    const exceptions = [{ repository: 'team/*', tag: '1.*', reason: 'Old', expires: '2026-11-01' }];
    const on = async (day: string, name: string) => {
      const { gate } = await pair({
        assess: failing,
        policy: { exceptions },
        now: () => Date.parse(`${day}T23:59:00Z`),
      });
      const { status } = await put(gate, name, imageOf());
      return [status, gate.decisions[0]!.outcome];
    };
    expect(await on('2026-11-01', 'team/app/manifests/1.0')).toEqual([201, 'excepted']);
    expect(await on('2026-11-02', 'team/app/manifests/1.0')).toEqual([403, 'denied']);
    expect(await on('2026-11-01', 'team/app/manifests/2.0')).toEqual([403, 'denied']);
    expect(await on('2026-11-01', 'other/app/manifests/1.0')).toEqual([403, 'denied']);
  });

  it('to a repository that is not guarded passes unread', async () => {
    const { gate } = await pair({ assess: failing, policy: { include: ['team/**'], exclude: ['team/free'] } });
    const status = async (name: string) => (await put(gate, `${name}/manifests/1`, imageOf())).status;
    expect([await status('team/app'), await status('team/free'), await status('other')]).toEqual([403, 201, 201]);
  });

  it('without leave to push gets upstream’s own challenge, and nothing is graded', async () => {
    const { fake, gate } = await pair({ assess: () => Promise.reject(new Error('graded')) });
    fake.faults.unshift(
      answering(/manifests/, 401, '{}', { 'www-authenticate': 'Bearer realm="https://a.example/t",scope="x"' }),
    );
    const refused = await put(gate, 'app/manifests/1', imageOf());
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="https://a.example/t",scope="x"',
    ]);
    expect(gate.decisions).toEqual([]);
  });

  it('is refused too long, encoded, under another digest, or with two authorizations', async () => {
    const { fake, gate } = await pair({ limits: { manifestBytes: 2000 } });
    const status = async (name: string, body: string, headers = {}) => (await put(gate, name, body, headers)).status;
    expect(await status('app/manifests/1', imageOf({ annotations: { a: 'x'.repeat(3000) } }))).toBe(413);
    expect(await status('app/manifests/1', imageOf(), { 'content-encoding': 'gzip' })).toBe(415);
    expect(await status(`app/manifests/sha256:${'0'.repeat(64)}`, imageOf())).toBe(400);
    expect(await raw(gate, ['PUT /v2/app/manifests/1 HTTP/1.1', 'Content-Type: a/b', 'Content-Type: c/d'])).toContain(
      '400',
    );
    expect(stored(fake)).toEqual([]);
  });
});

describe('an index', () => {
  it('waits for its children, and fails with one of them', async () => {
    const bad = imageOf({ annotations: { is: 'bad' } });
    const assess: Assess = async ({ digest }) => [reportOf(digest, digest !== sha256(Buffer.from(bad)))];
    const { fake, gate } = await pair({ assess });
    const good = fake.addManifest(JSON.parse(imageOf())).digest;
    fake.manifests.set(sha256(Buffer.from(bad)), { bytes: Buffer.from(bad), mediaType: ociManifest });
    const type = { 'content-type': ociIndex };
    expect((await put(gate, 'app/manifests/1', indexOf([good]), type)).status).toBe(201);
    const refused = await errorOf(await put(gate, 'app/manifests/2', indexOf([good, sha256(Buffer.from(bad))]), type));
    expect(refused.message).toContain(`its manifest ${sha256(Buffer.from(bad)).slice(0, 19)}: grade F`);
    const missing = await put(gate, 'app/manifests/3', indexOf([good, sha256(Buffer.from('x'))]), type);
    expect([missing.status, (await errorOf(missing)).code]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    expect(stored(fake)).toEqual(['1']);
  });

  it('is opened so deep and so wide and no further', async () => {
    const { fake, gate } = await pair({ limits: { children: 5 } });
    const type = { 'content-type': ociIndex };
    const many = Array.from({ length: 6 }, (_, at) => sha256(Buffer.from(`${at}`)));
    expect((await put(gate, 'app/manifests/1', indexOf(many), type)).status).toBe(400);
    let digest: string = fake.addManifest(JSON.parse(imageOf())).digest;
    for (let depth = 0; depth < 4; depth++) digest = fake.addManifest(JSON.parse(indexOf([digest]))).digest;
    expect((await put(gate, 'app/manifests/1', indexOf([digest]), type)).status).toBe(400);
    expect(stored(fake)).toEqual([]);
  });
});

describe('what says that it is no image', () => {
  const image = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: ['x'] } };
  const layer = archive(entry({ path: 'app', mode: 0o755 }, 'x'));
  const artifact = (fake: FakeRegistry, config: object, blob: Buffer, types: { config: string; layer: string }) =>
    imageOf({
      config: {
        mediaType: types.config,
        digest: fake.addBlob(Buffer.from(JSON.stringify(config))),
        size: JSON.stringify(config).length,
      },
      layers: [{ mediaType: types.layer, digest: fake.addBlob(blob), size: blob.length }],
    });
  const chart = {
    config: 'application/vnd.cncf.helm.config.v1+json',
    layer: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  };
  const signature = {
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.dev.cosign.simplesigning.v1+json',
  };
  const never: Assess = () => Promise.reject(new Error('graded'));

  it('passes where it is none', async () => {
    const { fake, gate } = await pair({ assess: never });
    const helm = artifact(fake, { name: 'chart', version: '1' }, layer, chart);
    expect((await put(gate, 'app/manifests/chart', helm)).status).toBe(201);
    const signed = artifact(fake, image, Buffer.from(`{"critical":{"x":"${'a'.repeat(600)}"}}`), signature);
    expect((await put(gate, 'app/manifests/sha256-x.sig', signed)).status).toBe(201);
    expect(gate.decisions.map(({ outcome }) => outcome)).toEqual(['allowed', 'allowed']);
  });

  it.each([
    ['a chart with the config of an image', chart],
    ['a signature with an archive in it', signature],
  ])('is refused where it would run: %s, though the gate is open', async (_, types) => {
    const { fake, gate } = await pair({ assess: never, policy: { undecided: 'open' } });
    const refused = await put(gate, 'app/manifests/1', artifact(fake, image, layer, types));
    expect([refused.status, (await errorOf(refused)).message]).toEqual([
      403,
      expect.stringContaining('push it as an image'),
    ]);
    expect(stored(fake)).toEqual([]);
  });
});

describe('what hides that it is an image', () => {
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: ['x'] } };
  const layer = archive(entry({ path: 'app', mode: 0o755 }, 'x'));
  const signature = (fake: FakeRegistry, its: object, size: number) => {
    const text = JSON.stringify(its);
    const blob = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest: fake.addBlob(layer), size };
    const about = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: fake.addBlob(Buffer.from(text)) };
    return imageOf({ config: { ...about, size: text.length }, layers: [blob] });
  };

  it.each<[string, object, number]>([
    ['a config nested deeper than is read here', { ...config, x: nested(1100) }, layer.length],
    ['a layer of which it says that it is empty', config, 0],
  ])('%s', async (_, its, size) => {
    const { fake, gate } = await pair({ assess: async ({ digest }) => [reportOf(digest, true)] });
    expect((await put(gate, 'app/manifests/1', signature(fake, its, size))).status).toBe(403);
    expect(stored(fake)).toEqual([]);
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('pulls, where they are guarded', () => {
  it('are judged by what upstream answers', async () => {
    const { fake, gate } = await pair({ assess: failing, policy: { refusePulls: true } });
    const { digest } = fake.addManifest(JSON.parse(imageOf()), '1');
    for (const name of ['1', digest]) {
      const refused = await fetch(`${gate.url}/v2/app/manifests/${name}`, { headers: { 'if-none-match': 'x' } });
      expect([refused.status, (await errorOf(refused)).code]).toEqual([403, 'DENIED']);
    }
    expect(fake.seen.every((request) => request.headers['if-none-match'] === undefined)).toBe(true);
    expect((await fetch(`${gate.url}/v2/app/manifests/1`, { method: 'HEAD' })).status).toBe(200);
    expect(gate.decisions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(['pull denied', 'pull denied']);
  });

  it('of what passes come as they are, and are not kept', async () => {
    const { fake, gate } = await pair({ policy: { refusePulls: true } });
    const { bytes } = fake.addManifest(JSON.parse(imageOf()), '1');
    const got = await fetch(`${gate.url}/v2/app/manifests/1`);
    expect([got.status, got.headers.get('content-type')]).toEqual([200, ociManifest]);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    expect(gate.decisions).toEqual([]);
  });
});

describe('the way through', () => {
  it('changes addresses of the registry into paths, and leaves others', async () => {
    const { fake, gate } = await pair();
    const locate = async (location: string, path = '/v2/app/blobs/uploads/', method = 'POST') => {
      fake.faults[1] = (_, response) => response.writeHead(202, { location }).end() && true;
      return (await fetch(gate.url + path, { method, redirect: 'manual' })).headers.get('location');
    };
    expect(await locate(`${fake.url}/v2/app/blobs/uploads/1?_state=a%3Db`)).toBe(
      '/v2/app/blobs/uploads/1?_state=a%3Db',
    );
    expect(await locate('https://registry.example/v2/app/blobs/uploads/1')).toBe('/v2/app/blobs/uploads/1');
    expect(await locate('/v2/app/blobs/uploads/1')).toBe('/v2/app/blobs/uploads/1');
    expect(await locate('https://storage.example/x?sig=1')).toBe('https://storage.example/x?sig=1');
    fake.faults[1] = redirecting(/blobs/, () => 'https://storage.example/v2/app/x?sig=1');
    const blob = await fetch(`${gate.url}/v2/app/blobs/sha256:${'a'.repeat(64)}`, { redirect: 'manual' });
    expect([blob.status, blob.headers.get('location')]).toEqual([307, 'https://storage.example/v2/app/x?sig=1']);
  });

  it('lists referrers, page by page', async () => {
    const { fake, gate } = await pair();
    const subject = sha256(Buffer.from('s'));
    fake.referrers.set(subject, [{ mediaType: ociManifest, digest: sha256(Buffer.from('r')), size: 1 }]);
    const path = `/v2/team/app/referrers/${subject}`;
    const first = await fetch(gate.url + path);
    expect(((await first.json()) as { manifests: object[] }).manifests).toHaveLength(1);
    fake.faults.push(answering(/referrers/, 200, '{}', { link: `<${fake.url}${path}?last=x>; rel="next"` }));
    expect((await fetch(gate.url + path)).headers.get('link')).toBe(`<${path}?last=x>; rel="next"`);
  });

  it('drops what belongs to one connection or would speak for the path', async () => {
    const { fake, gate } = await pair();
    await raw(gate, [
      'GET /v2/ HTTP/1.1',
      ...['Connection: close, X-Mine', 'X-Mine: 1', 'X-HTTP-Method-Override: PUT', 'X-Original-URL: /v2/a/manifests/1'],
      ...['TE: trailers', 'Upgrade: h2c', 'X-Forwarded-For: 10.0.0.1', 'Accept: a', 'Accept: b'],
    ]);
    const [{ headers }] = fake.seen as [FakeRegistry['seen'][0]];
    for (const gone of ['x-mine', 'x-http-method-override', 'x-original-url', 'te', 'upgrade'])
      expect(headers[gone]).toBe(undefined);
    expect(headers).toMatchObject({ host: fake.host, accept: 'a, b', 'x-forwarded-proto': 'http' });
    expect(headers['x-forwarded-for']).toMatch(/^10\.0\.0\.1, (?:::ffff:)?127\.0\.0\.1$/);
  });

  it('refuses requests that two servers would read in two ways', async () => {
    const { fake, gate } = await pair();
    for (const lines of [
      ['POST /v2/app/blobs/uploads/ HTTP/1.1', 'Content-Length: 3', 'Transfer-Encoding: chunked'],
      ['POST /v2/app/blobs/uploads/ HTTP/1.1', 'Content-Length: 3', 'Content-Length: 4'],
      ['POST /v2/app/blobs/uploads/ HTTP/1.1', 'Transfer-Encoding: gzip, chunked'],
      ['GET /v2/ HTTP/1.1', 'Content-Length: 3'],
      ['PUT /v2/app/x/../manifests/1 HTTP/1.1', 'Content-Length: 0'],
      ['GET http://elsewhere/v2/ HTTP/1.1'],
    ])
      expect(await raw(gate, lines)).toMatch(/^HTTP\/1\.1 40[04]/);
    expect((await fetch(`${gate.url}/v2/app/tags/list`, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${gate.url}/metrics`)).status).toBe(404);
    expect(fake.seen).toEqual([]);
  });

  it('says in one sentence that upstream is away', async () => {
    const { fake, gate } = await pair();
    await fake.close();
    open.splice(0, 1);
    const away = await fetch(`${gate.url}/v2/`);
    expect([away.status, (await errorOf(away)).message]).toEqual([
      502,
      expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    ]);
  });

  it('ends a download short where upstream breaks off, and an upload where the client does', async () => {
    const { fake, gate } = await pair();
    fake.faults.push((request, response) => {
      if (!request.path.includes('/blobs/sha256')) return false;
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half', () => setTimeout(() => response.destroy(), 20));
      return true;
    });
    const broken = await fetch(`${gate.url}/v2/app/blobs/sha256:${'a'.repeat(64)}`);
    await expect(broken.arrayBuffer()).rejects.toThrow();
    const before = fake.seen.length;
    const upload = httpRequest(`${gate.url}/v2/app/blobs/uploads/1`, {
      method: 'PATCH',
      headers: { 'content-length': 1000 },
    });
    upload.on('error', () => {});
    upload.write('half');
    await sleep(100);
    upload.destroy();
    await sleep(100);
    // A request counts where its body came to its end.
    expect(fake.seen.length).toBe(before);
  });
});

describe('waiting and carrying', () => {
  it('asks upstream for leave to send, and hands on its no before a byte was sent', async () => {
    const { fake, gate } = await pair();
    const asked = (path: string) =>
      new Promise<{ status: number; continued: boolean; sent: number }>((resolve, reject) => {
        let [continued, sent] = [false, 0];
        const call = httpRequest(`${gate.url}${path}`, {
          method: 'PATCH',
          headers: { expect: '100-continue', 'content-length': 5 },
        });
        call.on('continue', () => {
          continued = true;
          call.end('hello', () => (sent = 5));
        });
        call.on('response', (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode ?? 0, continued, sent });
          if (!continued) call.destroy();
        });
        call.on('error', (error) => (continued ? reject(error) : undefined));
        call.flushHeaders();
      });
    fake.faults.push((request, response) => {
      if (request.body !== 'hello') return false;
      response.writeHead(202).end();
      return true;
    });
    expect(await asked('/v2/app/blobs/uploads/1')).toMatchObject({ status: 202, continued: true });
    const shut = createServer().on('checkContinue', (_, response) =>
      response.writeHead(401, { connection: 'close' }).end(),
    );
    await new Promise<void>((resolve) => shut.listen(0, '127.0.0.1', resolve));
    const denying = await startGate(`127.0.0.1:${(shut.address() as AddressInfo).port}`);
    open.push({ close: () => denying.close(0) }, { close: async () => void shut.close() });
    const refused = await new Promise<number>((resolve, reject) => {
      const call = httpRequest(`${denying.url}/v2/app/blobs/uploads/1`, {
        method: 'PATCH',
        headers: { expect: '100-continue', 'content-length': 5 },
      });
      call.on('continue', () => reject(new Error('it was let send')));
      call.on('response', (answer) => {
        resolve(answer.statusCode ?? 0);
        call.destroy();
      });
      call.on('error', reject);
      call.flushHeaders();
    });
    expect(refused).toBe(401);
  });

  it('takes no more of an upload than upstream takes', async () => {
    let reading = false;
    const slow = createServer((request, response) => {
      request.pause();
      const timer = setInterval(() => {
        if (!reading) return;
        clearInterval(timer);
        request.resume().on('end', () => response.writeHead(202).end());
      }, 10);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const gate = await startGate(`127.0.0.1:${(slow.address() as AddressInfo).port}`);
    open.push({ close: () => gate.close(0) }, { close: async () => void slow.close() });
    const whole = 64 << 20;
    let sent = 0;
    const chunk = Buffer.alloc(1 << 20);
    const body = Readable.from(
      (function* () {
        for (; sent < whole; sent += chunk.length) yield chunk;
      })(),
      { objectMode: false, highWaterMark: 1 << 20 },
    );
    const call = httpRequest(`${gate.url}/v2/app/blobs/uploads/1`, {
      method: 'PATCH',
      headers: { 'content-length': whole },
    });
    const answered = new Promise<number>((resolve, reject) => {
      call.on('response', (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
    });
    body.pipe(call);
    await sleep(300);
    // What the kernel holds for four ends of two connections, and not the body.
    expect(sent).toBeLessThan(whole / 2);
    reading = true;
    expect(await answered).toBe(202);
    expect(sent).toBe(whole);
  });

  it('lets so many wait for a grade and tells others to come back', async () => {
    const ways: (() => void)[] = [];
    const assess: Assess = ({ digest }) => new Promise((resolve) => ways.push(() => resolve([reportOf(digest, true)])));
    const { gate } = await pair({ assess, limits: { gradings: 1, waiting: 1 }, policy: { undecided: 'open' } });
    const pushes = [1, 2, 3].map((at) => put(gate, `app/manifests/${at}`, imageOf({ annotations: { at: `${at}` } })));
    const statuses: number[] = [];
    for (const one of pushes) one.then(({ status }) => statuses.push(status));
    while (statuses.length < 1) await sleep(10);
    expect(statuses).toEqual([429]);
    while (statuses.length < 3) {
      for (const go of ways.splice(0)) go();
      await sleep(10);
    }
    expect(statuses.toSorted()).toEqual([201, 201, 429]);
  });

  it('stops what is graded where the time is up', async () => {
    let stopped = false;
    const assess: Assess = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(signal.reason);
        });
      });
    const { gate } = await pair({ assess, limits: { gradingMs: 100 } });
    expect((await put(gate, 'app/manifests/1', imageOf())).status).toBe(403);
    await sleep(20);
    expect(stopped).toBe(true);
  });
});

/** A request as it is written, and the first of the answer. */
function raw(gate: TestGate, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const [host, port] = gate.address.split(':');
    const socket = connect(Number(port), host, () =>
      socket.write(`${[...lines, `Host: ${gate.address}`].join('\r\n')}\r\n\r\n`),
    );
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(''));
  });
}
