/** What no honest client sends, over a real connection: each is answered in a sentence, and nothing breaks. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, engines } from '../engines.ts';
import { type Running, registry, running } from '../running.ts';

describe('hostile requests', () => {
  let engine: Engine;
  let server: Running;
  let port: number;

  beforeAll(async () => {
    engine = await engines[0][1]();
    server = await running(engine);
    await server.parts.accept([{ registry, repository: 'team/app', tag: 'v1', source: 'api' }]);
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    port = (server.app.server.address() as { port: number }).port;
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await engine.stop();
  });

  /** Status of the answer to these very bytes. */
  async function raw(head: string, body: string | Buffer = ''): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => (answer += text));
    const length = Buffer.byteLength(body);
    const type = length > 0 ? `Content-Type: application/json\r\nContent-Length: ${length}\r\n` : '';
    socket.write(`${head}\r\nHost: localhost\r\nConnection: close\r\n${type}\r\n`, 'latin1');
    socket.write(body);
    await once(socket, 'close');
    expect(answer).not.toMatch(/\n\s+at |node_modules|\/src\//);
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
  }

  const words = [
    ...[
      '%00',
      '%',
      '%E0%A4%A',
      '%ff',
      '..%2f..%2fetc%2fpasswd',
      "1'--",
      '%ED%A0%80',
      '%E2%80%AE',
      '🐳',
      '-1',
      '9'.repeat(30),
    ],
    ...['__proto__', 'constructor', 'a'.repeat(3000), '[object]', '%5B%5D', 'WyJcdTAwMDAiXQ', 'WzEsMl0', 'bnVsbA'],
  ];

  it('in addresses are refused, or find nothing', async () => {
    const wrong: string[] = [];
    for (const word of words)
      for (const path of [
        ...[`/api/v1/scans/${word}`, `/api/v1/images/${word}`, `/api/v1/images/${word}/report`, `/images/${word}`],
        ...[`/api/v1/repositories/${word}/tags`, `/api/v1/repositories/a/${word}/trend`, `/repositories/${word}`],
        ...[`/api/v1/scans?cursor=${word}&repository=${word}`, `/api/v1/repositories?search=${word}&cursor=${word}`],
        ...[`/api/v1/scans?limit=${word}`, `/api/v1/decisions?outcome=${word}&cursor=${word}`, `/?search=${word}`],
        ...[`/decisions?repository=${word}&outcome=${word}`, `/sign-in?next=${word}`, `/${word}`],
        `/repositories/${registry}/team/app?cursor=${word}`,
      ]) {
        const { statusCode } = await server.app.inject({
          url: encodeURI(path).replaceAll('%25', '%'),
          headers: { host: 'localhost' },
        });
        if (![200, 303, 400, 404, 414].includes(statusCode)) wrong.push(`${statusCode} ${path.slice(0, 100)}`);
      }
    expect(wrong).toEqual([]);
  });

  it('in bodies are refused', async () => {
    const post = 'POST /api/v1/scans HTTP/1.1';
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    for (const body of [
      ...['null', '[]', '"x"', '{', '\0', '{"image":"\\u0000"}', '{"image":"\\ud800"}', '{"image":{}}', deep],
      ...['{"constructor":{"prototype":{}}}', '{"image":"a:b:c"}', '{"image":"x","more":1}', '{"image":"https://x/y"}'],
      '{"registry":"a","repository":"b"}',
      '{"registry":"a.example.com","repository":"../x","tag":"y"}',
      '{"registry":"a.example.com","repository":"x","tag":"y","digest":"sha256:0"}',
    ])
      expect({ body: body.slice(0, 60), status: await raw(post, body) }).toEqual({
        body: body.slice(0, 60),
        status: 400,
      });
    const sweep = 'POST /api/v1/sweeps HTTP/1.1';
    expect(await raw(sweep, '{"registry":"a.example.com","include":["\\ud800"]}')).toBe(400);
    expect(await raw(sweep, '{"registry":"a.example.com","include":["\\u0000"]}')).toBe(400);
    expect(await raw(sweep, '{"registry":"a.example.com","include":["team/**"]}')).toBe(202);
  });

  it('that are hardly HTTP are refused', async () => {
    expect(await raw('GET /api/v1/scans%zz HTTP/1.1')).toBeGreaterThanOrEqual(400);
    expect(await raw('TRACE / HTTP/1.1')).toBeGreaterThanOrEqual(400);
    expect(await raw(`GET /${'a'.repeat(40_000)} HTTP/1.1`)).toBe(431);
    expect(await raw('GET //evil.example.com/%2e%2e HTTP/1.1')).toBe(404);
    expect(await raw('NONSENSE')).toBe(400);
  });

  it('leave nothing in the log that broke, and the server as it was', async () => {
    expect(server.logged.filter((line) => /failed/.test(line))).toEqual([]);
    expect(await raw('GET /readyz HTTP/1.1')).toBe(200);
  });

  it('that are too many are told to wait', async () => {
    const ask = () =>
      server.app.inject({
        url: '/api/v1/queue?x',
        headers: { host: 'rebound.example.com' },
        remoteAddress: '192.0.2.9',
      });
    let answer = await ask();
    for (let i = 0; i < 1300 && answer.statusCode !== 429; i++) answer = await ask();
    expect(answer.json()).toMatchObject({ status: 429, detail: expect.stringContaining('Too many requests') });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
