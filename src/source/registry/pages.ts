import type { IncomingHttpHeaders } from 'node:http';

/**
 * The query, with its question mark, of the page that follows (RFC 8288, `Link: <…>; rel="next"`; distribution-spec,
 * "Listing Tags"). Nothing else of the address is taken: host and path are known, and a registry must not lead elsewhere.
 */
export function nextPage(headers: IncomingHttpHeaders | undefined): string | undefined {
  const link = headers?.['link'];
  const text = typeof link === 'string' ? link : '';
  return /<[^>?]{0,2048}(\?[^>\s]{1,2048})>\s{0,8};\s{0,8}rel="?next"?/.exec(text)?.[1];
}
