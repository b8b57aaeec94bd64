import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debianService, neglectedServer, staticBinary } from '../../../report/fixtures.ts';
import { type Engine, engines } from '../engines.ts';
import { digest, type Running, registry, running } from '../running.ts';

const neglected = neglectedServer();

describe.each(engines)('lists of the API on %s', (_, start) => {
  let engine: Engine;
  let server: Running;
  const get = async (url: string) => {
    const { statusCode, headers, body } = await server.app.inject({ url, headers: { host: 'localhost' } });
    return {
      status: statusCode,
      headers,
      body,
      json: String(headers['content-type']).includes('json') ? JSON.parse(body) : undefined,
    };
  };

  beforeAll(async () => {
    engine = await start();
    server = await running(engine);
    const push = (repository: string, tag: string, n: number) => ({ registry, repository, tag, digest: digest(n) });
    await server.graded(push('team/app', 'v1', 1), staticBinary(), true);
    await server.graded(push('team/app', 'v2', 2), neglected, false);
    await server.graded(push('team/app', 'v3', 3), staticBinary(), true);
    await server.graded(push('team/other', 'latest', 4), debianService(), false);
    for (let n = 10; n < 15; n++) await server.parts.accept([{ ...push(`waiting/w${n}`, 'x', n), source: 'harbor' }]);
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await engine.stop();
  });

  it('page through gradings without a gap, latest first', async () => {
    const ids: string[] = [];
    let url: string | undefined = '/api/v1/scans?limit=2';
    let pages = 0;
    while (url) {
      const { status, headers, json } = await get(url);
      expect(status).toBe(200);
      ids.push(...json.items.map((scan: { id: string }) => scan.id));
      url = /^<(.+)>; rel="next"$/.exec(String(headers['link'] ?? ''))?.[1];
      expect(url !== undefined).toBe(json.next !== undefined);
      // What comes in between belongs to no page that follows.
      if (pages++ === 0)
        await server.parts.accept([{ registry, repository: 'late/one', digest: digest(99), source: 'api' }]);
    }
    expect(pages).toBe(5);
    expect(ids.map(Number)).toEqual([...ids].map(Number).sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(9);
  });

  it('filter gradings', async () => {
    const digests = async (query: string) =>
      (await get(`/api/v1/scans?${query}`)).json.items.map((scan: { digest: string }) => Number(scan.digest.slice(-2)));
    expect(await digests('state=done')).toEqual([4, 3, 2, 1]);
    expect(await digests(`repository=${registry}/team/app&passed=false`)).toEqual([2]);
    expect(await digests(`repository=${registry}/team/other`)).toEqual([4]);
    expect(await digests(`grade=${staticBinary().score.grade}&state=done&passed=true`)).toEqual([3, 1]);
  });

  it('say how each repository stands', async () => {
    const { json } = await get('/api/v1/repositories?search=team/');
    expect(json.items).toMatchObject([
      {
        repository: 'team/app',
        tags: 3,
        failing: 1,
        worst: { grade: neglectedServer().score.grade },
        latest: { grade: staticBinary().score.grade, passed: true, digest: digest(3) },
      },
      { repository: 'team/other', tags: 1, failing: 1 },
    ]);
    const first = (await get('/api/v1/repositories?limit=1')).json;
    const second = (await get(`/api/v1/repositories?limit=1&cursor=${first.next}`)).json;
    const third = (await get(`/api/v1/repositories?limit=1&cursor=${second.next}`)).json;
    expect([first, second, third].map(({ items }) => items[0].repository)).toEqual([
      'late/one',
      'team/app',
      'team/other',
    ]);
    expect((await get('/api/v1/repositories?failing=true&limit=1')).json.items[0].repository).toBe('team/app');
    const worst = (await get(`/api/v1/repositories?grade=${neglectedServer().score.grade}`)).json;
    expect(worst.items.map(({ repository }: { repository: string }) => repository)).toContain('team/app');
    expect((await get('/api/v1/repositories?search=%25')).json.items).toEqual([]);
  });

  it('list the tags and the trend of a repository, its name escaped or not', async () => {
    for (const name of [`${registry}/team/app`, encodeURIComponent(`${registry}/team/app`)]) {
      const first = (await get(`/api/v1/repositories/${name}/tags?limit=2`)).json;
      expect(first.items).toMatchObject([{ tag: 'v3' }, { tag: 'v2', passed: false }]);
      expect(first.items[0]).not.toHaveProperty('cursor');
      expect((await get(`/api/v1/repositories/${name}/tags?limit=2&cursor=${first.next}`)).json.items).toMatchObject([
        { tag: 'v1', digest: digest(1) },
      ]);
      const trend = (await get(`/api/v1/repositories/${name}/trend`)).json.items;
      expect(trend.map(({ tag }: { tag: string }) => tag)).toEqual(['v1', 'v2', 'v3']);
    }
    expect((await get(`/api/v1/repositories/${registry}/team/none/tags`)).status).toBe(404);
  });

  it('tell everything of a digest, and its report in every format', async () => {
    const { json } = await get(`/api/v1/images/${digest(2)}`);
    expect(json).toMatchObject({
      digest: digest(2),
      verdict: { passed: false, grade: neglectedServer().score.grade },
      tags: [{ registry, repository: 'team/app', tag: 'v2' }],
      platforms: [{ grade: neglectedServer().score.grade }],
    });
    const report = await get(`/api/v1/images/${digest(2)}/report`);
    expect(report.json).toEqual(JSON.parse(JSON.stringify(neglected)));
    for (const [format, type] of [
      ['sarif', 'application/sarif+json'],
      ['html', 'text/html'],
      ['markdown', 'text/markdown'],
      ['table', 'text/plain'],
      ['junit', 'application/xml'],
    ] as const) {
      const { status, headers, body } = await get(`/api/v1/images/${digest(2)}/report?format=${format}`);
      expect({ format, status, type: headers['content-type'] }).toEqual({
        format,
        status: 200,
        type: `${type}; charset=utf-8`,
      });
      expect(body.length).toBeGreaterThan(200);
    }
    expect((await get(`/api/v1/images/${digest(10)}/report`)).json.detail).toMatch(/not graded yet/);
    expect((await get(`/api/v1/images/${digest(77)}`)).status).toBe(404);
    const scan = (await get('/api/v1/scans?state=done&limit=1')).json.items[0].id;
    expect((await get(`/api/v1/scans/${scan}`)).json).toMatchObject({
      state: 'done',
      verdict: { grade: expect.any(String) },
    });
  });

  it('show the queue, and give what was given up another chance', async () => {
    const { queue, database } = server.parts;
    const job = (await queue.take('scan', 'w'))!;
    await database.transaction((query) => queue.fail(job, 'no such layer', query, true));
    const before = (await get('/api/v1/queue')).json;
    expect(before.dead).toMatchObject([{ reason: 'no such layer', data: job.data }]);
    await database.query(`update tare.scans set state = 'failed' where id = $1`, [job.data.scan]);
    const headers = { host: 'localhost' };
    const url = `/api/v1/queue/dead/${before.dead[0].id}/retry`;
    expect((await server.app.inject({ method: 'POST', url, headers })).statusCode).toBe(202);
    expect((await server.app.inject({ method: 'POST', url, headers })).statusCode).toBe(404);
    const after = (await get('/api/v1/queue')).json;
    expect(after.dead).toEqual([]);
    expect(after.depth.scan.waiting).toBe(before.depth.scan.waiting + 1);
    expect((await get(`/api/v1/scans/${job.data.scan}`)).json.state).toBe('queued');
  });

  it('refuse what is no name, number or cursor, and what a database would choke on', async () => {
    for (const url of [
      '/api/v1/scans?cursor=nonsense',
      `/api/v1/scans?cursor=${Buffer.from('["1; drop"]').toString('base64url')}`,
      '/api/v1/scans?limit=0',
      '/api/v1/scans?limit=1e9',
      '/api/v1/scans?state=%00',
      '/api/v1/scans/99999999999999999999',
      '/api/v1/scans/1%27',
      '/api/v1/repositories?search=a%00b',
      '/api/v1/repositories/%00/tags',
      '/api/v1/images/sha256:..%2f..%2fetc',
      `/api/v1/images/${digest(1).toUpperCase()}`,
      `/api/v1/images/${digest(1)}/report?format=template`,
      '/api/v1/decisions?cursor=WyIwIl0',
    ]) {
      const { status, headers, json } = await get(url);
      expect({ url, status }).toEqual({ url, status: 400 });
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(json).toEqual({ type: 'about:blank', title: 'Bad Request', status: 400, detail: expect.any(String) });
    }
    expect(server.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });
});
