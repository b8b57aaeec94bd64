import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isRecord } from '../../../image/documents.ts';
import type { HookAuth } from './types.ts';

/** Seconds by which clocks may differ. */
const skew = 60;
/** Google's tokens last an hour; one that lasts longer than a day is not one of them. */
const longestLife = 86_400;
const smallestModulus = 2048;

/**
 * Checks a token of OpenID Connect: RS256 and nothing else (RFC 8725 §3.1), the issuer's key by its id, issuer, audience,
 * verified e-mail and time (OpenID Connect Core 1.0, "ID Token Validation"; Google Cloud Pub/Sub, "Authentication for
 * push subscriptions"). Undefined where all hold, else the reason.
 */
export async function verifyToken(
  token: string,
  auth: Extract<HookAuth, { kind: 'oidc' }>,
  now: () => number = Date.now,
): Promise<string | undefined> {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  const header = decode(head);
  const claims = decode(body);
  if (parts.length !== 3 || !header || !claims) return 'the token is no JSON Web Token';
  if (header['alg'] !== 'RS256') return 'the token is not signed with RS256';
  if (header['crit'] !== undefined) return 'the token asks for extensions that are not known';
  const kid = header['kid'];
  if (typeof kid !== 'string' || kid === '') return 'the token names no key';
  const key = publicKey(await auth.keys.find(kid));
  if (!key) return 'the token is signed with a key that its issuer does not have';
  const signed = Buffer.from(`${head}.${body}`, 'ascii');
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))
    return 'the signature of the token is wrong';
  return wrongClaim(claims, auth, now() / 1000);
}

function wrongClaim(
  claims: Record<string, unknown>,
  auth: Extract<HookAuth, { kind: 'oidc' }>,
  now: number,
): string | undefined {
  const { iss, aud, email, exp, iat, nbf } = claims;
  if (typeof iss !== 'string' || !auth.issuers.includes(iss)) return 'the token is of another issuer';
  if (aud !== auth.audience) return 'the token is for another audience';
  if (email !== auth.email || claims['email_verified'] !== true) return 'the token is for another account';
  if (typeof exp !== 'number' || typeof iat !== 'number') return 'the token does not say how long it holds';
  if (exp + skew < now) return 'the token has expired';
  if (iat - skew > now || (typeof nbf === 'number' && nbf - skew > now)) return 'the token does not hold yet';
  return exp - iat > longestLife ? 'the token holds for longer than a day' : undefined;
}

function publicKey(jwk: Record<string, unknown> | undefined): KeyObject | undefined {
  // Each member by name: nothing else of a key set reaches the parser.
  const { kty, n, e, alg, use } = jwk ?? {};
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  if ((alg !== undefined && alg !== 'RS256') || (use !== undefined && use !== 'sig')) return undefined;
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= smallestModulus ? key : undefined;
  } catch {
    return undefined;
  }
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
