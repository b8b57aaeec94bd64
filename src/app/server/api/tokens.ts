/** Tokens of the API, for whoever may hand them out. */
import { z } from 'zod';
import { UsageError } from '../../../types.ts';
import type { ServerParts } from '../parts.ts';
import { Problem } from '../problem.ts';
import { createToken, revokeToken, tokens } from '../store/tokens.ts';
import type { Api } from './app.ts';
import * as s from './schemas.ts';

export async function tokenRoutes(app: Api, { database: { query }, now }: ServerParts): Promise<void> {
  app.get('/tokens', {
    config: { access: 'admin' },
    schema: {
      summary: 'Tokens, without their secrets',
      response: { 200: z.object({ items: z.array(s.token) }), ...s.errors },
    },
    handler: async () => ({
      items: (await tokens(query)).map(({ createdAt, expiresAt, usedAt, ...rest }) => ({
        ...{ ...rest, createdAt: createdAt.toISOString() },
        ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
        ...(usedAt && { usedAt: usedAt.toISOString() }),
      })),
    }),
  });

  app.post('/tokens', {
    config: { access: 'admin' },
    schema: {
      summary: 'Make a token',
      description:
        'Its secret is answered this once. read sees reports, scan may ask for gradings, admin may do anything.',
      body: s.tokenRequest,
      response: { 201: z.object({ name: z.string(), token: z.string() }), ...s.errors },
    },
    handler: async ({ body: { name, scopes, expiresAt } }, reply) => {
      const until = expiresAt === undefined ? undefined : new Date(expiresAt);
      if (until && until <= now()) throw new Problem(400, 'The day on which the token is to end is over');
      try {
        const token = await createToken(query, { name, scopes, ...(until && { expiresAt: until }) });
        return reply.code(201).send({ name, token });
      } catch (error) {
        // The name is taken.
        if (error instanceof UsageError) throw new Problem(409, error.message);
        throw error;
      }
    },
  });

  app.delete('/tokens/:name', {
    config: { access: 'admin' },
    schema: {
      summary: 'Revoke a token',
      params: z.object({ name: s.tokenName }),
      response: { 204: z.null(), ...s.errors },
    },
    handler: async ({ params: { name } }, reply) => {
      if (!(await revokeToken(query, name))) throw new Problem(404, `There is no token ${name}`);
      return reply.code(204).send(null);
    },
  });
}
