/** The config and digest of a base image, from where it is at hand: Docker, what was scanned before, or, asked to, a registry. */
import type { RequestOptions } from 'node:http';
import { parseImageConfig } from '../image/config.ts';
import { defaultLimits } from '../image/limits.ts';
import type { SourceContext } from '../image/model.ts';
import { hostPlatform } from '../image/platform.ts';
import { familiar, formatReference, tryReference } from '../image/reference.ts';
import type { BaseImageFact } from '../types/dockerfile.ts';
import type { Reference } from '../types/facts.ts';
import type { Digest, Platform } from '../types.ts';
import { daemonAddresses, isSocket } from './docker-address.ts';
import type { RegistryOptions } from './registry/options.ts';

export interface BaseImageOptions {
  env: Record<string, string | undefined>;
  docker: { host?: string; context?: string };
  /** Ask the registry too. Without it the network is never touched. */
  pull: boolean;
  registry?: RegistryOptions;
  platform?: Platform;
  /** Folder of the layer cache, where scans leave notes. */
  cacheDir?: string;
  /** Ask neither Docker nor a registry. */
  notesOnly?: boolean;
  signal: AbortSignal;
}

/** The daemon is on this machine and answers at once, or it is of no use here. */
const answerMs = 1500;
const mostBytes = 4 << 20;

/** Undefined where nobody has it; why not is no matter for a lint. With `pull`, what the registry says is thrown: SourceError. */
export async function lookUpBaseImage(
  reference: Reference,
  options: BaseImageOptions,
): Promise<BaseImageFact | undefined> {
  const [local, noted] = await Promise.all([
    options.notesOnly ? undefined : fromDocker(reference, options).catch(() => undefined),
    fromNotes(reference, options),
  ]);
  // The daemon knows no distribution; a note on the very same image does.
  if (local) {
    const same = noted?.digest !== undefined && noted.digest === local.digest;
    return same && noted.distro ? { ...local, distro: noted.distro } : local;
  }
  if (!options.pull || options.notesOnly) return noted;
  const { openRegistry } = await import('./registry/open.ts');
  const source = await openRegistry(formatReference(reference), pulling(options), options.registry ?? {});
  try {
    const [image] = source.images;
    if (!image) return undefined;
    const { platform, container } = image.config;
    const { resolved } = image.origin;
    return { reference, via: 'registry', platform, container, ...(resolved && { digest: resolved }) };
  } finally {
    await source.close();
  }
}

/**
 * The digests of names that have none, by their full form, as far as somebody knows them: `lookUpBaseImage` for each but the one that
 * was `asked` about already. What one registry fails at is left out, since the others may be known.
 */
export async function lookUpDigests(
  references: readonly Reference[],
  options: BaseImageOptions,
  asked?: { reference: Reference; fact: BaseImageFact | undefined },
): Promise<Map<string, Digest>> {
  const out = new Map<string, Digest>();
  const known = asked && formatReference(asked.reference);
  for (const reference of references) {
    const name = formatReference(reference);
    if (out.has(name)) continue;
    const found = name === known ? asked?.fact : await lookUpBaseImage(reference, options).catch(() => undefined);
    if (found?.digest) out.set(name, found.digest);
  }
  return out;
}

async function fromNotes(
  reference: Reference,
  { cacheDir, platform = hostPlatform() }: BaseImageOptions,
): Promise<BaseImageFact | undefined> {
  if (cacheDir === undefined) return undefined;
  const { recallImage } = await import('../image/image-notes.ts');
  const note = await recallImage(cacheDir, reference, platform);
  return note && { reference, via: 'layer-cache', ...note };
}

/** One question to the daemon's socket (Docker Engine API, "Inspect an image"), without its client library. */
async function fromDocker(reference: Reference, options: BaseImageOptions): Promise<BaseImageFact | undefined> {
  const [address] = await daemonAddresses(options.env, options.docker);
  if (address?.kind !== 'socket' || !(await isSocket(address.path))) return undefined;
  const asked = { ...reference };
  if (asked.digest) delete asked.tag;
  const path = `/images/${encodeURIComponent(familiar(asked))}/json`;
  const answer = await ask({ socketPath: address.path, path, timeout: answerMs, signal: options.signal });
  if (!answer) return undefined;
  const inspected = JSON.parse(answer.toString('utf8')) as Record<string, unknown>;
  // The daemon's answer holds the same members under other names.
  const document = JSON.stringify({
    os: inspected['Os'],
    architecture: inspected['Architecture'],
    config: inspected['Config'],
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const { config } = parseImageConfig(Buffer.from(document), 'the answer of Docker', 0, defaultLimits);
  const digest = digestAmong(inspected['RepoDigests'], reference);
  return {
    reference,
    via: 'docker',
    platform: config.platform,
    container: config.container,
    ...(digest && { digest }),
  };
}

/** `RepoDigests` names the image in every repository that it was pulled from or pushed to. */
function digestAmong(names: unknown, { registry, repository }: Reference): Digest | undefined {
  if (!Array.isArray(names)) return undefined;
  for (const name of names.slice(0, 100) as unknown[]) {
    if (typeof name !== 'string') continue;
    const other = tryReference(name);
    if (other?.digest && other.registry === registry && other.repository === repository) return other.digest;
  }
  return undefined;
}

async function ask(request: RequestOptions): Promise<Buffer | undefined> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    const call = get(request, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        resolve(undefined);
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > mostBytes) response.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', reject);
  });
}

/** A context for opening alone: no layer is read. */
function pulling(options: BaseImageOptions): SourceContext {
  return {
    limits: defaultLimits,
    ...(options.platform && { platform: options.platform }),
    allPlatforms: false,
    verify: 'strict',
    analyse: () => Promise.reject(new Error('no layer of a base image is read')),
    progress: () => {},
    env: options.env,
    stdin: async function* () {},
    signal: options.signal,
  };
}
