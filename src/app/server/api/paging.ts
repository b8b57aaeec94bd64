import type { FastifyReply, FastifyRequest } from 'fastify';
import { cursorOf } from '../names.ts';

/** One page of `limit` entries out of `limit + 1` that were asked for: the last tells whether there is another. */
export function onePage<Item>(
  found: readonly Item[],
  limit: number,
  cursor: (last: Item) => readonly string[],
): { items: Item[]; next?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length <= limit || last === undefined ? { items } : { items, next: cursorOf(cursor(last)) };
}

/** The same for an answer of the API, which names the next page in its header Link too (RFC 8288). */
export function paged<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  found: readonly Item[],
  limit: number,
  cursor: (last: Item) => readonly string[],
): { items: Item[]; next?: string } {
  const page = onePage(found, limit, cursor);
  if (page.next === undefined) return page;
  const address = new URL(request.url, 'http://unused.invalid');
  address.searchParams.set('cursor', page.next);
  reply.header('link', `<${address.pathname}${address.search}>; rel="next"`);
  return page;
}
