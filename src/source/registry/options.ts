import type { Digest } from '../../types.ts';
import type { AddressGuard } from './guard.ts';

/** How a registry is reached. Every field may be absent; the defaults suit a public registry. */
export interface RegistryOptions {
  /** Used for the registry of the reference alone, never for a mirror or another host. */
  username?: string;
  password?: string;
  /**
   * A ready `Authorization` header, sent to this one registry and to no mirror, redirect or other host. Where it is
   * refused, no other credential is looked for: what it may not see, its owner may not see.
   */
  authorization?: { registry: string; header: string };
  /** Manifests by digest that are taken from here, not from the registry: they may not be there yet. Each is checked. */
  documents?: ReadonlyMap<Digest, { bytes: Uint8Array }>;
  /** Hosts (`host:port`), or all, that may be spoken to over plain HTTP when they do not offer TLS. Loopback always may. */
  insecure?: boolean | readonly string[];
  /** PEM file with certificate authorities that are trusted beside the built-in ones, for every host of this run. */
  caFile?: string;
  /** Registry host → base URLs tried before it, in order. */
  mirrors?: ReadonlyMap<string, readonly string[]>;
  /** Look for signatures, SBOMs and provenance beside the image; default true. */
  attestations?: boolean;
  /** Folders laid out as `<host>/ca.crt`, `<host>/*.cert` + `*.key`; default Docker's and Podman's. */
  certsDirs?: readonly string[];
  /** For a server: which registries and addresses may be asked at all; absent: any. */
  guard?: AddressGuard;
  retry?: Partial<RetryPolicy>;
  timeouts?: Partial<Timeouts>;
}

/** How often and how patiently a failed request is sent again. */
export interface RetryPolicy {
  /** Requests made for one answer, the first included. */
  attempts: number;
  /** First pause, ms; it doubles each time, with jitter. */
  baseMs: number;
  /** Longest pause, ms, and the longest Retry-After that is waited for. */
  maxMs: number;
}

/** All in ms. */
export interface Timeouts {
  /** TCP, proxy and TLS together. */
  connect: number;
  /** Silence while an answer or its next bytes are waited for. */
  idle: number;
  /** A whole document or token answer, however slowly it drips. */
  document: number;
  /** Span in which a blob must bring at least `stallBytes`. */
  stall: number;
  stallBytes: number;
  /** A credential helper's answer. */
  helper: number;
}

/** Four pauses, of 7.5 s together at most where the registry names none. */
export const defaultRetry: RetryPolicy = { attempts: 5, baseMs: 500, maxMs: 30_000 };
/** Patient with slow registries, not with silent ones. */
export const defaultTimeouts: Timeouts = {
  connect: 15_000,
  idle: 30_000,
  document: 120_000,
  stall: 60_000,
  stallBytes: 16 * 1024,
  helper: 30_000,
};
