/** Addresses that a stranger's host name must not lead to. */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Why an address is refused: `private` can be allowed for a host, `metadata` never. */
export type AddressKind = 'public' | 'private' | 'metadata';

/** IANA IPv4 Special-Purpose Address Registry: what is not globally reachable; multicast; reserved. */
const private4 = blocks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** IANA IPv6 Special-Purpose Address Registry, within the global unicast space 2000::/3 (RFC 4291 §2.4). */
const private6 = blocks('ipv6', ['2001::/23', '2001:db8::/32', '3fff::/20']);
const global6 = blocks('ipv6', ['2000::/3']);

/** Where clouds answer their own machines: AWS and most others, ECS tasks, AWS on IPv6, Azure, Alibaba, Oracle. */
const metadata = new BlockList();
for (const address of ['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', '192.0.0.192'])
  metadata.addAddress(address, 'ipv4');
for (const address of ['fd00:ec2::254', 'fd20:ce::254']) metadata.addAddress(address, 'ipv6');

/**
 * Of what kind an IP address is. An IPv6 address that carries an IPv4 one (mapped, RFC 4291 §2.5.5; NAT64, RFC 6052;
 * 6to4, RFC 3056) is judged by that one. A text that is no address counts as private.
 */
export function addressKind(text: string): AddressKind {
  const address = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(address);
  if (family === 0) return 'private';
  if (family === 4) return kindOf4(address);
  if (metadata.check(address, 'ipv6')) return 'metadata';
  const words = wordsOf(address);
  const inner = carried(words);
  if (inner !== undefined) return kindOf4(inner);
  if (!global6.check(address, 'ipv6') || private6.check(address, 'ipv6')) return 'private';
  return 'public';
}

function kindOf4(address: string): AddressKind {
  if (metadata.check(address, 'ipv4')) return 'metadata';
  return private4.check(address, 'ipv4') ? 'private' : 'public';
}

/** The IPv4 address within an IPv6 one, if it carries one. */
function carried(words: readonly number[]): string | undefined {
  const zero = (from: number, to: number): boolean => words.slice(from, to).every((word) => word === 0);
  const at = (index: number): string => {
    const [high = 0, low = 0] = words.slice(index, index + 2);
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  };
  if (zero(0, 5) && words[5] === 0xffff) return at(6);
  // IPv4-compatible (deprecated): not :: and ::1, which are IPv6's own.
  if (zero(0, 6) && (words[6] !== 0 || (words[7] ?? 0) > 1)) return at(6);
  if (words[0] === 0x64 && words[1] === 0xff9b && zero(2, 6)) return at(6);
  if (words[0] === 0x2002) return at(1);
  return undefined;
}

/** The eight words of a valid IPv6 address. */
function wordsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = wordsIn(head);
  const right = tail === undefined ? [] : wordsIn(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function wordsIn(text: string): number[] {
  return text
    .split(':')
    .filter((part) => part !== '')
    .flatMap((part) => {
      if (!isIPv4(part)) return [Number.parseInt(part, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      return [(a << 8) | b, (c << 8) | d];
    });
}

function blocks(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
