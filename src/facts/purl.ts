/** Package URLs (ECMA-427, purl specification): one writer, so that reports, BOMs and look-ups agree. */
import type { Distro } from '../types/facts.ts';
import type { Ecosystem } from '../types/inventory.ts';

/** Parts of a package URL; empty qualifiers are left out. */
export interface PurlParts {
  type: string;
  namespace?: string;
  name: string;
  version?: string;
  qualifiers?: Record<string, string | undefined>;
}

/** Writes a canonical purl. `+` is escaped (`%2B`): some readers take a bare one for a space. */
export function purl({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const path = [...(namespace ? namespace.split('/').filter(Boolean) : []), name].map(encode).join('/');
  const query = Object.entries(qualifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join('&');
  return `pkg:${type.toLowerCase()}/${path}${version ? `@${encode(version)}` : ''}${query ? `?${query}` : ''}`;
}

/** Namespace where the distribution is not known. */
const usualNamespace = { deb: 'debian', apk: 'alpine', rpm: undefined, alpm: 'arch', opkg: undefined } as const;

/** A purl of an operating-system package: the distribution is the namespace, its release a qualifier, and so is the epoch of an rpm. */
export function osPurl(
  type: keyof typeof usualNamespace,
  name: string,
  version: string,
  arch: string,
  distro: Distro | undefined,
): string {
  const release = distro && (distro.versionId ? `${distro.id}-${distro.versionId}` : distro.id);
  const namespace = distro?.id ?? usualNamespace[type];
  if (type !== 'rpm') {
    return purl({
      type,
      ...(namespace ? { namespace } : {}),
      name: name.toLowerCase(),
      version,
      qualifiers: { arch, distro: release },
    });
  }
  const colon = version.indexOf(':');
  return purl({
    type,
    ...(namespace ? { namespace: vendorOf(namespace) } : {}),
    name,
    version: version.slice(colon + 1),
    qualifiers: { arch, distro: release, epoch: colon > 0 ? version.slice(0, colon) : undefined },
  });
}

/** A purl of a language's package, its name split and written as the type's own rules say (purl-spec, "types"). */
export function languagePurl(type: Ecosystem, name: string, version: string, platform?: string): string {
  const cut = type === 'maven' ? name.indexOf(':') : name.lastIndexOf('/');
  const parts = { namespace: cut > 0 ? name.slice(0, cut) : '', name: name.slice(cut + 1) };
  switch (type) {
    case 'npm':
    case 'golang':
    case 'composer':
      return purl({ type, namespace: parts.namespace.toLowerCase(), name: parts.name.toLowerCase(), version });
    case 'maven':
      return purl({ type, ...parts, version });
    case 'pypi':
      return purl({ type, name: name.toLowerCase().replaceAll('_', '-'), version });
    default:
      return purl({ type, name, version, qualifiers: { platform } });
  }
}

/** Vendors whose advisories go by another name than their os-release. */
function vendorOf(distro: string): string {
  if (distro === 'rhel') return 'redhat';
  return distro.startsWith('opensuse') ? 'opensuse' : distro;
}

/** Everything but letters, digits and `.-_~:` is percent-encoded, byte by byte in UTF-8. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
