import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { redirecting } from '../../support/fake-registry.ts';
import { bytesOf, opened, readLayer, registry } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });

/** An authority, and certificates that it signed. */
function authority(name: string): void {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
}
function issue(name: string, subject: string, ca: string): { cert: string; key: string } {
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/CN=${subject}`,
  );
  writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${subject}\n`);
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${ca}.crt`,
    '-CAkey',
    `${ca}.key`,
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    '2',
    '-extfile',
    `${name}.ext`,
  );
  return { cert: readFileSync(at(`${name}.pem`), 'utf8'), key: readFileSync(at(`${name}.key`), 'utf8') };
}
authority('ca');
authority('other');
const tls = issue('server', 'localhost', 'ca');
const layer = bytesOf(1000);

describe('TLS with a private authority', () => {
  it('is trusted by --registry-ca and by certs.d, and never without', async () => {
    const fake = await registry({ tls });
    fake.addImage('1', [layer]);
    const name = `${fake.host}/app:1`;
    const source = await opened(name, { caFile: at('ca.crt') });
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    mkdirSync(at(`certs.d/${fake.host}`), { recursive: true });
    writeFileSync(at(`certs.d/${fake.host}/ca.crt`), readFileSync(at('ca.crt')));
    expect((await opened(name, { certsDirs: [at('certs.d')] })).images).toHaveLength(1);
    fake.seen.length = 0;
    // Loopback and --insecure-registry allow plain HTTP, not a certificate that nobody vouches for.
    for (const options of [{}, { insecure: true }, { caFile: at('other.crt') }]) {
      await expect(opened(name, options)).rejects.toThrow(
        new RegExp(`certificate of ${fake.host} is not signed .*--registry-ca FILE`),
      );
    }
    expect(fake.seen).toHaveLength(0);
  });

  it('refuses a certificate for another host', async () => {
    const fake = await registry({ tls: issue('elsewhere', 'registry.example', 'ca') });
    await expect(opened(`${fake.host}/app:1`, { caFile: at('ca.crt') })).rejects.toThrow(/is for another host name/);
  });

  it('shows the client certificate of certs.d', async () => {
    const client = issue('client', 'tare', 'ca');
    const fake = await registry({ tls: { ...tls, ca: readFileSync(at('ca.crt'), 'utf8'), requestCert: true } });
    fake.addImage('1', [layer]);
    const place = at(`mutual/${fake.host}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'ca.crt'), readFileSync(at('ca.crt')));
    const open = (): Promise<unknown> => opened(`${fake.host}/app:1`, { certsDirs: [at('mutual')] });
    await expect(open()).rejects.toThrow(/connection|TLS/);
    writeFileSync(join(place, 'client.cert'), client.cert);
    writeFileSync(join(place, 'client.key'), client.key);
    await open();
  });

  it('says which file cannot be used', async () => {
    const fake = await registry({ tls });
    await expect(opened(`${fake.host}/app:1`, { caFile: at('absent.crt') })).rejects.toThrow(/absent\.crt \(ENOENT\)/);
    writeFileSync(at('text.crt'), 'hello');
    await expect(opened(`${fake.host}/app:1`, { caFile: at('text.crt') })).rejects.toThrow(/not a PEM file/);
    writeFileSync(at('bad.crt'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    await expect(opened(`${fake.host}/app:1`, { caFile: at('bad.crt') })).rejects.toThrow(
      /bad\.crt holds no certificate that can be used/,
    );
  });

  it('is not left by a redirect, and no credential goes to a plain token service', async () => {
    const plain = await registry();
    const fake = await registry({ tls, auth: 'token', realm: `${plain.url}/token` });
    await expect(opened(`${fake.host}/app:1`, { caFile: at('ca.crt') })).rejects.toThrow(/token service on plain HTTP/);
    fake.faults.push(redirecting(/./, (path) => plain.url + path));
    await expect(opened(`${fake.host}/app:1`, { caFile: at('ca.crt') })).rejects.toThrow(/from HTTPS to plain HTTP/);
    expect(plain.seen).toHaveLength(0);
  });
});

describe('a host that cannot be reached', () => {
  it('is named, with what would mend it', async () => {
    const gone = await registry();
    await gone.close();
    await expect(opened(`${gone.host}/app:1`)).rejects.toThrow(`${gone.host} accepts no connection (ECONNREFUSED)`);
    await expect(opened('registry.invalid/app:1')).rejects.toThrow(/Cannot find registry\.invalid by name/);
  });

  it('is given up when it accepts a connection and says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createNetServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const timeouts = { connect: 100, idle: 5000 };
      await expect(opened(`${host}/app:1`, { timeouts })).rejects.toThrow(`Cannot connect to ${host} in time`);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

describe('a proxy', () => {
  /** Answers CONNECT and absolute-form requests by passing them to `target`, whatever host they name. */
  async function proxy(target: string, status = 200) {
    const seen: { line: string; authorization: string | undefined }[] = [];
    const [hostname = '', port = ''] = target.split(':');
    const note = (request: IncomingMessage): void =>
      void seen.push({
        line: `${request.method} ${request.url}`,
        authorization: request.headers['proxy-authorization'],
      });
    const server = createServer(async (request, response) => {
      note(request);
      const { pathname } = new URL(request.url ?? '');
      const answer = await fetch(`http://${target}${pathname}`);
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(Buffer.from(await answer.arrayBuffer()));
    });
    server.on('connect', (request, socket) => {
      note(request);
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onward = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
      onward.pipe(socket).pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    return { seen, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  const closing: (() => void)[] = [];
  afterAll(() => {
    for (const close of closing) close();
  });

  it('carries HTTPS in a tunnel that shows it no header of the request', async () => {
    const fake = await registry({ tls: issue('far', 'registry.example', 'ca'), auth: 'basic', users: { bob: 'pw' } });
    fake.addImage('1', [layer]);
    const through = await proxy(fake.host);
    const env = { HTTPS_PROXY: `http://user:proxy-pw@${through.host}` };
    const source = await opened(
      'registry.example/app:1',
      { caFile: at('ca.crt'), username: 'bob', password: 'pw' },
      { env },
    );
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(through.seen[0]!.line).toBe('CONNECT registry.example:443');
    expect(through.seen[0]!.authorization).toBe(`Basic ${Buffer.from('user:proxy-pw').toString('base64')}`);
  });

  it('carries plain HTTP in absolute form', async () => {
    const fake = await registry();
    fake.addImage('1', [layer]);
    const through = await proxy(fake.host);
    const mirrors = new Map([['registry.invalid', ['http://mirror.example:8080']]]);
    const source = await opened('registry.invalid/app:1', { mirrors }, { env: { http_proxy: through.host } });
    expect((await readLayer(source.images[0]!)).equals(layer)).toBe(true);
    expect(through.seen[0]!.line).toBe('GET http://mirror.example:8080/v2/app/manifests/1');
  });

  it.each([
    [407, /wants a user and a password/],
    [403, /refuses to connect to registry\.example/],
  ])('that answers %i is named, and its password not', async (status, expected) => {
    const through = await proxy('127.0.0.1:1', status);
    const env = { HTTPS_PROXY: `http://user:proxy-pw@${through.host}` };
    const work = opened('registry.example/app:1', {}, { env });
    await expect(work).rejects.toThrow(expected);
    await expect(work).rejects.not.toThrow(/proxy-pw/);
  });

  it('is left out for this machine', async () => {
    const fake = await registry();
    fake.addImage('1', [layer]);
    expect(
      (
        await opened(
          `${fake.host}/app:1`,
          {},
          { env: { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' } },
        )
      ).images,
    ).toHaveLength(1);
  });
});
