import type { FastifyReply, FastifyRequest } from 'fastify';
import { cursorOf } from '../names.ts';

/**
 * One page of `limit` entries out of `limit + 1` that were asked for: the last tells whether there is another. The next
 * page is named in the body and in the header Link (RFC 8288).
 */
export function paged<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  found: readonly Item[],
  limit: number,
  cursor: (last: Item) => readonly string[],
): { items: Item[]; next?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || last === undefined) return { items };
  const next = cursorOf(cursor(last));
  const address = new URL(request.url, 'http://unused.invalid');
  address.searchParams.set('cursor', next);
  reply.header('link', `<${address.pathname}${address.search}>; rel="next"`);
  return { items, next };
}
