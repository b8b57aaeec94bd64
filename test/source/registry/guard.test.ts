import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { addressKind } from '../../../src/source/registry/address.ts';
import {
  type AddressGuard,
  checkBehindProxy,
  checkRegistry,
  checkTarget,
  guardedLookup,
} from '../../../src/source/registry/guard.ts';
import { bytesOf, opened, readLayer, registry } from './support.ts';

it.each([
  ['8.8.8.8', 'public'],
  ['93.184.215.14', 'public'],
  ['2606:4700::6810:84e5', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['64:ff9b::808:808', 'public'],
  ['127.0.0.1', 'private'],
  ['127.255.0.3', 'private'],
  ['0.0.0.0', 'private'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['169.254.1.1', 'private'],
  ['224.0.0.1', 'private'],
  ['255.255.255.255', 'private'],
  ['::', 'private'],
  ['::1', 'private'],
  ['[::1]', 'private'],
  ['fe80::1%eth0', 'private'],
  ['fc00::1', 'private'],
  ['fec0::1', 'private'],
  ['ff02::1', 'private'],
  ['2001:db8::1', 'private'],
  ['2001::1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:7f00:1', 'private'],
  ['0:0:0:0:0:ffff:a00:1', 'private'],
  ['::127.0.0.1', 'private'],
  ['64:ff9b::7f00:1', 'private'],
  ['2002:7f00:1::', 'private'],
  ['no address', 'private'],
  ['169.254.169.254', 'metadata'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['::ffff:a9fe:a9fe', 'metadata'],
  ['2002:a9fe:a9fe::1', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['FD00:0EC2:0::0254', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['100.100.100.200', 'metadata'],
])('the address %s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

it.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://0177.0.0.1/',
  'http://0x7f.0.0.1/',
  'http://2130706433/',
  'http://0x7f000001:5000/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://192.168.0.1/',
  'http://１２７.0.0.1/',
])('%s is refused before anything is sent', (url) => {
  expect(() => checkTarget({ private: [] }, new URL(url))).toThrow(/at a loopback, private or link-local address/);
});

it('a metadata address is refused even where its host is allowed', () => {
  const guard: AddressGuard = { private: ['169.254.169.254', '[fd00:ec2::254]', '2852039166'] };
  for (const url of ['http://169.254.169.254/latest/', 'http://[fd00:ec2::254]/', 'http://2852039166/'])
    expect(() => checkTarget(guard, new URL(url))).toThrow(/metadata service, which is never asked/);
});

it('hosts are named with or without port, or by what they lie below', () => {
  const guard: AddressGuard = { private: [], registries: ['ghcr.io', 'registry.test:5000', '*.azurecr.example'] };
  for (const host of [
    'ghcr.io',
    'GHCR.io',
    'ghcr.io:443',
    'registry.test:5000',
    'a.azurecr.example',
    'b.c.azurecr.example',
  ])
    expect(() => checkRegistry(guard, host)).not.toThrow();
  for (const host of [
    'registry.test',
    'registry.test:5001',
    'azurecr.example',
    'evilghcr.io',
    'ghcr.io.evil.test',
    '127.0.0.1',
  ])
    expect(() => checkRegistry(guard, host)).toThrow(`${host} is not among the registries that may be asked`);
});

const loopback = (_host: string, done: (error: null, found: LookupAddress[]) => void) =>
  done(null, [{ address: '127.0.0.1', family: 4 }]);

it('pulls from a private host that is named, and from no other', async () => {
  const { host, addImage, seen } = await registry();
  const { layers } = addImage('1.0', [bytesOf(2000)]);
  const source = await opened(`${host}/app:1.0`, { guard: { private: [host] } });
  expect(await readLayer(source.images[0]!)).toEqual(bytesOf(2000));
  expect(layers).toHaveLength(1);
  const before = seen.length;
  await expect(opened(`${host}/app:1.0`, { guard: { private: ['other.test'] } })).rejects.toThrow(
    `${host} is at a loopback, private or link-local address, where only hosts named in the options are asked`,
  );
  expect(seen).toHaveLength(before);
});

it('judges what a name resolves to where the connection is made', async () => {
  const { host, addImage, seen } = await registry();
  addImage('1.0', [bytesOf(10)]);
  const port = host.split(':')[1];
  const name = `registry.test:${port}`;
  const options = { insecure: true };
  await expect(opened(`${name}/app:1.0`, { ...options, guard: { private: [], lookup: loopback } })).rejects.toThrow(
    `${name} is at a loopback, private or link-local address`,
  );
  // A name that resolves to both: one bad address is enough.
  const mixed = (_: string, done: (error: null, found: LookupAddress[]) => void) =>
    done(null, [
      { address: '93.184.215.14', family: 4 },
      { address: '::ffff:127.0.0.1', family: 6 },
    ]);
  await expect(opened(`${name}/app:1.0`, { ...options, guard: { private: [], lookup: mixed } })).rejects.toThrow(
    /loopback/,
  );
  await expect(opened(`localhost:${port}/app:1.0`, { guard: { private: [] } })).rejects.toThrow(/loopback/);
  expect(seen).toHaveLength(0);
  const allowed = await opened(`${name}/app:1.0`, { ...options, guard: { private: [name], lookup: loopback } });
  expect(allowed.images).toHaveLength(1);
});

it('a name that changes between two connections gains nothing', async () => {
  const answers = ['93.184.215.14', '127.0.0.1'];
  const guard: AddressGuard = {
    private: [],
    lookup: (_, done) => done(null, [{ address: answers.shift()!, family: 4 }]),
  };
  const look = guardedLookup(guard, new URL('http://rebind.test:5000/'));
  const ask = (all: boolean) =>
    new Promise((done) => look('rebind.test', { all }, (error, found) => done(error?.message ?? found)));
  expect(await ask(false)).toBe('93.184.215.14');
  expect(await ask(true)).toMatch(/^rebind.test:5000 is at a loopback/);
});

it.each([
  ['http://169.254.169.254/latest/meta-data/', /metadata service/],
  ['http://[::ffff:a9fe:a9fe]/', /metadata service/],
  ['http://192.168.77.1:8080/', /private/],
  ['http://2130706433:PORT/secret', /loopback/],
  ['http://localhost:PORT/secret', /loopback/],
])('a redirect to %s is not followed', async (to, said) => {
  const inside = await registry();
  const outside = await registry();
  outside.addImage('1.0', [bytesOf(300)]);
  outside.faults.push(({ path }, response) => {
    if (!path.includes('/blobs/')) return false;
    response.writeHead(307, { location: to.replace('PORT', inside.host.split(':')[1]!) }).end();
    return true;
  });
  await expect(opened(`${outside.host}/app:1.0`, { guard: { private: [outside.host] } })).rejects.toThrow(said);
  expect(inside.seen).toHaveLength(0);
});

it('what is open for one host is not open to another that redirects there', () => {
  const guard: AddressGuard = { private: ['inside.test:5000', 'storage.test'] };
  const inside = new URL('http://inside.test:5000/v2/');
  expect(() => checkTarget(guard, inside, new URL('https://registry.example.com/'))).toThrow(
    'registry.example.com leads to inside.test:5000, a host that may be at a private address and is asked only directly',
  );
  expect(() => checkTarget(guard, inside)).not.toThrow();
  expect(() => checkTarget(guard, inside, new URL('http://storage.test/'))).not.toThrow();
});

it('checks where the token service is', async () => {
  const inside = await registry();
  for (const [realm, said] of [
    ['http://169.254.169.254/token', /metadata service/],
    [`http://localhost:${inside.host.split(':')[1]}/token`, /loopback/],
  ] as const) {
    const outside = await registry({ auth: 'token', realm });
    outside.addImage('1.0', [bytesOf(10)]);
    const options = { insecure: true, guard: { private: [outside.host] } };
    await expect(opened(`${outside.host}/app:1.0`, options)).rejects.toThrow(said);
  }
  expect(inside.seen).toHaveLength(0);
});

it('behind a proxy, judges a name as well as it can be known', async () => {
  const url = new URL('https://registry.test/');
  await expect(checkBehindProxy({ private: [], lookup: loopback }, url)).rejects.toThrow(/loopback/);
  await expect(checkBehindProxy({ private: ['registry.test'], lookup: loopback }, url)).resolves.toBeUndefined();
  const unknown = (_: string, done: (error: NodeJS.ErrnoException, found: LookupAddress[]) => void) =>
    done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
  await expect(checkBehindProxy({ private: [], lookup: unknown }, url)).resolves.toBeUndefined();
});
