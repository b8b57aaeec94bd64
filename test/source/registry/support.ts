import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { defaultLimits } from '../../../src/image/limits.ts';
import type { ImageHandle, OpenedSource, SourceContext } from '../../../src/image/model.ts';
import { openRegistry } from '../../../src/source/registry/open.ts';
import type { RegistryOptions } from '../../../src/source/registry/options.ts';
import { type FakeRegistry, type FakeRegistryOptions, startRegistry } from '../../support/fake-registry.ts';

/** An empty home: no credential and no configuration of this machine can leak into a test. */
export const home = mkdtempSync(join(tmpdir(), 'tare-registry-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const open: (FakeRegistry | OpenedSource)[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

export function context(change: Partial<SourceContext> = {}): SourceContext {
  return {
    limits: defaultLimits,
    platform: { os: 'linux', architecture: 'amd64' },
    allPlatforms: false,
    verify: 'report',
    analyse: () => Promise.reject(new Error('a registry needs no analysis')),
    progress: () => {},
    stdin: () => {
      throw new Error('a registry reads no standard input');
    },
    signal: new AbortController().signal,
    ...change,
    env: { HOME: home, PATH: process.env['PATH'], ...change.env },
  };
}

/** Impatient, so that failures come at once. */
export const quick: RegistryOptions = {
  retry: { attempts: 4, baseMs: 1, maxMs: 2000 },
  timeouts: { connect: 5000, idle: 300, document: 600, stall: 400, stallBytes: 100, helper: 5000 },
  attestations: false,
  certsDirs: [],
};

export async function registry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const started = await startRegistry(options);
  open.push(started);
  return started;
}

export async function opened(
  reference: string,
  options: RegistryOptions = {},
  change: Partial<SourceContext> = {},
): Promise<OpenedSource> {
  const source = await openRegistry(reference, context(change), { ...quick, ...options });
  open.push(source);
  return source;
}

export async function readLayer(image: ImageHandle, index = 0): Promise<Buffer> {
  const { content } = image.layers[index]!;
  if (content.from !== 'stream') throw new Error(`a layer from ${content.from}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that differ everywhere, so that a misplaced part shows. */
export function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at++) bytes[at] = (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return bytes;
}
