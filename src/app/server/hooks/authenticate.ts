import { createHmac } from 'node:crypto';
import { sameSecret } from '../same-secret.ts';
import { verifyToken } from './jwt.ts';
import type { Hook, HookAuth, HookAuthKind, HookRequest } from './types.ts';

/**
 * Whether a request carries one of the hook's secrets. Undefined where it does, else the reason, fit for a log: it
 * holds nothing of either side's secret. Secrets are compared as digests, in constant time.
 */
export async function authenticate(request: HookRequest, hook: Hook): Promise<string | undefined> {
  let reason = 'the hook has no secret';
  for (const auth of hook.auth) {
    const problem = await check[auth.kind](request, auth as never);
    if (problem === undefined) return undefined;
    reason = problem;
  }
  return reason;
}

type Check<K extends HookAuthKind> = (
  request: HookRequest,
  auth: Extract<HookAuth, { kind: K }>,
) => string | undefined | Promise<string | undefined>;

const check: { [K in HookAuthKind]: Check<K> } = {
  header(request, { name, value }) {
    const given = header(request, name);
    if (given === undefined) return `the header ${name} is missing`;
    return sameSecret(given, value) ? undefined : `the header ${name} holds another value`;
  },
  basic(request, { username, password }) {
    const given = header(request, 'authorization');
    if (given === undefined) return 'the header authorization is missing';
    const encoded = /^basic ([A-Za-z0-9+/=]{1,8192})$/i.exec(given)?.[1];
    if (encoded === undefined) return 'the header authorization is not of the scheme Basic';
    const pair = Buffer.from(encoded, 'base64').toString('utf8');
    return sameSecret(pair, `${username}:${password}`) ? undefined : 'user or password is another';
  },
  hmac(request, { secret }) {
    const given = header(request, 'x-hub-signature-256');
    if (given === undefined) return 'the header x-hub-signature-256 is missing';
    const expected = `sha256=${createHmac('sha256', secret).update(request.rawBody).digest('hex')}`;
    return sameSecret(given, expected) ? undefined : 'the signature does not fit the body';
  },
  path(request, { secret }) {
    if (request.pathSecret === undefined) return 'the address has no secret at its end';
    return sameSecret(request.pathSecret, secret) ? undefined : 'the secret at the end of the address is another';
  },
  oidc(request, auth) {
    const given = header(request, 'authorization');
    const token = /^bearer ([A-Za-z0-9_.-]{1,16384})$/i.exec(given ?? '')?.[1];
    return token === undefined ? 'the header authorization holds no token' : verifyToken(token, auth);
  },
};

/** One value: a header that comes twice is nobody's. */
export function header({ headers }: Pick<HookRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  if (typeof value === 'string') return value;
  return value?.length === 1 ? value[0] : undefined;
}
