import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createKeySource, type KeySource, keysFromFile, keysFromUrl } from '../../../../src/app/server/hooks/jwks.ts';
import { verifyToken } from '../../../../src/app/server/hooks/jwt.ts';
import { startServer } from '../../../support/http-server.ts';
import { audience, claims, email, jwkOf, keySource, otherPair, pair, sign, token } from './tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-jwt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const auth = (keys: KeySource = keySource) => ({
  kind: 'oidc' as const,
  issuers: ['https://accounts.google.com', 'accounts.google.com'],
  audience,
  email,
  keys,
});
const now = Math.floor(Date.now() / 1000);
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;

it('a token of the issuer is believed', async () => {
  expect(await verifyToken(token(), auth())).toBeUndefined();
  expect(await verifyToken(token({ iss: 'accounts.google.com' }), auth())).toBeUndefined();
  expect(await verifyToken(token({ exp: now - 30 }), auth())).toBeUndefined();
});

it.each([
  ['no token', 'a.b', 'no JSON Web Token'],
  ['no JSON', 'e30.bm8.', 'no JSON Web Token'],
  ['alg none', sign({ alg: 'none', kid: 'one' }, claims(), undefined), 'not signed with RS256'],
  ['alg None', sign({ alg: 'None', kid: 'one' }, claims(), undefined), 'not signed with RS256'],
  ['alg left out', sign({ kid: 'one' }, claims(), pair.privateKey), 'not signed with RS256'],
  ['the public key as an HMAC secret', sign({ alg: 'HS256', kid: 'one' }, claims(), pem), 'not signed with RS256'],
  ['the same, called RS256', sign({ alg: 'RS256', kid: 'one' }, claims(), pem), 'signature of the token is wrong'],
  ['no signature', sign({ alg: 'RS256', kid: 'one' }, claims(), undefined), 'signature of the token is wrong'],
  ['a key of its own', token({}, otherPair.privateKey), 'signature of the token is wrong'],
  ['a key that is not known', token({}, pair.privateKey, 'two'), 'a key that its issuer does not have'],
  ['no key id', sign({ alg: 'RS256' }, claims(), pair.privateKey), 'names no key'],
  [
    'a key in its header',
    sign({ alg: 'RS256', kid: 'x', jwk: jwkOf(otherPair.publicKey, 'x') }, claims(), otherPair.privateKey),
    'a key that its issuer does not have',
  ],
  [
    'extensions',
    sign({ alg: 'RS256', kid: 'one', crit: ['b64'], b64: false }, claims(), pair.privateKey),
    'extensions',
  ],
  ['another issuer', token({ iss: 'https://evil.example.com' }), 'another issuer'],
  ['another audience', token({ aud: 'https://other.example.com' }), 'another audience'],
  ['a list of audiences', token({ aud: [audience] }), 'another audience'],
  ['another account', token({ email: 'x@evil.iam.gserviceaccount.com' }), 'another account'],
  ['an account that is not verified', token({ email_verified: false }), 'another account'],
  ['an account said to be verified in words', token({ email_verified: 'true' }), 'another account'],
  ['no end', token({ exp: undefined }), 'how long it holds'],
  ['an end in words', token({ exp: '9999999999' }), 'how long it holds'],
  ['an end that has passed', token({ iat: now - 7200, exp: now - 61 }), 'has expired'],
  ['a beginning to come', token({ iat: now + 120, exp: now + 3600 }), 'does not hold yet'],
  ['a week', token({ exp: now + 604_800 }), 'longer than a day'],
])('a token with %s is not', async (_, given, said) => {
  expect(await verifyToken(given, auth())).toContain(said);
});

it('a token whose claims were changed is not', async () => {
  const [head, , signature] = token().split('.');
  const body = Buffer.from(JSON.stringify(claims({ email }))).toString('base64url');
  const other = Buffer.from(JSON.stringify(claims({ sub: '1' }))).toString('base64url');
  expect(await verifyToken(`${head}.${other}.${signature}`, auth())).toContain('signature of the token is wrong');
  expect(body).not.toBe(other);
});

it('short keys and keys of other kinds are not believed', async () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const jwk of [
    jwkOf(short.publicKey, 'one'),
    { ...jwkOf(ec.publicKey, 'one') },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'one' },
    { ...jwkOf(pair.publicKey, 'one'), use: 'enc' },
    { ...jwkOf(pair.publicKey, 'one'), n: '!!!' },
  ]) {
    const keys = { find: async () => jwk as Record<string, unknown> };
    const key = jwk.kty === 'RSA' && 'n' in jwk && jwk.n === short.publicKey.export({ format: 'jwk' }).n ? short : pair;
    expect(await verifyToken(token({}, key.privateKey), auth(keys))).toMatch(/does not have|is wrong/);
  }
});

it('keys come from a file, and again when it holds others', async () => {
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: [jwkOf(pair.publicKey, 'one')] }));
  expect(await verifyToken(token(), auth(keysFromFile(file)))).toBeUndefined();
  await expect(verifyToken(token(), auth(keysFromFile(join(folder, 'none.json'))))).rejects.toThrow(
    /Cannot read the key set at .* \(ENOENT\)/,
  );
  writeFileSync(file, '{"keys":7}');
  await expect(verifyToken(token(), auth(keysFromFile(file)))).rejects.toThrow(/is not a JSON Web Key Set/);
});

it('made-up key ids do not make us ask each time', async () => {
  let asked = 0;
  let time = 0;
  const source = createKeySource(
    async () => {
      asked++;
      return JSON.stringify({ keys: [jwkOf(pair.publicKey, `key ${asked}`)] });
    },
    () => time,
  );
  await Promise.all(['a', 'b', 'c'].map((kid) => source.find(kid)));
  expect(asked).toBe(1);
  expect(await source.find('key 1')).toBeDefined();
  expect(await source.find('key 2')).toBeUndefined();
  time = 61_000;
  expect(await source.find('key 2')).toBeDefined();
  time = 61_000 + 3_600_001;
  expect(await source.find('key 2')).toBeUndefined();
  expect(asked).toBe(3);
});

it('an issuer that is away is left alone for a while, and what is known of it holds for a day', async () => {
  let asked = 0;
  let time = 0;
  let away = true;
  const source = createKeySource(
    async () => {
      asked++;
      if (away) throw new Error('away');
      return JSON.stringify({ keys: [jwkOf(pair.publicKey, 'one')] });
    },
    () => time,
  );
  for (let i = 0; i < 3; i++) await expect(source.find('one')).rejects.toThrow('away');
  expect(asked).toBe(1);
  away = false;
  time = 5001;
  expect(await source.find('one')).toBeDefined();
  away = true;
  time += 3_600_001;
  expect(await source.find('one')).toBeDefined();
  await expect(source.find('two')).rejects.toThrow('away');
  expect(asked).toBe(3);
  time += 86_400_000;
  await expect(source.find('one')).rejects.toThrow('away');
});

it('keys come from an address, and a trouble there is a sentence', async () => {
  let status = 200;
  const { host, close } = await startServer((_, response) => {
    response.writeHead(status).end(JSON.stringify({ keys: [jwkOf(pair.publicKey, 'one')] }));
  });
  expect(await verifyToken(token(), auth(keysFromUrl(`http://${host}/certs`, {})))).toBeUndefined();
  status = 500;
  await expect(verifyToken(token(), auth(keysFromUrl(`http://${host}/certs`, {})))).rejects.toThrow(
    `The key set at ${host} cannot be had (status 500); check the network, or give a file`,
  );
  close();
});
