/** Tokens as Google signs them, with keys of the tests' own. */
import { createHmac, generateKeyPairSync, type KeyObject, sign as rsaSign } from 'node:crypto';
import type { KeySource } from '../../../../src/app/server/hooks/jwks.ts';

export const audience = 'https://tare.example.com/api/v1/hooks/google';
export const email = 'tare@acme.iam.gserviceaccount.com';

export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const otherPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const jwkOf = (key: KeyObject, kid: string) => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
});
export const keySource: KeySource = {
  find: async (kid) => (kid === 'one' ? jwkOf(pair.publicKey, 'one') : undefined),
};

export function claims(change: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: 'https://accounts.google.com',
    aud: audience,
    sub: '113774264463038321964',
    azp: '113774264463038321964',
    email,
    email_verified: true,
    iat: now,
    exp: now + 3600,
    ...change,
  };
}

/** Signs with an RSA key, with HMAC for a text, or not at all. */
export function sign(header: object, body: object, key: KeyObject | string | undefined): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode(header)}.${encode(body)}`;
  if (key === undefined) return `${signed}.`;
  const bytes =
    typeof key === 'string'
      ? createHmac('sha256', key).update(signed).digest()
      : rsaSign('RSA-SHA256', Buffer.from(signed), key);
  return `${signed}.${bytes.toString('base64url')}`;
}

export function token(change: Record<string, unknown> = {}, key: KeyObject = pair.privateKey, kid = 'one'): string {
  return sign({ alg: 'RS256', kid, typ: 'JWT' }, claims(change), key);
}
