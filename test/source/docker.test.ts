import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/image/limits.ts';
import type { SourceContext } from '../../src/image/model.ts';
import { readLayer } from '../../src/image/read-layer.ts';
import { type DockerOptions, openDocker } from '../../src/source/docker.ts';
import { SourceError, UsageError } from '../../src/types.ts';
import { tar } from '../support/tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-docker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: string[]): string => join(folder, ...parts);

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

let saved: Buffer;
const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const id = sha('id');
const inspected = {
  Id: `sha256:${id}`,
  RepoTags: ['app:1', 'registry.example/app:1', '<none>:<none>'],
  RepoDigests: [`app@sha256:${'d'.repeat(64)}`],
  Os: 'linux',
  Architecture: 'amd64',
};

beforeAll(async () => {
  const layer = await tar([{ name: 'hello', content: 'world' }]);
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    config: { User: 'app' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha(layer)}`] },
  });
  saved = await tar([
    { name: `${sha(config)}.json`, content: config },
    { name: 'layer0/layer.tar', content: layer },
    {
      name: 'manifest.json',
      content: JSON.stringify([{ Config: `${sha(config)}.json`, RepoTags: ['app:1'], Layers: ['layer0/layer.tar'] }]),
    },
  ]);
});

type Override = (path: string, response: ServerResponse) => boolean;

/** The two answers of the Engine API that matter, on any listener. */
function answer(seen: string[], override: Override = () => false): RequestListener {
  return (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    seen.push(path);
    if (override(path, response)) return;
    const [, name, what] = /^\/images\/(.+)\/(json|get)$/.exec(path) ?? [];
    const known = name === 'app:1' || name === id || name === id.slice(0, 12) || name?.startsWith('app@');
    if (!known) response.writeHead(404).end('{"message":"No such image"}');
    else if (what === 'json') response.end(JSON.stringify(inspected));
    else response.writeHead(200).end(saved);
  };
}

function listen(server: Server, where: string | number): Promise<number> {
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) =>
    server.listen(where as string, () => resolve((server.address() as AddressInfo)?.port)),
  );
}

async function daemon(override?: Override): Promise<{ socket: string; seen: string[] }> {
  const seen: string[] = [];
  const socket = at(`${running.length}-${Math.random().toString(36).slice(2)}.sock`);
  await listen(createServer(answer(seen, override)), socket);
  return { socket, seen };
}

function context(env: Record<string, string>, change: Partial<SourceContext> = {}): SourceContext {
  return {
    limits: defaultLimits,
    allPlatforms: false,
    verify: 'report',
    analyse: (bytes, hint) => readLayer(bytes, { collectors: [], limits: defaultLimits, what: hint.name }),
    progress: () => {},
    stdin: () => {
      throw new Error('a daemon reads no standard input');
    },
    signal: new AbortController().signal,
    ...change,
    env: { HOME: at('home'), PATH: process.env['PATH'], ...env },
  };
}

const open = (
  name: string,
  env: Record<string, string>,
  options: DockerOptions = {},
  change: Partial<SourceContext> = {},
) => openDocker(name, context(env, change), options);

describe('openDocker', () => {
  it('reads an image by name, id, short id and digest', async () => {
    const { socket, seen } = await daemon();
    const env = { DOCKER_HOST: `unix://${socket}` };
    for (const name of ['app:1', 'docker.io/library/app:1', id, id.slice(0, 12), `app:1@sha256:${'d'.repeat(64)}`]) {
      const source = await open(name, env);
      expect(source).toMatchObject({ kind: 'docker' });
      const [image] = source!.images;
      expect(image!.config.container.user).toBe('app');
      expect(image!.layers).toHaveLength(1);
      expect(image!.layers[0]!.content.from).toBe('record');
      expect(image!.origin.references).toEqual([
        { registry: 'docker.io', repository: 'library/app', tag: '1' },
        { registry: 'registry.example', repository: 'app', tag: '1' },
        { registry: 'docker.io', repository: 'library/app', digest: `sha256:${'d'.repeat(64)}` },
      ]);
      await source!.close();
    }
    expect(seen).toContain('/images/app:1/get');
    expect(seen).toContain(`/images/app@sha256:${'d'.repeat(64)}/get`);
  });

  it('answers undefined, or why with `required`, where there is no daemon', async () => {
    const env = { DOCKER_HOST: `unix://${at('absent.sock')}` };
    expect(await open('app:1', env)).toBeUndefined();
    await expect(open('app:1', env, { required: true })).rejects.toThrow(
      /No Docker daemon listens at unix:.*absent\.sock/,
    );
    const tcp = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    expect(await open('app:1', tcp)).toBeUndefined();
    await expect(open('app:1', tcp, { required: true })).rejects.toThrow(
      /No Docker daemon listens at tcp:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    );
  });

  it('answers undefined, or why, where the daemon lacks the image', async () => {
    const { socket } = await daemon();
    const env = { DOCKER_HOST: `unix://${socket}` };
    expect(await open('other', env)).toBeUndefined();
    await expect(open('other', env, { required: true })).rejects.toThrow(
      /has no image other; docker pull it, or write registry:other/,
    );
  });

  it('leaves an image of another platform to the registry unless it is required', async () => {
    const { socket, seen } = await daemon();
    const env = { DOCKER_HOST: `unix://${socket}` };
    const platform = { os: 'linux', architecture: 'arm64' };
    expect(await open('app:1', env, {}, { platform })).toBeUndefined();
    expect(seen).toEqual(['/images/app:1/json']);
    await expect(open('app:1', env, { required: true }, { platform })).rejects.toThrow(/linux\/arm64/);
  });

  it('refuses names that are no references before it asks anyone', async () => {
    const { socket, seen } = await daemon();
    await expect(open('../containers/json?all=1', { DOCKER_HOST: `unix://${socket}` })).rejects.toThrow(UsageError);
    expect(seen).toHaveLength(0);
  });

  it('says so when the export fails, breaks or is cut off', async () => {
    const failing = await daemon(
      (path, response) => path.endsWith('/get') && Boolean(response.writeHead(500).end('{"message":"secret"}')),
    );
    await expect(open('app:1', { DOCKER_HOST: `unix://${failing.socket}` })).rejects.toThrow(/answered 500/);
    const breaking = await daemon((path, response) => {
      if (!path.endsWith('/get')) return false;
      response.write(saved.subarray(0, 600), () => response.destroy());
      return true;
    });
    await expect(open('app:1', { DOCKER_HOST: `unix://${breaking.socket}` })).rejects.toThrow(SourceError);
    const short = await daemon(
      (path, response) => path.endsWith('/get') && Boolean(response.end(saved.subarray(0, 1800))),
    );
    await expect(open('app:1', { DOCKER_HOST: `unix://${short.socket}` })).rejects.toThrow(SourceError);
  });

  it('does not wait for ever, and stops when told', async () => {
    const mute = await daemon(() => true);
    const env = { DOCKER_HOST: `unix://${mute.socket}` };
    expect(await open('app:1', env, { answerMs: 50 })).toBeUndefined();
    await expect(open('app:1', env, { answerMs: 50, required: true })).rejects.toThrow(/gives no answer about app:1/);
    const stuck = await daemon((path, response) => path.endsWith('/get') && response.write(saved.subarray(0, 600)));
    await expect(open('app:1', { DOCKER_HOST: `unix://${stuck.socket}` }, { silenceMs: 50 })).rejects.toThrow(
      /gives no answer/,
    );
    const aborting = new AbortController();
    setTimeout(() => aborting.abort(new SourceError('interrupted')), 30);
    await expect(open('app:1', env, {}, { signal: aborting.signal })).rejects.toThrow('interrupted');
  });
});

describe('the daemon', () => {
  it('is found at the usual sockets, the next one where the first lacks the image', async () => {
    const runtime = at('run');
    mkdirSync(join(runtime, 'podman'), { recursive: true });
    const seen: string[] = [];
    await listen(
      createServer(answer(seen, (_path, response) => Boolean(response.writeHead(404).end('{}')))),
      join(runtime, 'docker.sock'),
    );
    await listen(createServer(answer(seen)), join(runtime, 'podman/podman.sock'));
    const source = await open('app:1', { XDG_RUNTIME_DIR: runtime });
    expect(source!.images).toHaveLength(1);
    expect(seen.slice(0, 2)).toEqual(['/images/app:1/json', '/images/app:1/json']);
  });

  it('is named by a context, which DOCKER_HOST overrides', async () => {
    const { socket, seen } = await daemon();
    const config = at('config');
    const meta = join(config, 'contexts/meta', sha('remote'));
    mkdirSync(meta, { recursive: true });
    writeFileSync(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: 'remote', Endpoints: { docker: { Host: `unix://${socket}` } } }),
    );
    writeFileSync(join(config, 'config.json'), JSON.stringify({ currentContext: 'remote' }));
    expect(await open('app:1', { DOCKER_CONFIG: config })).toBeDefined();
    expect(await open('app:1', { DOCKER_CONFIG: at('none'), DOCKER_CONTEXT: 'remote' })).toBeUndefined();
    const absent = { DOCKER_CONFIG: config, DOCKER_CONTEXT: 'absent' };
    expect(await open('app:1', absent)).toBeUndefined();
    await expect(open('app:1', absent, { required: true })).rejects.toThrow(/context "absent" does not exist/);
    seen.length = 0;
    expect(await open('app:1', { DOCKER_CONFIG: config, DOCKER_HOST: `unix://${at('absent.sock')}` })).toBeUndefined();
    expect(seen).toHaveLength(0);
  });

  it('is not asked where DOCKER_HOST of the process says otherwise than the options', async () => {
    const { socket } = await daemon();
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    try {
      expect(await open('app:1', {}, { host: `unix://${socket}` })).toBeDefined();
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  it('is reached by TLS with a client certificate, and only where its own is trusted', async () => {
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'ca-key.pem',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=ca',
    );
    writeFileSync(at('san'), 'subjectAltName=DNS:localhost\n');
    for (const name of ['server', 'client']) {
      openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        `${name}-key.pem`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca-key.pem',
        '-CAcreateserial',
        '-out',
        `${name}.pem`,
        '-days',
        '2',
        '-extfile',
        'san',
      );
    }
    const seen: string[] = [];
    const pem = (name: string): Buffer => readFileSync(at(name));
    const server = createHttpsServer(
      {
        cert: pem('server.pem'),
        key: pem('server-key.pem'),
        ca: pem('ca.pem'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      answer(seen),
    );
    const port = await listen(server, 0);
    const certificates = at('certs');
    mkdirSync(certificates);
    writeFileSync(join(certificates, 'ca.pem'), pem('ca.pem'));
    writeFileSync(join(certificates, 'cert.pem'), pem('client.pem'));
    writeFileSync(join(certificates, 'key.pem'), pem('client-key.pem'));
    const host = { DOCKER_HOST: `tcp://localhost:${port}` };
    expect(await open('app:1', { ...host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates })).toBeDefined();
    await expect(
      open('app:1', { ...host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: at('none') }, { required: true }),
    ).rejects.toThrow(/is not trusted/);
    await expect(open('app:1', host, { required: true })).rejects.toThrow(
      /check DOCKER_HOST and DOCKER_TLS_VERIFY|answered 400/,
    );
  });

  it('is reached by the ssh of the user', async () => {
    const { socket, seen } = await daemon();
    const bin = at('bin');
    mkdirSync(bin);
    // Passes its input to the daemon's socket, as `docker system dial-stdio` does, and notes its arguments.
    writeFileSync(
      join(bin, 'ssh'),
      `#!${process.execPath}
require('fs').writeFileSync(${JSON.stringify(at('ssh-args'))}, JSON.stringify(process.argv.slice(2)));
if (process.argv.includes('refused')) process.exit(255);
const socket = require('net').connect(${JSON.stringify(socket)});
process.stdin.pipe(socket).pipe(process.stdout);\n`,
    );
    chmodSync(join(bin, 'ssh'), 0o755);
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const source = await open('app:1', { ...env, DOCKER_HOST: 'ssh://bob@far.example:2222' });
    expect(source!.images[0]!.layers).toHaveLength(1);
    expect(seen).toContain('/images/app:1/get');
    const args = JSON.parse(readFileSync(at('ssh-args'), 'utf8')) as string[];
    expect(args.slice(0, 2)).toEqual(['-p', '2222']);
    expect(args.slice(args.indexOf('--'))).toEqual(['--', 'bob@far.example', 'docker', 'system', 'dial-stdio']);
    await expect(open('app:1', { ...env, DOCKER_HOST: 'ssh://refused' }, { required: true })).rejects.toThrow(
      /ssh could not reach .*ssh:\/\/refused/,
    );
  });

  it.each(['ssh://-oProxyCommand=x', 'ssh://bob:hunter2@far.example', 'gopher://x', 'tcp://', 'tcp://[::zz]:1'])(
    'is not looked for at %s',
    async (host) => {
      const work = open('app:1', { DOCKER_HOST: host }, { required: true });
      await expect(work).rejects.toThrow(/The Docker address in DOCKER_HOST/);
      await expect(work).rejects.not.toThrow(/hunter2/);
    },
  );

  it('may be something else that listens', async () => {
    const server = createNetServer((socket) => socket.end('hello\n'));
    const path = at('other.sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    running.push(() => server.close());
    await expect(open('app:1', { DOCKER_HOST: `unix://${path}` }, { required: true })).rejects.toThrow(
      /connection to the Docker daemon .* failed/,
    );
  });
});
