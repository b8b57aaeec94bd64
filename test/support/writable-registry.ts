/** A registry of the newer specification, in memory: referrers API, deletion of tags, uploads; and what it may refuse. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sha256 } from './archives.ts';
import { startServer } from './http-server.ts';

interface Stored {
  bytes: Buffer;
  mediaType: string;
}

export interface WritableRegistry {
  host: string;
  blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  manifests: Map<string, Stored>;
  /** `PUT /v2/…`, in order. */
  seen: string[];
  /** The header Authorization of each request, in the same order. */
  authorizations: (string | undefined)[];
  /** Answers instead of the registry; returns false to let it answer. */
  fault: (request: { method: string; path: string }, response: ServerResponse) => boolean;
  close(): void;
}

/** `uploads`: where it has uploads sent, in place of itself. */
export async function startWritableRegistry(options: { uploads?: string } = {}): Promise<WritableRegistry> {
  const server = await startServer(async (request, response) => {
    const body = await bytesOf(request);
    const { method = '', url = '' } = request;
    registry.seen.push(`${method} ${url}`);
    registry.authorizations.push(request.headers.authorization);
    if (registry.fault({ method, path: url }, response)) return;
    answer(registry, options, request, body, response);
  });
  const registry: WritableRegistry = {
    ...server,
    blobs: new Map(),
    manifests: new Map(),
    seen: [],
    authorizations: [],
    fault: () => false,
  };
  return registry;
}

function answer(
  registry: WritableRegistry,
  options: { uploads?: string },
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const { method = '' } = request;
  const url = new URL(request.url ?? '', 'http://registry');
  const [, kind = '', name = ''] = /^\/v2\/.+?\/(blobs|manifests|referrers)\/(.*)$/.exec(url.pathname) ?? [];
  if (kind === 'blobs' && method === 'POST') {
    const place = `${options.uploads ?? ''}${url.pathname}session?state=1`;
    response.writeHead(202, { location: place }).end();
  } else if (kind === 'blobs' && method === 'PUT') {
    const digest = sha256(body);
    if (url.searchParams.get('digest') !== digest || url.searchParams.get('state') !== '1')
      response.writeHead(400).end();
    else {
      registry.blobs.set(digest, body);
      response.writeHead(201).end();
    }
  } else if (kind === 'manifests' && method === 'PUT') putManifest(registry, name, request, body, response);
  else if (kind === 'manifests' && method === 'DELETE')
    response.writeHead(registry.manifests.delete(name) ? 202 : 404).end();
  else if (kind === 'referrers') listReferrers(registry, name, response);
  else {
    const found = kind === 'blobs' ? registry.blobs.get(name) : registry.manifests.get(name);
    const bytes = Buffer.isBuffer(found) ? found : found?.bytes;
    if (!found || !bytes) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      return;
    }
    const type = Buffer.isBuffer(found) ? 'application/octet-stream' : found.mediaType;
    response.writeHead(200, {
      'content-type': type,
      'content-length': bytes.length,
      'docker-content-digest': sha256(bytes),
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}

function putManifest(
  registry: WritableRegistry,
  name: string,
  request: IncomingMessage,
  bytes: Buffer,
  response: ServerResponse,
): void {
  const digest = sha256(bytes);
  const stored = { bytes, mediaType: request.headers['content-type'] ?? '' };
  if (name.includes(':') && name !== digest) {
    response.writeHead(400).end();
    return;
  }
  registry.manifests.set(digest, stored);
  registry.manifests.set(name, stored);
  const { subject } = JSON.parse(bytes.toString()) as { subject?: { digest: string } };
  response.writeHead(201, subject ? { 'oci-subject': subject.digest } : {}).end();
}

function listReferrers(registry: WritableRegistry, subject: string, response: ServerResponse): void {
  const manifests = [...registry.manifests]
    .filter(([name]) => name.startsWith('sha256:'))
    .map(([digest, { bytes, mediaType }]) => ({
      digest,
      mediaType,
      size: bytes.length,
      ...JSON.parse(bytes.toString()),
    }))
    .filter((one) => one.subject?.digest === subject)
    .map(({ digest, mediaType, size, artifactType, annotations }) => ({
      digest,
      mediaType,
      size,
      artifactType,
      annotations,
    }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  response
    .writeHead(200, { 'content-type': mediaType })
    .end(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
