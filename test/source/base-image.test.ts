/** Asking a Docker daemon for the config of a base image: a server on a socket of its own that speaks the Engine's API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUpBaseImage, lookUpDigests } from '../../src/source/base-image.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tare-base-'));
const socket = join(scratch, 'docker.sock');
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(scratch, { recursive: true, force: true });
});

const reference = { registry: 'docker.io', repository: 'library/base', tag: '1' };
const options = (at = socket) => ({
  env: { HOME: scratch },
  docker: { host: `unix://${at}` },
  pull: false,
  signal: new AbortController().signal,
});
const look = (at = socket) => lookUpBaseImage(reference, options(at));

describe.skipIf(process.platform === 'win32')('a daemon', () => {
  it('says what the image sets', async () => {
    answer = (_, response) =>
      response.end(
        JSON.stringify({
          Os: 'linux',
          Architecture: 'arm64',
          Config: { User: '10001', ExposedPorts: { '80/tcp': {} }, Env: ['A=1'] },
        }),
      );
    asked.length = 0;
    expect(await look()).toMatchObject({
      via: 'docker',
      platform: { os: 'linux', architecture: 'arm64' },
      container: { user: '10001', exposedPorts: ['80/tcp'], env: ['A=1'], entrypoint: [] },
    });
    expect(asked).toEqual(['/images/base%3A1/json']);
  });

  it('is asked once about a name', async () => {
    const digest = `sha256:${'a'.repeat(64)}` as const;
    answer = (_, response) =>
      response.end(JSON.stringify({ Os: 'linux', Architecture: 'amd64', RepoDigests: [`base@${digest}`] }));
    asked.length = 0;
    const fact = await look();
    const digests = await lookUpDigests([reference, { ...reference, tag: '2' }], options(), { reference, fact });
    expect([...digests]).toEqual([
      ['docker.io/library/base:1', digest],
      ['docker.io/library/base:2', digest],
    ]);
    expect(asked).toEqual(['/images/base%3A1/json', '/images/base%3A2/json']);
  });

  it.each<[string, typeof answer]>([
    ['has no such image', (_, response) => response.writeHead(404).end('{"message":"No such image"}')],
    ['answers nonsense', (_, response) => response.end('<html>')],
    ['breaks off', (_, response) => response.destroy()],
    [
      'never stops talking',
      (_, response) => {
        response.on('error', () => {});
        const more = (): void =>
          void (response.destroyed || response.write(Buffer.alloc(1 << 20), () => setImmediate(more)));
        more();
      },
    ],
    ['says nothing', () => {}],
  ])('that %s is of no use, and no error', async (_, behaviour) => {
    answer = behaviour;
    expect(await look()).toBeUndefined();
  });

  it('that is not there is no error', async () => {
    expect(await look(join(scratch, 'none.sock'))).toBeUndefined();
  });
});
