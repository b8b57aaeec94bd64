/** What the gate itself reads of the upstream registry: children of an index, and blobs that prove what an artifact is. */
import type { Descriptor, ManifestDocument } from '../../../image/documents.ts';
import { isRecord, parseJson } from '../../../image/documents.ts';
import { maxNesting, nesting } from '../../../image/json-nesting.ts';
import { defaultLimits } from '../../../image/limits.ts';
import { readDocument } from '../../../source/registry/body.ts';
import { createClient, type RepositoryClient } from '../../../source/registry/client.ts';
import { fetchNamed } from '../../../source/registry/document.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import { SourceError } from '../../../types.ts';
import type { Repository } from '../types.ts';
import { headBytes, isArchiveHead } from './archive-bytes.ts';
import { fold } from './json.ts';

/** Reads of one repository; `close` ends them. */
export interface Reader {
  /** Undefined where upstream does not hold it as a manifest. @throws SourceError */
  manifest(digest: Descriptor['digest']): Promise<Buffer | undefined>;
  /** Whether a runtime could run what says that it is no image. @throws SourceError where that cannot be told. */
  runnable(manifest: ManifestDocument): Promise<boolean>;
  close(): void;
}

const configLimit = 4 << 20;
const layerLimit = 64;

/** A reader with the credential of whoever asks, or with the gate's own in `options`. */
export function openReader(
  { registry, repository }: Repository,
  options: RegistryOptions,
  surroundings: { env: Record<string, string | undefined>; signal: AbortSignal; documentBytes: number },
): Reader {
  const client = createClient({ registry, repository }, { ...options, mirrors: new Map() }, surroundings);
  return {
    manifest: (digest) =>
      fetchNamed(
        client,
        { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, urls: [], annotations: {} },
        surroundings.documentBytes,
      ),
    runnable: (manifest) => runnable(client, manifest),
    close: () => client.close(),
  };
}

/** An image needs a config that names a platform or layers, and a layer that unpacks. */
async function runnable(client: RepositoryClient, { config, layers }: ManifestDocument): Promise<boolean> {
  if (layers.length === 0 || !(await isImageConfig(client, config))) return false;
  if (layers.length > layerLimit)
    throw new SourceError(
      `it has ${layers.length} layers, where the gate looks into at most ${layerLimit} of an artifact`,
    );
  for (const layer of layers) if (isArchiveHead(await head(client, layer))) return true;
  return false;
}

async function isImageConfig(client: RepositoryClient, config: Descriptor): Promise<boolean> {
  const bytes = await fetchNamed(client, { ...config, mediaType: '' }, configLimit);
  if (!bytes) throw new SourceError(`its config ${config.digest} is not in the registry`);
  let document: unknown;
  try {
    document = parseJson(bytes, 'the config', { documentBytes: Math.max(configLimit, defaultLimits.documentBytes) });
  } catch (error) {
    // Runtimes read deeper than we do: that is no proof of anything.
    if (nesting(bytes) > maxNesting) throw error;
    return false;
  }
  if (!isRecord(document)) return false;
  const names = new Set(Object.keys(document).map(fold));
  return names.has('rootfs') || (names.has('architecture') && names.has('os'));
}

async function head(client: RepositoryClient, { digest }: Descriptor): Promise<Uint8Array> {
  const what = `layer ${digest}`;
  const response = await client.ask({ path: `blobs/${digest}`, what, headers: { range: `bytes=0-${headBytes - 1}` } });
  if (response.status === 206) {
    // A registry that sends more than was asked for is not read further.
    return readDocument(response, client.transport, headBytes, what);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= headBytes) break;
    }
  } finally {
    response.body.destroy();
  }
  return Buffer.concat(chunks).subarray(0, headBytes);
}
