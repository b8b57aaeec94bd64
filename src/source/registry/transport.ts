import type { Agent as HttpAgent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { SourceError } from '../../types.ts';
import { checkBehindProxy, checkTarget, guardedLookup } from './guard.ts';
import { defaultTimeouts, type RegistryOptions, type Timeouts } from './options.ts';
import { proxyAuthorization, proxyFor } from './proxy.ts';
import { secureContextFor } from './trust.ts';

/** A request before redirects. */
export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  url: URL;
  /** What named this address, where it was not the user: a redirect, a challenge, the place of an upload. */
  from?: URL;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** The last answer of a chain of redirects. */
export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Where it came from, after redirects. */
  url: URL;
  /** Unread: read it with `readChunks` or `readDocument`, or destroy it. */
  body: IncomingMessage;
}

/** A failed connection or a broken answer. `code` is Node's; the message holds no address and no header. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly code: string;
  readonly host: string;
  /** The proxy that was to carry it. */
  readonly proxy: string | undefined;

  constructor(code: string, host: string, proxy?: string) {
    super(code);
    this.code = code;
    this.host = host;
    this.proxy = proxy;
  }
}

/** Connections to hosts, kept open between requests; `close` ends them. */
export interface Transport {
  /** Sends once; redirects are followed where nothing is changed by asking (GET, HEAD), else handed back. @throws TransportError, SourceError (a redirect or an address that is refused). */
  send(request: HttpRequest): Promise<HttpResponse>;
  timeouts: Timeouts;
  signal: AbortSignal;
  close(): void;
}

const redirectLimit = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** HTTP over node:http and node:https with a pool per host, proxies, private CAs, time-outs and guarded redirects. */
export function createTransport(
  options: RegistryOptions,
  surroundings: { env: Record<string, string | undefined>; signal: AbortSignal },
): Transport {
  const timeouts: Timeouts = { ...defaultTimeouts, ...options.timeouts };
  const pools = new Map<string, Promise<Pool>>();
  const { env, signal } = surroundings;
  const poolFor = (url: URL): Promise<Pool> => {
    let pool = pools.get(url.origin);
    if (!pool) pools.set(url.origin, (pool = openPool(url, options, env)));
    return pool;
  };
  return {
    timeouts,
    signal,
    async send(request) {
      let { url, headers, from } = request;
      for (let hop = 0; ; hop++) {
        if (options.guard) checkTarget(options.guard, url, from);
        const current = { ...request, url, headers };
        const body = await sendOnce(current, await poolFor(url), timeouts, signal);
        const status = body.statusCode ?? 0;
        const location = body.headers.location;
        const mayFollow = request.method === 'GET' || request.method === 'HEAD';
        if (!redirects.has(status) || !location || !mayFollow) return { status, headers: body.headers, url, body };
        body.destroy();
        if (hop === redirectLimit)
          throw new SourceError(
            `${request.url.host} redirects more than ${redirectLimit} times; ask its operator about the loop`,
          );
        const next = namedTarget(location, url);
        if (next.origin !== url.origin) headers = withoutSecrets(headers);
        from = url;
        url = next;
      }
    },
    close() {
      for (const pool of pools.values()) pool.then((open) => open.agent.destroy()).catch(() => {});
    },
  };
}

interface Pool {
  agent: HttpAgent;
  request: typeof import('node:http').request;
  /** For plain HTTP through a proxy: where the request goes instead (RFC 9112 §3.2.2). */
  via?: URL;
  proxy?: string;
  secureContext?: SecureContext;
  /** Resolves the host and judges its addresses. */
  lookup?: LookupFunction;
}

async function openPool(url: URL, options: RegistryOptions, env: Record<string, string | undefined>): Promise<Pool> {
  const proxy = proxyFor(url, env);
  const pooling = { keepAlive: true, maxSockets: 16 };
  const { guard } = options;
  // The proxy itself is the operator's choice.
  if (guard && proxy) await checkBehindProxy(guard, url);
  const guarded = guard && !proxy ? { lookup: guardedLookup(guard, url) } : {};
  if (url.protocol === 'http:') {
    if (proxy?.protocol === 'https:') {
      const { Agent, request } = await import('node:https');
      return { agent: new Agent(pooling), request, via: proxy, proxy: proxy.host };
    }
    const { Agent, request } = await import('node:http');
    return { agent: new Agent(pooling), request, ...guarded, ...(proxy ? { via: proxy, proxy: proxy.host } : {}) };
  }
  const { Agent, request } = await import('node:https');
  const secureContext = secureContextFor(url.host, options, env);
  const tls = secureContext ? { secureContext } : {};
  if (!proxy) return { agent: new Agent({ ...pooling, ...tls }), request, ...guarded, ...tls };
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const agent = new HttpsProxyAgent(proxy, pooling);
  // Unset, the agent guesses from the call stack whether to speak TLS inside the tunnel.
  agent.protocol = 'https:';
  return { agent, request, proxy: proxy.host, ...tls };
}

function sendOnce(request: HttpRequest, pool: Pool, timeouts: Timeouts, signal: AbortSignal): Promise<IncomingMessage> {
  const { url } = request;
  const target = pool.via ?? url;
  const headers: Record<string, string> = { 'user-agent': 'tare', ...request.headers };
  if (pool.via) {
    headers['host'] = url.host;
    const authorization = proxyAuthorization(pool.via);
    if (authorization) headers['proxy-authorization'] = authorization;
  }
  const length = request.body === undefined ? 0 : Buffer.byteLength(request.body);
  // A request that changes something and has no body says so.
  if (request.body !== undefined || request.method === 'PUT') headers['content-length'] = String(length);
  const options: RequestOptions & { secureContext?: SecureContext } = {
    method: request.method,
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port || (target.protocol === 'https:' ? 443 : 80),
    path: pool.via ? url.origin + url.pathname + url.search : url.pathname + url.search,
    headers,
    agent: pool.agent,
    maxHeaderSize: 32 * 1024,
    signal,
    ...(pool.lookup ? { lookup: pool.lookup } : {}),
    ...(pool.secureContext ? { secureContext: pool.secureContext } : {}),
  };
  return new Promise((resolve, reject) => {
    const call = pool.request(options, (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    const fail = (code: string) => (): void => {
      call.destroy(new TransportError(code, url.host, pool.proxy));
    };
    // Covers name look-up, proxy and TLS; once the request is out, silence is measured instead.
    let timer = setTimeout(fail('ETIMEDOUT'), timeouts.connect + (length > 65_536 ? timeouts.document : 0));
    call.on('finish', () => {
      clearTimeout(timer);
      timer = setTimeout(fail('EIDLE'), timeouts.idle);
    });
    // A proxy's refusal must not pass for the registry's answer.
    call.on('proxyConnect', (answer: { statusCode?: number }) => {
      if (answer.statusCode !== 200) fail(answer.statusCode === 407 ? 'EPROXYAUTH' : 'EPROXY')();
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error instanceof SourceError) reject(error);
      else if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : error);
      else
        reject(
          error instanceof TransportError ? error : new TransportError(error.code ?? 'EPROTO', url.host, pool.proxy),
        );
    });
    call.end(request.body);
  });
}

/** Where an answer's Location leads: never away from HTTPS, never with a user or password. @throws SourceError */
export function namedTarget(location: string, from: URL): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (!next || (next.protocol !== 'https:' && next.protocol !== 'http:')) {
    throw new SourceError(`${from.host} redirects to an address that is not HTTP; ask its operator`);
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new SourceError(
      `${from.host} redirects from HTTPS to plain HTTP on ${next.host}, which is refused; its operator should redirect to HTTPS`,
    );
  }
  // User information in a target would become a credential that nobody gave.
  next.username = '';
  next.password = '';
  next.hash = '';
  return next;
}

function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name)));
}
