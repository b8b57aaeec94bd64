import { SourceError } from '../../types.ts';
import { readDocument } from './body.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type Credential, type CredentialSearch, findCredential } from './credentials.ts';
import { type Endpoint, mayBePlain } from './endpoint.ts';
import { RefusedError } from './errors.ts';
import { defaultRetry, type RegistryOptions } from './options.ts';
import { withRetry } from './retry.ts';
import type { HttpResponse, Transport } from './transport.ts';

/** Access to one repository at one endpoint. */
export interface Authorizer {
  /** The Authorization header to send now, if any is known. */
  header(): string | undefined;
  /**
   * Answers a 401: fetches a token or prepares basic authentication. False where the challenge offers no way in.
   * `used` is the header that was refused: where another request renewed it meanwhile, nothing is fetched.
   */
  answer(challenge: string, used: string | undefined): Promise<boolean>;
  /** What was found while looking for a credential; absent until a challenge asked for one. */
  search(): CredentialSearch | undefined;
}

const tokenDocumentLimit = 256 * 1024;
/** Lifetime where the answer names none (distribution, "Token Authentication Specification", "expires_in"). */
const defaultLifetime = 60;

/**
 * Authorization by challenge (distribution, "Token Authentication Specification" and "Oauth2 token authentication";
 * RFC 7617 for basic). One token for the scope, by default `repository:NAME:pull`, is shared by all requests until it expires.
 */
export function createAuthorizer(
  endpoint: Endpoint,
  repository: string,
  options: RegistryOptions,
  surroundings: { transport: Transport; env: Record<string, string | undefined> },
  /** What is to be done there, where that is more than to pull (distribution, "Token Scope Documentation"). */
  scope?: string,
): Authorizer {
  const { transport, env } = surroundings;
  const given = options.authorization;
  if (given && !endpoint.isMirror && given.registry === endpoint.credentialHost) return fixed(given.header);
  let current: { header: string; until: number } | undefined;
  let search: CredentialSearch | undefined;
  let underWay: Promise<boolean> | undefined;

  const answer = async (header: string): Promise<boolean> => {
    search ??= await findCredential(
      endpoint.credentialHost,
      repository,
      { ...options, isTarget: !endpoint.isMirror },
      { env, signal: transport.signal },
    );
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const { credential } = search;
    if (bearer) {
      if (credential?.kind === 'bearer')
        current = { header: `Bearer ${credential.token}`, until: Number.POSITIVE_INFINITY };
      else current = await fetchToken(bearer, credential, { endpoint, repository, options, transport, scope });
      return true;
    }
    if (credential?.kind === 'password' && challenges.some(({ scheme }) => scheme === 'basic')) {
      current = { header: basic(credential), until: Number.POSITIVE_INFINITY };
      return true;
    }
    return false;
  };

  return {
    header: () => (current && current.until > Date.now() ? current.header : undefined),
    answer(challenge, used) {
      if (current && current.header !== used && current.until > Date.now()) return Promise.resolve(true);
      underWay ??= answer(challenge).finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    search: () => search,
  };
}

/** Somebody else's header: it is shown as it is, and what it does not open stays shut. */
function fixed(header: string): Authorizer {
  const credential = { from: 'the request that is answered', kind: 'bearer', token: '' } as const;
  return {
    header: () => header,
    answer: () => Promise.resolve(false),
    search: () => ({ credential, looked: [], problems: [] }),
  };
}

interface Exchange {
  endpoint: Endpoint;
  repository: string;
  options: RegistryOptions;
  transport: Transport;
  scope: string | undefined;
}

async function fetchToken(
  challenge: Challenge,
  credential: Credential | undefined,
  exchange: Exchange,
): Promise<{ header: string; until: number }> {
  const { transport, options, endpoint } = exchange;
  const realm = realmOf(challenge, exchange);
  const service = challenge.parameters.get('service');
  const scope = exchange.scope ?? scopeOf(challenge, exchange.repository);
  const from = new URL(endpoint.base);
  const asked = Date.now();
  const send = (): Promise<HttpResponse> => {
    if (credential?.kind === 'identity') {
      const grant = { grant_type: 'refresh_token', client_id: 'tare', scope, refresh_token: credential.token };
      const form = new URLSearchParams(service ? { ...grant, service } : grant);
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
      return transport.send({ method: 'POST', url: realm, from, headers, body: form.toString() });
    }
    const url = new URL(realm);
    if (service) url.searchParams.set('service', service);
    url.searchParams.set('scope', scope);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (credential?.kind === 'password') {
      url.searchParams.set('account', credential.username);
      headers['authorization'] = basic(credential);
    }
    return transport.send({ method: 'GET', url, from, headers });
  };
  const response = await withRetry({ ...defaultRetry, ...options.retry }, transport.signal, send, false);
  if (response.status !== 200) {
    response.body.destroy();
    throw new RefusedError(response.status, response.url.host, response.headers['retry-after']);
  }
  return readToken(response, transport, endpoint.host, asked);
}

async function readToken(
  response: HttpResponse,
  transport: Transport,
  host: string,
  asked: number,
): Promise<{ header: string; until: number }> {
  const bytes = await readDocument(response, transport, tokenDocumentLimit, `the token for ${host}`);
  let answer: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null) answer = parsed as Record<string, unknown>;
  } catch {
    // Said below: the text itself may hold a token.
  }
  const token = [answer['token'], answer['access_token']].find((value) => typeof value === 'string' && value !== '');
  // Anything else could smuggle a header.
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(token)) {
    throw new SourceError(
      `The token service ${response.url.host} of ${host} answered without a usable token; ask its operator`,
    );
  }
  const lifetime = answer['expires_in'];
  const seconds = typeof lifetime === 'number' && lifetime > 0 ? Math.min(lifetime, 86_400) : defaultLifetime;
  // A tenth is kept back for clocks and the way there.
  return { header: `Bearer ${token}`, until: asked + seconds * 900 };
}

function realmOf(challenge: Challenge, { endpoint, options }: Exchange): URL {
  const text = challenge.parameters.get('realm') ?? '';
  const realm = URL.canParse(text) ? new URL(text) : undefined;
  if (!realm || (realm.protocol !== 'https:' && realm.protocol !== 'http:')) {
    throw new SourceError(`${endpoint.host} names no usable token service in its challenge; ask its operator`);
  }
  if (realm.protocol === 'http:' && (endpoint.base.startsWith('https:') || !mayBePlain(realm.host, options))) {
    throw new SourceError(
      `${endpoint.host} names a token service on plain HTTP (${realm.host}), to which no credential is sent; its operator should offer HTTPS`,
    );
  }
  realm.username = '';
  realm.password = '';
  realm.hash = '';
  return realm;
}

/** The registry's own scope where it asks to pull one repository (a mirror may know it by another name), else ours: never more than pull. */
function scopeOf(challenge: Challenge, repository: string): string {
  const asked = challenge.parameters.get('scope') ?? '';
  return /^repository(?:\([a-z]+\))?:[^\s:]+(?::\d+\/[^\s:]+)?:pull$/.test(asked)
    ? asked
    : `repository:${repository}:pull`;
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
