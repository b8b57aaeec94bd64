import { isLoopbackHost } from '../../image/reference.ts';
import { UsageError } from '../../types.ts';
import type { RegistryOptions } from './options.ts';

/** One place that serves a registry's content. */
export interface Endpoint {
  /** Scheme, host and path prefix, without a trailing slash. Changes once, to http, where plain HTTP is allowed and found. */
  base: string;
  /** `host:port` as written. */
  host: string;
  /** Host by which credentials are looked up. */
  credentialHost: string;
  isMirror: boolean;
  /** Plain HTTP may be tried where the host does not speak TLS. */
  plainAllowed: boolean;
}

/** Where to ask, in order: the registry's mirrors, then itself. @throws UsageError for a mirror that is not a URL. */
export function endpointsFor(registry: string, options: RegistryOptions): Endpoint[] {
  const mirrors = (options.mirrors?.get(registry) ?? []).map((text) => mirror(text, registry));
  // Docker Hub's name is not the host that serves it.
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const upstream: Endpoint = {
    base: `https://${host}`,
    host,
    credentialHost: registry,
    isMirror: false,
    plainAllowed: mayBePlain(host, options),
  };
  return [...mirrors, upstream];
}

/** Whether a host may be spoken to without TLS: this machine, or by option. */
export function mayBePlain(host: string, options: RegistryOptions): boolean {
  if (isLoopbackHost(host)) return true;
  return typeof options.insecure === 'object' ? options.insecure.includes(host) : options.insecure === true;
}

function mirror(text: string, registry: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UsageError(
      `A mirror of ${registry} is not an http:// or https:// URL; write for example https://mirror.example.com`,
    );
  }
  if (url.username || url.password || url.search) {
    throw new UsageError(
      `The mirror ${url.host} of ${registry} must be a URL without user, password and query; put its credential into the docker config`,
    );
  }
  return {
    base: url.origin + url.pathname.replace(/\/+$/, ''),
    host: url.host,
    credentialHost: url.host,
    isMirror: true,
    plainAllowed: false,
  };
}
