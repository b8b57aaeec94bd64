/** Who may do what: API tokens, sessions of the pages, and what holds where there are neither. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../../image/reference.ts';
import type { Failures } from './failures.ts';
import type { ServerParts } from './parts.ts';
import { Problem } from './problem.ts';
import { sameSecret } from './same-secret.ts';
import { type Owner, sessionOf } from './store/sessions.ts';
import { type Scope, scopes, tokenOf } from './store/tokens.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least right that a route needs; `admin` where it does not say. `open`: nobody is asked for anything. */
    access?: Scope | 'open';
    /** Browsers are sent to sign in. */
    page?: boolean;
    /** Notifications come from anywhere, and are known by their own secrets. */
    hook?: boolean;
  }
  interface FastifyRequest {
    /** Who asks, for the log; undefined for nobody in particular. */
    caller?: string;
  }
}

export const sessionCookie = 'tare_session';

/** Whether tokens are asked for: where there is none, all is open to this machine alone. */
export async function tokensConfigured({
  adminToken,
  database,
}: Pick<ServerParts, 'adminToken' | 'database'>): Promise<boolean> {
  if (adminToken !== undefined) return true;
  return (await database.query('select 1 from tare.tokens limit 1')).length > 0;
}

/** Checks a request before its body is read. @throws Problem. Returns false where the reply is sent already. */
export async function admit(
  parts: ServerParts,
  failures: Failures,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { access = 'admin', page = false, hook = false } = request.routeOptions.config;
  const bearer = bearerOf(request);
  if (!hook && !isSafe(request) && bearer === undefined) refuseCrossSite(request);
  if (access === 'open') return true;
  if (!(await tokensConfigured(parts))) {
    if (!isLoopbackHost(request.headers.host ?? ''))
      throw new Problem(
        421,
        'No token is configured, so this server answers only to the name of its own machine; make a token, or ask for localhost',
      );
    if (!isSafe(request)) refuseCrossSite(request);
    return true;
  }
  const caller = await identify(parts, failures, request, bearer);
  if (!caller) {
    if (page) {
      reply.redirect(`/sign-in?next=${encodeURIComponent(request.url.slice(0, 2000))}`, 303);
      return false;
    }
    throw new Problem(401, 'A token is needed: Authorization: Bearer TOKEN', {
      'www-authenticate': 'Bearer realm="tare"',
    });
  }
  request.caller = caller.name;
  if (!caller.scopes.some((scope) => scopes.indexOf(scope) >= scopes.indexOf(access)))
    throw new Problem(403, `The token ${caller.name} may not do this; it needs the scope ${access}`);
  return true;
}

/** Who presents a token, to sign in with. @throws Problem after too many failures. */
export async function ownerOf(
  { database, adminToken }: ServerParts,
  failures: Failures,
  address: string,
  secret: string,
): Promise<{ owner: Owner; name: string; scopes: readonly Scope[] } | undefined> {
  // A token of ours cannot be guessed and is always looked up; the admin's may be anything, and guessing it is slow.
  const token = await tokenOf(database.query, secret);
  if (token) return { owner: { token: token.id }, name: token.name, scopes: token.scopes };
  if (failures.tooMany(address))
    throw new Problem(429, 'Too many wrong tokens came from this address; wait a minute', { 'retry-after': '60' });
  if (adminToken !== undefined && sameSecret(secret, adminToken))
    return { owner: { admin: adminToken }, name: 'admin', scopes: ['admin'] };
  failures.add(address);
  return undefined;
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function bearerOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return authorization === undefined ? undefined : (/^Bearer +(\S{1,1024})$/i.exec(authorization)?.[1] ?? '');
}

async function identify(
  parts: ServerParts,
  failures: Failures,
  request: FastifyRequest,
  bearer: string | undefined,
): Promise<{ name: string; scopes: readonly Scope[] } | undefined> {
  if (bearer !== undefined) return ownerOf(parts, failures, request.ip, bearer);
  // A browser sends its cookie unasked: it shows things, and changes none.
  const cookie = isSafe(request) ? request.cookies[sessionCookie] : undefined;
  return cookie === undefined ? undefined : sessionOf(parts.database.query, cookie, parts.adminToken);
}

/** Browsers say where a request comes from (Fetch Metadata; Fetch, "Origin"); other clients say nothing. */
function refuseCrossSite({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  const foreign =
    site !== undefined ? site !== 'same-origin' && site !== 'none' : origin !== undefined && hostOf(origin) !== host;
  if (foreign) throw new Problem(403, 'The request comes from a page of another site, which may not ask for this');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
