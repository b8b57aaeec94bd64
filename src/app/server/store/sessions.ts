/** Who is signed in to the pages. What is stored is a hash of what the browser holds: a copy of the database opens nothing. */
import { createHash, randomBytes } from 'node:crypto';
import type { Query } from './database.ts';
import type { Scope } from './tokens.ts';

/** How long a browser stays signed in, s. */
export const sessionSeconds = 12 * 3600;

/** Whose a session is: a token's, by its id, or the admin token's, which is known here by its value alone. */
export type Owner = { token: string } | { admin: string };

/** Returns what the browser is to hold. */
export async function createSession(query: Query, owner: Owner): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await query('delete from tare.sessions where expires_at < now()');
  await query(
    `insert into tare.sessions (hash, token, expires_at) values ($1, $2, now() + $3 * interval '1 second')`,
    'admin' in owner
      ? [hashOf(secret, owner.admin), null, sessionSeconds]
      : [hashOf(secret), owner.token, sessionSeconds],
  );
  return secret;
}

/** Whose session it is; undefined where it or its token has ended, or the admin token is another by now. */
export async function sessionOf(
  query: Query,
  secret: string,
  adminToken: string | undefined,
): Promise<{ name: string; scopes: readonly Scope[] } | undefined> {
  if (!/^[\w-]{43}$/.test(secret)) return undefined;
  const [row] = await query<{ name: string | null; scopes: Scope[] | null }>(
    `select t.name, t.scopes from tare.sessions s left join tare.tokens t on t.id = s.token
     where s.expires_at > now() and (
       (s.hash = $1 and t.id is not null and (t.expires_at is null or t.expires_at > now()))
       or (s.hash = $2 and s.token is null))`,
    [hashOf(secret), adminToken === undefined ? null : hashOf(secret, adminToken)],
  );
  if (!row) return undefined;
  return row.scopes ? { name: row.name!, scopes: row.scopes } : { name: 'admin', scopes: ['admin'] };
}

export async function endSession(query: Query, secret: string, adminToken: string | undefined): Promise<void> {
  await query('delete from tare.sessions where hash = any($1)', [
    [hashOf(secret), ...(adminToken === undefined ? [] : [hashOf(secret, adminToken)])],
  ]);
}

/** With the admin token in it, a session ends when that changes; 256 random bits hide the token from a reader of the hash. */
function hashOf(secret: string, adminToken = ''): string {
  return createHash('sha256').update(`${secret}:${adminToken}`).digest('hex');
}
