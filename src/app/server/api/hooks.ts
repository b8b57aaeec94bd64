/** Notifications of registries: stored, and only then thanked for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Failures } from '../failures.ts';
import { hookBodyLimit, receiveHook } from '../hooks/receive.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import type { Api } from './app.ts';

/** Of one address: more than can be stored in that time. */
const notificationsPerMinute = 60_000;

/** The sender is known by the hook's own secret. */
export async function hookRoutes(app: Api, parts: ServerParts, failures: Failures): Promise<void> {
  app.removeAllContentTypeParsers();
  // Signatures are over the bytes as they came, whatever they are called.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: hookBodyLimit }, (_, body, done) => done(null, body));
  // Some registries send a notification once: a busy day must not lose any. Those that are not signed have a limit of their own.
  const rateLimit = { max: notificationsPerMinute, timeWindow: 60_000 };
  const how = { config: { access: 'open', hook: true, rateLimit }, bodyLimit: hookBodyLimit } as const;
  const schema = {
    summary: 'Notification of a push',
    description: 'In the form of its registry; see docs/notifications.md.',
  };
  app.post('/hooks/:name', { ...how, schema }, (request, reply) => receive(parts, failures, request, reply));
  app.post('/hooks/:name/:secret', { ...how, schema: { hide: true } }, (request, reply) =>
    receive(parts, failures, request, reply),
  );
}

async function receive(
  { hooks, log, accept }: ServerParts,
  failures: Failures,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ stored: number; ignored: number }> {
  const { name, secret } = request.params as { name: string; secret?: string };
  const hook = hooks.get(name);
  if (!hook) throw new Problem(404, 'There is no hook of that name');
  const received = await receiveHook(hook, {
    headers: request.headers,
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    ...(secret !== undefined && { pathSecret: secret }),
  });
  if (received.status !== 200) {
    const { status, message, reason } = received;
    if (status === 401) {
      if (failures.tooMany(request.ip))
        throw new Problem(429, 'Too many notifications that are not signed came from this address', {
          'retry-after': '60',
        });
      failures.add(request.ip);
    }
    log.warn({ hook: name, status, reason }, 'a notification was refused');
    throw new Problem(status, message, status === 503 ? { 'retry-after': '30' } : {});
  }
  const { events, ignored } = received;
  const stored = events.length === 0 ? [] : await accept(events);
  if (ignored.length > 0)
    log.info({ hook: name, ignored: ignored.slice(0, 10) }, 'parts of a notification are not for us');
  reply.header('cache-control', 'no-store');
  return { stored: stored.length, ignored: ignored.length };
}
