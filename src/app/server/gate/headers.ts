/** Which headers pass from one side to the other, and how they change on the way. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** For one connection alone (RFC 9110 §7.6.1), or the gate's own to say. */
const ownToConnection = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'http2-settings', 'expect'],
]);
/** Some servers let a header stand in for the method or the path, on which the gate has decided. */
const overriding = new Set([
  ...['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url', 'x-rewrite-url'],
  ...['x-original-method', 'x-forwarded-uri', 'x-forwarded-prefix', 'x-forwarded-method'],
]);
const forwarding = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
]);
/** One request has one of each, or somebody could read another than the gate does. */
const single = ['authorization', 'content-type', 'content-encoding', 'content-length', 'host', 'x-forwarded-host'];

/** What keeps a request from being understood in one way only; undefined where nothing does. */
export function framingProblem(request: IncomingMessage): string | undefined {
  const { headers, rawHeaders, method } = request;
  const counts = new Map<string, number>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const twice = single.find((name) => (counts.get(name) ?? 0) > 1);
  if (twice) return `the header ${twice} is there more than once`;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'the transfer coding is not chunked';
  if (hasBody(request) && (method === 'GET' || method === 'HEAD' || method === 'DELETE'))
    return `a ${method} request has a body`;
  return undefined;
}

/** Whether a body follows. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The headers of a request as upstream gets them. */
export function requestHeaders(request: IncomingMessage, upstream: URL, secure: boolean): OutgoingHttpHeaders {
  const { headers, rawHeaders, socket } = request;
  const named = namedBy(headers);
  const out: Record<string, string | string[]> = Object.create(null);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (ownToConnection.has(name) || overriding.has(name) || forwarding.has(name) || name === 'host') continue;
    // What a client needs upstream to know cannot be named away.
    if (named.has(name) && !single.includes(name)) continue;
    const value = rawHeaders[at + 1]!;
    const before = out[name];
    out[name] = before === undefined ? value : [before, value].flat();
  }
  out['host'] = upstream.host;
  const before = headers['x-forwarded-for'];
  const client = socket.remoteAddress ?? 'unknown';
  out['x-forwarded-for'] = before === undefined ? client : `${[before].flat().join(', ').slice(0, 1000)}, ${client}`;
  if (headers.host !== undefined) out['x-forwarded-host'] = headers.host;
  out['x-forwarded-proto'] = secure ? 'https' : 'http';
  return out;
}

/** The headers of an answer as the client gets them, names and values in turn. @param repository of the request, where it has one. */
export function answerHeaders(
  answer: IncomingMessage,
  upstream: URL,
  request: { method: string; repository?: string },
): string[] {
  const { headers, rawHeaders } = answer;
  const named = namedBy(headers);
  const out: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const value = rawHeaders[at + 1]!;
    if (ownToConnection.has(name) || named.has(name)) continue;
    if (name === 'location') out.push(rawHeaders[at]!, through(value, upstream, request));
    else if (name === 'link')
      out.push(
        rawHeaders[at]!,
        value.replace(/<([^<>]{0,8192})>/g, (_, to: string) => `<${through(to, upstream, request)}>`),
      );
    else out.push(rawHeaders[at]!, value);
  }
  return out;
}

/** Headers that a message keeps to its connection by name (RFC 9110 §7.6.1). */
function namedBy({ connection = '' }: IncomingHttpHeaders): Set<string> {
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/**
 * An address of the registry as a path, so that the client comes back through the gate, whatever the gate is called
 * where the client is. An address elsewhere (storage) stays as it is.
 */
function through(
  location: string,
  upstream: URL,
  { method, repository }: { method: string; repository?: string },
): string {
  if (!URL.canParse(location)) return location;
  const url = new URL(location);
  const path = url.pathname + url.search;
  // A registry may go by another name outside; what follows a push there is its API all the same.
  const known =
    method !== 'GET' && method !== 'HEAD' && repository !== undefined && path.startsWith(`/v2/${repository}/`);
  const own = url.host === upstream.host && (path.startsWith('/v2/') || path === '/v2');
  return own || known ? path : location;
}
