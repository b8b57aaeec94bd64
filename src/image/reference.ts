import type { Reference } from '../types/facts.ts';
import { type Digest, UsageError } from '../types.ts';

const dockerHub = 'docker.io';
/** Bound on `registry/repository` together (distribution-spec, "Pulling manifests": many implementations stop at 255). */
const nameLimit = 255;

const hostName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * Reads an image reference: `[registry/]repository[:tag][@digest]` (distribution-spec, "Pulling manifests").
 * Docker Hub's short forms are filled in (`alpine` is `docker.io/library/alpine`). A missing tag stays missing: whether
 * none was written matters to rules. Throws UsageError.
 */
export function parseReference(text: string): Reference {
  if (text.length > 1024) throw refuse(text, 'it is longer than 1024 characters');
  if (text === '') throw new UsageError('The image reference is empty; write for example alpine:3.20');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse(text, 'write it without a scheme such as https://');
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text, text.slice(at + 1));
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/') && !(named.startsWith('[') && !named.includes('/'));
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) {
    throw refuse(text, `its tag must be up to 128 letters, digits, "_", "." or "-"`);
  }
  const { registry, repository } = splitName(text, hasTag ? named.slice(0, colon) : named);
  const reference: Reference = { registry, repository };
  if (tag !== undefined) reference.tag = tag;
  if (digest !== undefined) reference.digest = digest;
  return reference;
}

/** The same for a name of which nobody claims that it is one; undefined where it is none. */
export function tryReference(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

/** The full form, with registry and namespace: `docker.io/library/alpine:3.20@sha256:…`. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** The short form that people write and `docker images` shows: `alpine:3.20`. It parses to the same reference. */
export function familiar(reference: Reference): string {
  const { registry, repository } = reference;
  if (registry !== dockerHub) return formatReference(reference);
  const official = repository.startsWith('library/') && !repository.slice(8).includes('/');
  return `${official ? repository.slice(8) : repository}${suffix(reference)}`;
}

/** distribution-spec, "Pulling manifests": what goes into an address as a tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** The same for the name of a repository, whatever its length. */
export function isRepositoryName(text: string): boolean {
  return text.split('/').every((part) => pathComponent.test(part));
}

/** Whether a host (with or without port) names this machine; Docker speaks plain HTTP to such registries. */
export function isLoopbackHost(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
  return name.toLowerCase() === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function suffix(reference: Reference): string {
  return (reference.tag ? `:${reference.tag}` : '') + (reference.digest ? `@${reference.digest}` : '');
}

function splitName(text: string, name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = first !== '' && (/[.:[]/.test(first) || first === 'localhost');
  let registry = isHost ? parseHost(text, first) : dockerHub;
  let repository = isHost ? name.slice(slash + 1) : name;
  if (registry === 'index.docker.io' || registry === 'registry-1.docker.io') registry = dockerHub;
  if (repository === '') throw refuse(text, 'the repository is missing');
  if (repository !== repository.toLowerCase()) throw refuse(text, 'a repository is written in lower case');
  if (!isRepositoryName(repository)) {
    throw refuse(text, 'a repository is made of a-z and 0-9, joined by "/", ".", "_", "__" or "-"');
  }
  if (registry === dockerHub && !repository.includes('/')) repository = `library/${repository}`;
  if (registry.length + 1 + repository.length > nameLimit) {
    throw refuse(text, `registry and repository together exceed ${nameLimit} characters`);
  }
  if (/^library\/[0-9a-f]{64}$/.test(repository)) {
    throw refuse(text, '64 hex digits are an image id, which only a Docker daemon knows: write docker:ID');
  }
  return { registry, repository };
}

function parseHost(text: string, written: string): string {
  const ipv6 = /^\[([0-9a-fA-F:.]{2,45})\](?::(\d{1,5}))?$/.exec(written);
  const plain = ipv6 ? undefined : /^([^:]*)(?::(\d{1,5}))?$/.exec(written);
  const host = ipv6?.[1] ?? plain?.[1];
  const port = ipv6?.[2] ?? plain?.[2];
  const valid = ipv6 ? isIpv6(ipv6[1]!) : host !== undefined && host.length <= 253 && hostName.test(host);
  if (!valid) throw refuse(text, 'its registry is not a host name, an IPv4 address or an IPv6 address in brackets');
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) throw refuse(text, 'its port is not 1..65535');
  return written.toLowerCase();
}

/** RFC 4291 §2.2 by the platform's URL parser, which needs no import. */
function isIpv6(address: string): boolean {
  return URL.canParse(`http://[${address}]/`);
}

function parseDigest(text: string, digest: string): Digest {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return digest as Digest;
  if (/^sha(?:384|512):/.test(digest)) throw refuse(text, 'only sha256 digests are supported');
  throw refuse(text, 'after "@" a digest is needed: sha256: and 64 hex digits in lower case');
}

/** Shows at most 120 characters and nothing that a terminal would act on. */
function refuse(text: string, why: string): UsageError {
  // A user or password before the host would end up on screens and in logs.
  const shown = text.replace(/\/\/[^/@]*@/, '//…@').replace(/[^\x20-\x7e]/g, '?');
  return new UsageError(
    `"${shown.length > 120 ? `${shown.slice(0, 119)}…` : shown}" is not an image reference: ${why}`,
  );
}
