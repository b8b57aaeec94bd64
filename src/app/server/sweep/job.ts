import type { RegistryOptions } from '../../../source/registry/options.ts';
import type { Digest } from '../../../types.ts';
import type { PushEvent } from '../types.ts';
import { sweep } from './sweep.ts';

/** A sweep as the queue keeps it. */
export interface SweepJob {
  registry: string;
  /** Patterns below the registry; all of it where there are none. */
  include: string[];
  exclude: string[];
  /** `repository:tag` of the last one found, to go on behind it. */
  last?: string;
}

/**
 * Enumerates a registry as events. Where every pattern that includes is a plain name, those repositories alone are looked
 * into, and no catalog is needed. @throws SourceError, or the signal's reason.
 */
export async function* sweepEvents(
  { registry, include, exclude, last }: SweepJob,
  signal: AbortSignal,
  how: {
    options: RegistryOptions;
    env: Record<string, string | undefined>;
    log: { warn(fields: object, text: string): void };
  },
): AsyncGenerator<PushEvent & { digest: Digest }, void, undefined> {
  const colon = last?.lastIndexOf(':') ?? -1;
  const after = last && colon > 0 ? { repository: last.slice(0, colon), tag: last.slice(colon + 1) } : undefined;
  const plain = include.length > 0 && include.every((pattern) => !pattern.includes('*'));
  const found = sweep(
    {
      registry,
      ...(include.length > 0 ? { include } : {}),
      ...(plain ? { repositories: [...new Set(include.map((pattern) => repositoryOf(pattern, registry)))] } : {}),
      exclude,
      ...(after ? { after } : {}),
    },
    { options: how.options, env: how.env, signal, trouble: (text) => how.log.warn({ registry }, text) },
  );
  for await (const one of found) yield { ...one, source: 'sweep' };
}

function repositoryOf(pattern: string, registry: string): string {
  const name = pattern.startsWith(`${registry}/`) ? pattern.slice(registry.length + 1) : pattern;
  return name.replace(/@.*$/, '').replace(/:[^/]*$/, '');
}
