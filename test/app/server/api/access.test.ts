import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHooks } from '../../../../src/app/server/hooks/config.ts';
import { createToken } from '../../../../src/app/server/store/tokens.ts';
import { type Engine, engines } from '../engines.ts';
import { digest, type Running, registry, running } from '../running.ts';

const start = engines[0][1];
const adminToken = 'the-administrator-of-all';
const secret = 'a-secret-of-thirty-two-characters';

describe('access', () => {
  let guesses = 0;
  let engine: Engine;
  let server: Running;
  let open: Running;
  const tokens: Record<string, string> = { admin: adminToken, wrong: `tare_${'x'.repeat(43)}` };

  beforeAll(async () => {
    engine = await start();
    const hooks = createHooks(
      [
        { sender: 'github', auth: { hmac: { env: 'S' } } },
        { sender: 'dockerhub', auth: { path: { env: 'S' } } },
      ],
      () => secret,
      { env: {} },
    );
    server = await running(engine, { adminToken, hooks, url: 'https://tare.example.com' });
    open = await running(engine);
    for (const scope of ['read', 'scan'] as const)
      tokens[scope] = await createToken(server.database.query, { name: scope, scopes: [scope] });
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await open.close();
    await engine.stop();
  });

  const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, token?: string, payload?: object, headers = {}) =>
    server.app.inject({
      // Guessing is slowed down by address, which is a matter of its own.
      ...{ method, url, remoteAddress: token === 'wrong' ? `192.0.2.${100 + ++guesses}` : '192.0.2.1' },
      headers: { host: 'tare.example.com', ...(token && { authorization: `Bearer ${tokens[token]}` }), ...headers },
      ...(payload && { payload }),
    });

  it.each([
    ['GET', '/api/v1/scans', 'read'],
    ['GET', `/api/v1/images/${digest(1)}`, 'read'],
    ['GET', '/api/v1/repositories', 'read'],
    ['GET', '/api/v1/queue', 'read'],
    ['GET', '/api/v1/decisions', 'read'],
    ['GET', '/metrics', 'read'],
    ['POST', '/api/v1/scans', 'scan'],
    ['POST', '/api/v1/sweeps', 'scan'],
    ['POST', '/api/v1/rescans', 'scan'],
    ['GET', '/api/v1/tokens', 'admin'],
    ['POST', '/api/v1/tokens', 'admin'],
    ['DELETE', '/api/v1/tokens/none', 'admin'],
  ] as const)('%s %s needs %s', async (method, url, needed) => {
    const order = ['read', 'scan', 'admin'];
    for (const token of [undefined, 'wrong', ...order]) {
      const { statusCode, headers } = await ask(method, url, token, method === 'POST' ? {} : undefined);
      if (token === undefined || token === 'wrong') {
        expect(statusCode).toBe(401);
        expect(headers['www-authenticate']).toMatch(/^Bearer/);
      } else if (order.indexOf(token) < order.indexOf(needed)) expect(statusCode).toBe(403);
      else expect([200, 202, 204, 400, 404]).toContain(statusCode);
    }
  });

  it('makes tokens, shows their secrets once, and revokes them', async () => {
    const made = await ask('POST', '/api/v1/tokens', 'admin', { name: 'ci', scopes: ['scan'] });
    expect(made.statusCode).toBe(201);
    tokens['ci'] = made.json().token;
    expect((await ask('POST', '/api/v1/tokens', 'admin', { name: 'ci', scopes: ['scan'] })).statusCode).toBe(409);
    expect((await ask('GET', '/api/v1/tokens', 'admin')).body).not.toContain(tokens['ci']);
    const asked = { image: `${registry}/team/app@${digest(5)}` };
    const first = await ask('POST', '/api/v1/scans', 'ci', asked);
    expect(first.json()).toMatchObject({ outcome: 'queued', push: expect.any(String), scan: expect.any(String) });
    expect(first.headers['location']).toBe(`/api/v1/scans/${first.json().scan}`);
    const apart = { registry, repository: 'team/app', digest: digest(5) };
    expect((await ask('POST', '/api/v1/scans', 'ci', apart)).json()).toMatchObject({ outcome: 'known' });
    expect((await ask('POST', '/api/v1/scans', 'ci', { image: 'nginx' })).json()).toMatchObject({
      outcome: 'resolving',
    });
    const foreign = await ask('POST', '/api/v1/scans', 'ci', { image: 'forbidden.example.com/a:1' });
    expect(foreign.json()).toMatchObject({ status: 403, detail: expect.stringContaining('not allowed') });
    expect((await ask('DELETE', '/api/v1/tokens/ci', 'admin')).statusCode).toBe(204);
    expect((await ask('GET', '/api/v1/scans', 'ci')).statusCode).toBe(401);
  });

  it('signs browsers in to look, and never to change', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const signIn = (token: string, headers = {}) =>
      server.app.inject({
        ...{ method: 'POST', url: '/sign-in', headers: { host: 'tare.example.com', ...form, ...headers } },
        payload: new URLSearchParams({ token, next: '//evil.example.com' }).toString(),
      });
    expect((await signIn('wrong')).statusCode).toBe(401);
    expect((await signIn(adminToken, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await signIn(adminToken, { origin: 'https://evil.example.com' })).statusCode).toBe(403);
    for (const token of [adminToken, tokens['read']!]) {
      const { statusCode, headers } = await signIn(token, { origin: 'https://tare.example.com' });
      expect([statusCode, headers['location']]).toEqual([303, '/']);
      const set = String(headers['set-cookie']);
      expect(set).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
      const cookie = set.split(';')[0]!;
      expect(set).not.toContain(token);
      // Nor does the database hold what the browser does.
      const stored = JSON.stringify(await server.database.query('select * from tare.sessions'));
      expect(stored).not.toContain(cookie.split('=')[1]);
      expect((await ask('GET', '/api/v1/scans', undefined, undefined, { cookie })).statusCode).toBe(200);
      const image = { image: 'nginx' };
      expect((await ask('POST', '/api/v1/scans', undefined, image, { cookie })).statusCode).toBe(401);
      expect((await ask('POST', '/sign-out', undefined, undefined, { cookie })).statusCode).toBe(303);
      expect((await ask('GET', '/api/v1/scans', undefined, undefined, { cookie })).statusCode).toBe(401);
    }
  });

  it('is for this machine alone where there is no token', async () => {
    const asked = (method: 'GET' | 'POST', headers: Record<string, string>) =>
      open.app.inject({
        method,
        url: '/api/v1/scans',
        headers,
        ...(method === 'POST' && { payload: { image: 'nginx' } }),
      });
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:8080'])
      expect((await asked('GET', { host })).statusCode).toBe(200);
    // A name that an attacker points at this machine.
    expect((await asked('GET', { host: 'rebound.example.com' })).statusCode).toBe(421);
    const host = 'localhost:8080';
    expect((await asked('POST', { host })).statusCode).toBe(202);
    expect((await asked('POST', { host, origin: `http://${host}` })).statusCode).toBe(202);
    expect((await asked('POST', { host, origin: 'http://localhost:9999' })).statusCode).toBe(403);
    expect((await asked('POST', { host, origin: 'null' })).statusCode).toBe(403);
    expect((await asked('POST', { host, 'sec-fetch-site': 'same-site' })).statusCode).toBe(403);
    expect((await asked('POST', { host, authorization: 'Bearer x', 'sec-fetch-site': 'cross-site' })).statusCode).toBe(
      403,
    );
  });

  it('of a hook is by its secret, and what is not signed is not stored', async () => {
    const count = async () => (await server.database.query<{ n: string }>('select count(*) n from tare.pushes'))[0]!.n;
    const body = JSON.stringify({
      push_data: { tag: 'v9', pushed_at: 1 },
      repository: { repo_name: 'team/app', name: 'app', namespace: 'team' },
    });
    const hook = (url: string, headers = {}, payload: string | Buffer = body) =>
      server.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload });
    const before = await count();
    const signed = (text: string, key: string) => `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
    expect((await hook('/api/v1/hooks/github', { 'x-hub-signature-256': signed(body, 'other') })).statusCode).toBe(401);
    expect((await hook('/api/v1/hooks/github')).statusCode).toBe(401);
    expect((await hook(`/api/v1/hooks/dockerhub/${secret}x`)).statusCode).toBe(401);
    expect((await hook('/api/v1/hooks/dockerhub')).statusCode).toBe(401);
    expect((await hook('/api/v1/hooks/none')).statusCode).toBe(404);
    expect((await hook(`/api/v1/hooks/dockerhub/${secret}`, {}, Buffer.alloc(10_000_000))).statusCode).toBe(413);
    expect((await hook(`/api/v1/hooks/dockerhub/${secret}`, {}, '{"\0')).statusCode).toBe(400);
    expect(await count()).toBe(before);
    const stored = await hook(`/api/v1/hooks/dockerhub/${secret}`, { 'content-type': 'text/plain' });
    expect([stored.statusCode, stored.json()]).toEqual([200, { stored: 1, ignored: 0 }]);
    expect(Number(await count())).toBe(Number(before) + 1);
    await hook(`//api/v1/hooks/dockerhub/${secret}`);
    await hook(`/api/v1/hooks/dockerhub/${secret}?token=${secret}`);
    await ask('GET', `/api/v1/scans?secret=${secret}`, 'read');
    const log = server.logged.join('\n');
    expect(log).toContain('/api/v1/hooks/dockerhub');
    for (const one of [secret, adminToken, ...Object.values(tokens)]) expect(log).not.toContain(one);
  });

  it('says what is wrong, and nothing of itself', async () => {
    const large = await ask('POST', '/api/v1/scans', 'scan', { image: 'x'.repeat(10_000_000) });
    expect(large.json()).toMatchObject({ status: 413, title: 'Payload Too Large' });
    const text = await ask('POST', '/api/v1/scans', 'scan', undefined, { 'content-type': 'text/plain' });
    expect(text.statusCode).toBeGreaterThanOrEqual(400);
    const proto = await server.app.inject({
      ...{ method: 'POST', url: '/api/v1/scans', payload: '{"__proto__":{"image":"nginx"}}' },
      headers: { authorization: `Bearer ${tokens['scan']}`, 'content-type': 'application/json' },
    });
    expect(proto.statusCode).toBe(400);
    const none = await ask('GET', '/nothing/here');
    expect([none.statusCode, none.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    for (const { headers } of [large, none]) {
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
    const query = server.database.query;
    server.database.query = (() => Promise.reject(new Error('relation tare.secret-name is missing'))) as never;
    const broken = await ask('GET', '/api/v1/scans', 'admin');
    const ready = await ask('GET', '/readyz');
    server.database.query = query;
    expect(broken.json()).toMatchObject({ status: 500, detail: expect.not.stringContaining('secret-name') });
    expect(ready.statusCode).toBe(503);
    expect((await ask('GET', '/readyz')).body).toBe('ok\n');
    expect((await ask('GET', '/livez')).body).toBe('ok\n');
  });

  it('takes a day’s pushes within a minute from a registry that is known', async () => {
    const push = () =>
      server.app.inject({
        ...{ method: 'POST' as const, url: `/api/v1/hooks/dockerhub/${secret}`, remoteAddress: '192.0.2.8' },
        ...{ headers: { 'content-type': 'application/json' }, payload: '{}' },
      });
    const statuses = new Set<number>();
    // Not of the form that Docker Hub documents: nothing is stored, and each is answered for what it is.
    for (let i = 0; i < 1500; i++) statuses.add((await push()).statusCode);
    expect([...statuses]).toEqual([400]);
  });

  it('makes guessing slow', async () => {
    const guess = () =>
      server.app.inject({
        ...{ url: '/api/v1/scans', headers: { authorization: 'Bearer guess' }, remoteAddress: '192.0.2.7' },
      });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await guess()).statusCode);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    // Whoever has a token is not held up by it.
    const good = { authorization: `Bearer ${tokens['read']}` };
    const asked = await server.app.inject({ url: '/api/v1/scans', headers: good, remoteAddress: '192.0.2.7' });
    expect(asked.statusCode).toBe(200);
  });

  it('to the description is open, and it describes every route', async () => {
    const document = (await ask('GET', '/api/docs/openapi.json')).json();
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/scans', '/api/v1/images/{digest}/report', '/api/v1/repositories/{name}/tags']),
    );
    expect(document.paths['/api/v1/scans'].post.description).toMatch(/Needs the scope scan\.$/);
    const page = await ask('GET', '/api/docs');
    expect(page.body).toContain('POST /api/v1/scans');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});
