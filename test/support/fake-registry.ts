/** A registry inside the test process that can also be slow, wrong, broken and hostile. */
import { createHash } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Digest } from '../../src/types.ts';

export interface FakeRegistryOptions {
  tls?: { cert: string; key: string; ca?: string; requestCert?: boolean };
  auth?: 'none' | 'basic' | 'token';
  /** user → password; without any, tokens are given to anyone. */
  users?: Record<string, string>;
  /** Refresh tokens that the token service takes. */
  identityTokens?: string[];
  tokenSeconds?: number;
  /** Where the challenge sends clients; default this registry. */
  realm?: string;
  referrersApi?: boolean;
  ignoreRange?: boolean;
}

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers instead of the registry; returns false to let the registry answer. */
export type Fault = (request: SeenRequest, response: ServerResponse) => boolean;

export interface FakeImage {
  digest: Digest;
  config: Digest;
  layers: Digest[];
  bytes: Buffer;
}

export interface FakeRegistry {
  /** `127.0.0.1:port`, or `localhost:port` with TLS. */
  host: string;
  url: string;
  seen: SeenRequest[];
  faults: Fault[];
  blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  manifests: Map<string, { bytes: Buffer; mediaType: string }>;
  /** By subject digest. */
  referrers: Map<string, object[]>;
  addBlob(bytes: Buffer): Digest;
  addManifest(document: object, tag?: string): { digest: Digest; size: number; bytes: Buffer; mediaType: string };
  addImage(tag: string | undefined, layers: Buffer[], config?: object): FakeImage;
  tokensIssued: number;
  close(): Promise<void>;
}

export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

export function sha256(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const sockets = new Set<Socket>();
  const tokens = new Set<string>();
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client went away in the middle of it.
      return;
    }
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    registry.seen.push(seen);
    response.on('error', () => {});
    if (registry.faults.some((fault) => fault(seen, response))) return;
    if (seen.path.startsWith('/token')) giveToken(seen, response, registry, tokens, options);
    else if (isAllowed(seen, options, tokens)) serve(seen, response, registry, options);
    else challenge(seen, response, registry, options);
  };
  const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `${options.tls ? 'localhost' : '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const registry: FakeRegistry = {
    host,
    url: `${options.tls ? 'https' : 'http'}://${host}`,
    seen: [],
    faults: [],
    blobs: new Map(),
    manifests: new Map(),
    referrers: new Map(),
    tokensIssued: 0,
    addBlob(bytes) {
      const digest = sha256(bytes);
      registry.blobs.set(digest, bytes);
      return digest;
    },
    addManifest(document, tag) {
      const bytes = Buffer.from(JSON.stringify(document));
      const mediaType = (document as { mediaType?: string }).mediaType ?? ociManifest;
      const digest = sha256(bytes);
      registry.manifests.set(digest, { bytes, mediaType });
      if (tag) registry.manifests.set(tag, { bytes, mediaType });
      return { digest, size: bytes.length, bytes, mediaType };
    },
    addImage(tag, layers, config = {}) {
      const base = {
        os: 'linux',
        architecture: 'amd64',
        config: {},
        rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
      };
      const configBytes = Buffer.from(JSON.stringify({ ...base, ...config }));
      const { digest, bytes } = registry.addManifest(
        {
          schemaVersion: 2,
          mediaType: ociManifest,
          config: {
            mediaType: 'application/vnd.oci.image.config.v1+json',
            digest: registry.addBlob(configBytes),
            size: configBytes.length,
          },
          layers: layers.map((layer) => ({
            mediaType: 'application/vnd.oci.image.layer.v1.tar',
            digest: registry.addBlob(layer),
            size: layer.length,
          })),
        },
        tag,
      );
      return { digest, bytes, config: sha256(configBytes), layers: layers.map(sha256) };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}

/** Answers requests whose path matches with a status, so many times. */
export function failing(match: RegExp, status: number, times: number, headers: Record<string, string> = {}): Fault {
  let left = times;
  return (request, response) => {
    if (!match.test(request.path) || left-- <= 0) return false;
    response.writeHead(status, headers).end();
    return true;
  };
}

/** Answers with a redirect. */
export function redirecting(match: RegExp, location: (path: string) => string): Fault {
  return (request, response) => {
    if (!match.test(request.path)) return false;
    response.writeHead(307, { location: location(request.path) }).end();
    return true;
  };
}

/** Sends the head of a body, then breaks the connection, so many times. */
export function breaking(match: RegExp, body: Buffer, after: number, times: number): Fault {
  let left = times;
  return (request, response) => {
    if (!match.test(request.path) || left-- <= 0) return false;
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = body.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
    });
    response.write(rest.subarray(0, after), () => response.destroy());
    return true;
  };
}

/** Answers with this body, whatever was asked for. */
export function answering(
  match: RegExp,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Fault {
  return (request, response) => {
    if (!match.test(request.path)) return false;
    response.writeHead(status, headers).end(body);
    return true;
  };
}

/** Sends one byte every so many ms, for ever. */
export function dripping(match: RegExp, everyMs: number): Fault {
  return (request, response) => {
    if (!match.test(request.path)) return false;
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
    return true;
  };
}

function serve(
  request: SeenRequest,
  response: ServerResponse,
  registry: FakeRegistry,
  options: FakeRegistryOptions,
): void {
  const [, place, name = ''] = /^\/v2\/(?:.+)\/(manifests|blobs|referrers)\/([^/?]+)/.exec(request.path) ?? [];
  const manifest = place === 'manifests' ? registry.manifests.get(name) : undefined;
  const blob = place === 'blobs' ? registry.blobs.get(name) : undefined;
  if (manifest) {
    response.writeHead(200, { 'content-type': manifest.mediaType, 'content-length': manifest.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : manifest.bytes);
  } else if (blob) {
    const start = options.ignoreRange ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${blob.length - 1}/${blob.length}` } : {};
    response
      .writeHead(start > 0 ? 206 : 200, { 'content-length': blob.length - start, ...range })
      .end(blob.subarray(start));
  } else if (place === 'referrers' && options.referrersApi !== false) {
    const manifests = registry.referrers.get(name) ?? [];
    response
      .writeHead(200, { 'content-type': ociIndex })
      .end(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }));
  } else refuse(response, 404, place === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ code, message: 'no' }] }));
}

function isAllowed(request: SeenRequest, options: FakeRegistryOptions, tokens: Set<string>): boolean {
  const authorization = request.headers.authorization ?? '';
  if (options.auth === 'basic') return userOf(authorization, options) !== undefined;
  if (options.auth === 'token') return tokens.has(authorization.replace(/^Bearer /, ''));
  return true;
}

function userOf(authorization: string, options: FakeRegistryOptions): string | undefined {
  const [user = '', password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
  return options.users && Object.hasOwn(options.users, user) && options.users[user] === password ? user : undefined;
}

function challenge(
  request: SeenRequest,
  response: ServerResponse,
  registry: FakeRegistry,
  options: FakeRegistryOptions,
): void {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|referrers)\//.exec(request.path)?.[1] ?? '';
  const bearer = `Bearer realm="${options.realm ?? `${registry.url}/token`}",service="fake, \\"quoted\\"",scope="repository:${repository}:pull"`;
  response.writeHead(401, { 'www-authenticate': options.auth === 'basic' ? 'Basic realm="fake"' : bearer }).end();
}

function giveToken(
  request: SeenRequest,
  response: ServerResponse,
  registry: FakeRegistry,
  tokens: Set<string>,
  options: FakeRegistryOptions,
): void {
  const form = new URLSearchParams(request.body);
  const byIdentity = request.method === 'POST' && options.identityTokens?.includes(form.get('refresh_token') ?? '');
  const anonymous = !options.users && !options.identityTokens;
  if (!anonymous && !byIdentity && userOf(request.headers.authorization ?? '', options) === undefined) {
    response.writeHead(401).end();
    return;
  }
  const token = `token-${++registry.tokensIssued}`;
  tokens.add(token);
  if (options.tokenSeconds) setTimeout(() => tokens.delete(token), options.tokenSeconds * 1000).unref();
  const name = request.method === 'POST' ? 'access_token' : 'token';
  response.writeHead(200).end(JSON.stringify({ [name]: token, expires_in: options.tokenSeconds ?? 300 }));
}
