/** Tokens of the API: what is stored is their hash, so that a copy of the database opens nothing. */
import { createHash, randomBytes } from 'node:crypto';
import { UsageError } from '../../../types.ts';
import type { Query } from './database.ts';

/** `read` sees reports, `scan` may ask for gradings too, `admin` may do anything. */
export const scopes = ['read', 'scan', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt?: Date;
  usedAt?: Date;
}

/** Makes a token; the secret is shown this once. @throws UsageError where the name is taken. */
export async function createToken(
  query: Query,
  given: { name: string; scopes: readonly Scope[]; expiresAt?: Date },
): Promise<string> {
  // 256 random bits need no slow hash: nobody can guess them.
  const secret = `tare_${randomBytes(32).toString('base64url')}`;
  const [made] = await query(
    `insert into tare.tokens (name, hash, scopes, expires_at) values ($1, $2, $3, $4)
     on conflict (name) do nothing returning id`,
    [given.name, hashOf(secret), given.scopes, given.expiresAt?.toISOString() ?? null],
  );
  if (!made) throw new UsageError(`there is a token ${given.name} already; choose another name, or revoke that one`);
  return secret;
}

/** Who presents it; undefined for no token of ours, or one past its day. */
export async function tokenOf(query: Query, secret: string): Promise<Token | undefined> {
  if (!/^tare_[\w-]{43}$/.test(secret)) return undefined;
  const [row] = await query<Row>(
    'select * from tare.tokens where hash = $1 and (expires_at is null or expires_at > now())',
    [hashOf(secret)],
  );
  if (!row) return undefined;
  if (!row.used_at || Date.now() - row.used_at.getTime() > 60_000)
    await query('update tare.tokens set used_at = now() where id = $1', [row.id]);
  return tokenFrom(row);
}

export async function tokens(query: Query): Promise<Token[]> {
  return (await query<Row>('select * from tare.tokens order by id')).map(tokenFrom);
}

/** False where there is none of that name. */
export async function revokeToken(query: Query, name: string): Promise<boolean> {
  return (await query('delete from tare.tokens where name = $1 returning id', [name])).length > 0;
}

interface Row {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  used_at: Date | null;
}

function tokenFrom({ id, name, scopes: given, created_at, expires_at, used_at }: Row): Token {
  return {
    ...{ id, name, scopes: given, createdAt: created_at },
    ...(expires_at && { expiresAt: expires_at }),
    ...(used_at && { usedAt: used_at }),
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
