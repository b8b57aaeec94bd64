/** Signing in to the pages by a token, and out. */
import { z } from 'zod';
import { h, type Markup } from '../../../report/html/markup.ts';
import type { Api } from '../api/app.ts';
import { ownerOf, sessionCookie, tokensConfigured } from '../auth.ts';
import type { Failures } from '../failures.ts';
import type { ServerParts } from '../parts.ts';
import { createSession, endSession, sessionSeconds } from '../store/sessions.ts';
import { htmlType, page } from './layout.ts';

const form = z.object({ token: z.string().max(1024), next: z.string().max(4000).optional() });

export async function sessionRoutes(app: Api, parts: ServerParts, failures: Failures): Promise<void> {
  const { database, adminToken, url, log } = parts;
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 8192 },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );

  app.get('/sign-in', { config: { access: 'open' } }, async (request, reply) => {
    const next = localPath((request.query as Record<string, unknown>)['next']);
    return reply.type(htmlType).send(signInPage(next, undefined, await tokensConfigured(parts)));
  });

  app.post('/sign-in', { config: { access: 'open' }, schema: { body: form } }, async (request, reply) => {
    const next = localPath(request.body.next);
    const found = await ownerOf(parts, failures, request.ip, request.body.token.trim());
    if (!found) {
      log.warn({ address: request.ip }, 'a sign-in was refused');
      return reply
        .code(401)
        .type(htmlType)
        .send(signInPage(next, 'This is no token of this server', true));
    }
    reply.setCookie(sessionCookie, await createSession(database.query, found.owner), {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: url?.startsWith('https:') || request.protocol === 'https',
      maxAge: sessionSeconds,
    });
    return reply.redirect(next, 303);
  });

  app.post('/sign-out', { config: { access: 'open' } }, async (request, reply) => {
    const cookie = request.cookies[sessionCookie];
    if (cookie !== undefined) await endSession(database.query, cookie, adminToken);
    return reply.clearCookie(sessionCookie, { path: '/' }).redirect('/sign-in', 303);
  });
}

/** An address of this server, and no other: browsers read `//host` and `/\host` as elsewhere. */
function localPath(given: unknown): string {
  if (typeof given !== 'string' || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given)) return '/';
  return given;
}

function signInPage(next: string, wrong: string | undefined, configured: boolean): string {
  const fields: Markup = h(
    'form',
    { method: 'post', action: '/sign-in' },
    wrong !== undefined && h('p', { role: 'alert', class: 'bad' }, wrong),
    h('input', { type: 'hidden', name: 'next', value: next }),
    // Keepers of passwords want a name to keep it by.
    h('input', { type: 'text', name: 'username', value: 'tare', autocomplete: 'username', hidden: true }),
    h(
      'p',
      {},
      h(
        'label',
        {},
        h('span', {}, 'Token'),
        h('input', { type: 'password', name: 'token', autocomplete: 'current-password', required: true }),
      ),
    ),
    h('button', {}, 'Sign in'),
  );
  const open = h('p', {}, 'No token is configured: this machine needs none. ', h('a', { href: '/' }, 'Go on'));
  return page({ title: 'Sign in', body: h('section', {}, configured ? fields : open) });
}
