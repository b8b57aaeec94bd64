import type { Reference } from '../../types/facts.ts';
import { SourceError, type StatusEntry } from '../../types.ts';
import { type Authorizer, createAuthorizer } from './auth.ts';
import { readDocument } from './body.ts';
import { type Endpoint, endpointsFor } from './endpoint.ts';
import { explain, isNotTls, RefusedError } from './errors.ts';
import { checkRegistry } from './guard.ts';
import { defaultRetry, type RegistryOptions, type RetryPolicy } from './options.ts';
import { withRetry } from './retry.ts';
import { createTransport, type HttpResponse, type Transport, TransportError } from './transport.ts';

/** One question to the registry, or one thing to do there: that the registry itself is asked for, never a mirror. */
export interface Ask {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v2/<repository>/`; with a leading slash below `/v2`. A URL where the registry's own answer named it. */
  path: string | URL;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Names it in errors: `tag 3.20`, `layer sha256:…`. */
  what: string;
}

/** One repository of one registry, with its mirrors. */
export interface RepositoryClient {
  /**
   * Asks the mirrors in order, then the registry, and returns the first answer of status 2xx, its body unread.
   * @throws SourceError with the registry's own reason, or the signal's reason.
   */
  ask(ask: Ask): Promise<HttpResponse>;
  /** Like `ask`, but hands a refusal (404 …) back as RefusedError instead of explaining it. */
  tryAsk(ask: Ask): Promise<HttpResponse>;
  explain(error: unknown, what: string): unknown;
  transport: Transport;
  retry: RetryPolicy;
  /** Manifests that are at hand without asking. */
  documents: NonNullable<RegistryOptions['documents']>;
  /** Mirrors that were passed over. */
  status: StatusEntry[];
  close(): void;
}

interface Access {
  endpoint: Endpoint;
  authorizer: Authorizer;
  /** A mirror that could not be reached is not asked again. */
  dead: boolean;
}

const mirrorAttempts = 2;
const unreached = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Answers for one repository of the registry and its mirrors; nothing is sent yet. @throws UsageError for a mirror that is no URL, SourceError for a registry that must not be asked. */
export function createClient(
  reference: Reference,
  options: RegistryOptions,
  surroundings: { env: Record<string, string | undefined>; signal: AbortSignal },
  /** What a token is asked for, where that is more than to pull: `repository:NAME:pull,push`, `registry:catalog:*`. */
  scope?: string,
): RepositoryClient {
  const { registry, repository } = reference;
  if (options.guard) checkRegistry(options.guard, registry);
  const transport = createTransport(options, surroundings);
  const retry: RetryPolicy = { ...defaultRetry, ...options.retry };
  const status: StatusEntry[] = [];
  const accesses: Access[] = endpointsFor(registry, options).map((endpoint) => ({
    endpoint,
    authorizer: createAuthorizer(endpoint, repository, options, { transport, env: surroundings.env }, scope),
    dead: false,
  }));
  const upstream = accesses[accesses.length - 1]!;
  const explainFor = (error: unknown, what: string): unknown =>
    explain(error, {
      registry,
      repository,
      what,
      search: upstream.authorizer.search(),
      writes: /\bpush\b/.test(scope ?? ''),
    });

  const tryAsk = async (ask: Ask): Promise<HttpResponse> => {
    const reads = ask.method === undefined || ask.method === 'GET' || ask.method === 'HEAD';
    for (const access of accesses) {
      if (access.dead || (access !== upstream && !reads)) continue;
      try {
        return await exchange(access, repository, ask, retry, transport);
      } catch (error) {
        if (transport.signal.aborted) throw transport.signal.reason;
        if (access === upstream) throw error;
        access.dead ||= error instanceof TransportError;
        // What a mirror does not hold is asked for elsewhere: that is how mirrors work.
        if (error instanceof RefusedError && error.status === 404) continue;
        notePassedOver(access.endpoint, explainFor(error, ask.what), registry, status);
      }
    }
    throw new Error('unreachable: the registry itself is always asked');
  };

  return {
    tryAsk,
    async ask(ask) {
      try {
        return await tryAsk(ask);
      } catch (error) {
        throw explainFor(error, ask.what);
      }
    },
    explain: explainFor,
    transport,
    retry,
    documents: options.documents ?? new Map(),
    status,
    close: () => transport.close(),
  };
}

async function exchange(
  access: Access,
  repository: string,
  ask: Ask,
  policy: RetryPolicy,
  transport: Transport,
): Promise<HttpResponse> {
  const { endpoint } = access;
  const attempts = endpoint.isMirror ? Math.min(policy.attempts, mirrorAttempts) : policy.attempts;
  const response = await withRetry({ ...policy, attempts }, transport.signal, async () => {
    const tried = endpoint.base;
    try {
      return await authorized(access, repository, ask, transport);
    } catch (error) {
      if (!mayFallBack(endpoint, tried, error)) throw error;
      // Another request, side by side with this one, may have fallen back before.
      endpoint.base = endpoint.base.replace('https:', 'http:');
      try {
        return await authorized(access, repository, ask, transport);
      } catch (plainError) {
        // Nobody listens there either: the first failure tells more.
        if (!(plainError instanceof TransportError) || !unreached.has(plainError.code)) throw plainError;
        endpoint.base = endpoint.base.replace('http:', 'https:');
        throw error;
      }
    }
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw new RefusedError(
    response.status,
    response.url.host,
    response.headers['retry-after'],
    await errorCode(response, ask, transport),
  );
}

/** A certificate that fails is never a reason for plain HTTP; a host that does not speak TLS at all may be, where it is allowed. */
function mayFallBack(endpoint: Endpoint, tried: string, error: unknown): boolean {
  if (!endpoint.plainAllowed || !tried.startsWith('https:') || !(error instanceof TransportError)) return false;
  return isNotTls(error.code) || (error.code === 'ECONNREFUSED' && !/:\d+$/.test(endpoint.host));
}

async function authorized(access: Access, repository: string, ask: Ask, transport: Transport): Promise<HttpResponse> {
  const { endpoint, authorizer } = access;
  const { method = 'GET', path, body } = ask;
  const base = new URL(endpoint.base);
  const below = typeof path === 'string' && path.startsWith('/') ? path : `/${repository}/${path}`;
  const url = path instanceof URL ? path : new URL(`${endpoint.base}/v2${below}`);
  const send = (authorization: string | undefined): Promise<HttpResponse> => {
    // A credential goes to the registry alone, wherever it has uploads sent.
    const shown = authorization && url.origin === base.origin ? { authorization } : {};
    const headers = { 'accept-encoding': 'identity', ...ask.headers, ...shown };
    return transport.send({ method, url, from: base, headers, ...(body ? { body } : {}) });
  };
  const used = authorizer.header();
  const response = await send(used);
  // Another host's challenge, after a redirect, is not answered with this registry's credential.
  if (response.status !== 401 || response.url.origin !== base.origin) return response;
  const challenge = response.headers['www-authenticate'];
  if (challenge === undefined) return response;
  if (!(await authorizer.answer(challenge, used))) return response;
  response.body.destroy();
  return send(authorizer.header());
}

async function errorCode(response: HttpResponse, ask: Ask, transport: Transport): Promise<string | undefined> {
  try {
    const body = await readDocument(response, transport, 64 * 1024, ask.what);
    const code = (JSON.parse(body.toString('utf8')) as { errors?: { code?: unknown }[] } | null)?.errors?.[0]?.code;
    return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function notePassedOver(endpoint: Endpoint, reason: unknown, registry: string, status: StatusEntry[]): void {
  const part = 'registry';
  if (status.some((entry) => entry.part === part && entry.message.startsWith(`The mirror ${endpoint.host} `))) return;
  const why = reason instanceof SourceError ? reason.message : 'it failed';
  status.push({
    part,
    level: 'warning',
    message: `The mirror ${endpoint.host} of ${registry} was passed over: ${why}`,
  });
}
