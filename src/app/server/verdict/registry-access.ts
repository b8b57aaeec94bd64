import { defaultLimits, type Limits } from '../../../image/limits.ts';
import { createClient, type RepositoryClient } from '../../../source/registry/client.ts';
import { RefusedError } from '../../../source/registry/errors.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import { retryAfterMs } from '../../../source/registry/retry.ts';
import { TransportError } from '../../../source/registry/transport.ts';
import { SourceError } from '../../../types.ts';
import type { Repository } from '../types.ts';
import { DeliveryError, isPassing } from './deliver.ts';

/** How the registry of an image is reached to write to it. */
export interface RegistryAccess {
  /** With a guard: the image may come from a notification. */
  options: RegistryOptions;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  limits?: Limits;
}

/** Works on one repository with the rights named, and closes what was opened. @throws DeliveryError */
export async function withRepository<T>(
  { registry, repository }: Repository,
  rights: 'pull,push' | 'pull,push,delete',
  access: RegistryAccess,
  /** Names the work in errors. */
  what: string,
  work: (client: RepositoryClient, limits: Limits) => Promise<T>,
): Promise<T> {
  const { options, env, signal, limits = defaultLimits } = access;
  let client: RepositoryClient | undefined;
  try {
    // A mirror may be behind: what is to be changed is read where it is changed.
    const own: RegistryOptions = { ...options, mirrors: new Map() };
    client = createClient({ registry, repository }, own, { env, signal }, `repository:${repository}:${rights}`);
    return await work(client, limits);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw delivery(error, client, what);
  } finally {
    client?.close();
  }
}

function delivery(error: unknown, client: RepositoryClient | undefined, what: string): unknown {
  if (error instanceof DeliveryError) return error;
  const explained = client ? client.explain(error, what) : error;
  if (!(explained instanceof SourceError)) return error;
  const { cause } = explained;
  const refused = cause instanceof RefusedError ? cause : undefined;
  const transient = cause instanceof TransportError || (refused !== undefined && isPassing(refused.status));
  return new DeliveryError(explained.message, transient, retryAfterMs(refused?.retryAfter));
}
