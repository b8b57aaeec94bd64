/** The config of a base image, from where it is at hand: a Docker daemon, or a registry where the user asks for that. */
import type { RequestOptions } from 'node:http';
import { parseImageConfig } from '../image/config.ts';
import { defaultLimits } from '../image/limits.ts';
import type { SourceContext } from '../image/model.ts';
import { familiar, formatReference } from '../image/reference.ts';
import type { BaseImageFact } from '../types/dockerfile.ts';
import type { Reference } from '../types/facts.ts';
import type { Platform } from '../types.ts';
import { daemonAddresses } from './docker-address.ts';
import type { RegistryOptions } from './registry/options.ts';

export interface BaseImageOptions {
  env: Record<string, string | undefined>;
  docker: { host?: string; context?: string };
  /** Ask the registry too. Without it the network is never touched. */
  pull: boolean;
  registry?: RegistryOptions;
  platform?: Platform;
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
  const local = await fromDocker(reference, options).catch(() => undefined);
  if (local || !options.pull) return local;
  const { openRegistry } = await import('./registry/open.ts');
  const source = await openRegistry(formatReference(reference), pulling(options), options.registry ?? {});
  try {
    const [image] = source.images;
    if (!image) return undefined;
    const { platform, container } = image.config;
    return fact(reference, 'registry', platform, container);
  } finally {
    await source.close();
  }
}

/** One question to the daemon's socket (Docker Engine API, "Inspect an image"), without its client library. */
async function fromDocker(reference: Reference, options: BaseImageOptions): Promise<BaseImageFact | undefined> {
  const [address] = await daemonAddresses(options.env, options.docker);
  if (address?.kind !== 'socket') return undefined;
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
  return fact(reference, 'docker', config.platform, config.container);
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

function fact(
  reference: Reference,
  via: BaseImageFact['via'],
  platform: Platform,
  container: BaseImageFact['container'],
): BaseImageFact {
  return { reference, via, platform, container };
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
