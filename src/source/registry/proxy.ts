import { BlockList, isIP } from 'node:net';
import { isLoopbackHost } from '../../image/reference.ts';
import { SourceError } from '../../types.ts';

type Environment = Record<string, string | undefined>;

/**
 * The proxy that the environment names for a URL (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, either case; NO_PROXY with hosts,
 * suffixes, ports, addresses and CIDR ranges, as Go's and curl's clients read it). This machine is never proxied.
 * Throws SourceError for a proxy that is not an http or https URL.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = [scheme, scheme.toLowerCase(), 'ALL_PROXY', 'all_proxy'].find((key) => env[key]);
  if (!name || isLoopbackHost(url.host) || isExcluded(url, env['NO_PROXY'] ?? env['no_proxy'] ?? '')) return undefined;
  const value = env[name]!;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  // The value may hold a password: it is not shown.
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:') {
    throw new SourceError(`${name} is not an http:// or https:// URL; correct or unset it`);
  }
  return proxy;
}

/** The header that user information in a proxy URL stands for (RFC 7617). */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (!proxy.username && !proxy.password) return undefined;
  const pair = `${decode(proxy.username)}:${decode(proxy.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function isExcluded(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  for (const raw of list.split(/[,\s]+/)) {
    const rule = raw.toLowerCase();
    if (rule === '') continue;
    if (rule === '*') return true;
    if (rule.includes('/')) {
      if (inRange(host, rule)) return true;
      continue;
    }
    const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(rule);
    if (parts?.[2] && parts[2] !== port) continue;
    const pattern = (parts?.[1] ?? rule).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
    if (host === pattern || (isIP(host) === 0 && host.endsWith(`.${pattern}`))) return true;
  }
  return false;
}

function inRange(host: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const family = isIP(network);
  const prefix = Number(bits);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || prefix > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, prefix, type);
  return block.check(host, type);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
