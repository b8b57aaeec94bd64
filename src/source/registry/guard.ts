/**
 * What a server may connect to on behalf of strangers. An address is judged where the connection is made, after the
 * name was resolved, so that a name which resolves differently the next time gains nothing (DNS rebinding).
 */
import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { SourceError } from '../../types.ts';
import { addressKind } from './address.ts';

/** Hosts are written `host` (any port) or `host:port`; `*.example.com` stands for every host below example.com. */
export interface AddressGuard {
  /** Registries that may be asked at all; absent: any. A registry's redirects and token service may lie elsewhere. */
  registries?: readonly string[];
  /** Hosts that may be at loopback, private and link-local addresses. Metadata services are never asked. */
  private: readonly string[];
  /** Resolves names in place of the system's resolver. */
  lookup?: (host: string, done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void) => void;
}

/** @throws SourceError for a registry (`host` or `host:port`) that is not allowed. */
export function checkRegistry(guard: AddressGuard, registry: string): void {
  if (guard.registries === undefined || isNamed(guard.registries, registry)) return;
  throw new SourceError(
    `${registry} is not among the registries that may be asked; add it to the allowed registries if it is meant`,
  );
}

/**
 * Judges a URL before anything is sent to it: an address written as a number in any of the forms that URLs allow, and
 * the step from the host that named it. @throws SourceError
 */
export function checkTarget(guard: AddressGuard, url: URL, from?: URL): void {
  const problem = isIP(bare(url)) > 0 ? refusal(guard, url, [bare(url)]) : undefined;
  if (problem) throw problem;
  const named = isNamed(guard.private, url.host);
  // What the options open for one host is not open to whoever redirects there.
  if (named && from && from.host !== url.host && !isNamed(guard.private, from.host)) {
    throw new SourceError(
      `${from.host} leads to ${url.host}, a host that may be at a private address and is asked only directly; name ${from.host} among those hosts too if it is meant`,
    );
  }
}

/** For `net.connect`: resolves a name and refuses it where any of its addresses is one that must not be reached. */
export function guardedLookup(guard: AddressGuard, url: URL): LookupFunction {
  return (host, options, done) => {
    resolve(guard, host, options.family, (error, found) => {
      const problem = error ?? refusal(guard, url, addressesOf(found));
      if (problem) done(problem, '', 0);
      else if (options.all) done(null, found);
      else done(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
}

/**
 * Behind a proxy it is the proxy that resolves names: what they resolve to here is judged in advance, as well as it can
 * be known. @throws SourceError
 */
export function checkBehindProxy(guard: AddressGuard, url: URL): Promise<void> {
  if (isIP(bare(url)) > 0) return Promise.resolve();
  return new Promise((done, fail) => {
    resolve(guard, bare(url), undefined, (error, found) => {
      const problem = refusal(guard, url, error ? [] : addressesOf(found));
      if (problem) fail(problem);
      else done();
    });
  });
}

function resolve(
  guard: AddressGuard,
  host: string,
  family: Parameters<LookupFunction>[1]['family'],
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
): void {
  if (guard.lookup) guard.lookup(host, done);
  else lookup(host, { all: true, ...(family === undefined ? {} : { family }) }, done);
}

function addressesOf(found: readonly LookupAddress[]): string[] {
  return found.map(({ address }) => address);
}

function refusal(guard: AddressGuard, { host }: URL, addresses: readonly string[]): SourceError | undefined {
  const kinds = new Set(addresses.map(addressKind));
  if (kinds.has('metadata'))
    return new SourceError(`${host} is the address of a cloud's metadata service, which is never asked`);
  if (!kinds.has('private') || isNamed(guard.private, host)) return undefined;
  return new SourceError(
    `${host} is at a loopback, private or link-local address, where only hosts named in the options are asked; name ${host} there if it is meant`,
  );
}

function isNamed(patterns: readonly string[], host: string): boolean {
  const asked = split(host);
  return patterns.some((pattern) => {
    const wanted = split(pattern);
    if (wanted.port !== '' && wanted.port !== asked.port) return false;
    if (!wanted.name.startsWith('*.')) return wanted.name === asked.name;
    const suffix = wanted.name.slice(1);
    return asked.name.length > suffix.length && asked.name.endsWith(suffix);
  });
}

function split(text: string): { name: string; port: string } {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase());
  return { name: (parts?.[1] ?? text.toLowerCase()).replace(/\.$/, ''), port: parts?.[2] ?? '' };
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
