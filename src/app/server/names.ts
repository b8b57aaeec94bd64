/** Names as they stand in addresses of this server. */
import { isDigest } from '../../image/documents.ts';
import { tryReference } from '../../image/reference.ts';
import type { Digest } from '../../types.ts';
import { Problem } from './problem.ts';
import type { Repository } from './types.ts';

/** @throws Problem where it is none. */
export function digestFrom(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Problem(400, 'A digest is sha256: and 64 hex digits in lower case');
}

/** `registry/repository`, both as they are stored. @throws Problem where it is none. */
export function repositoryFrom(text: string): Repository {
  const found = tryReference(text);
  if (!found || found.tag !== undefined || found.digest !== undefined)
    throw new Problem(400, 'A repository is named as registry/name, for example registry.example.com/team/app');
  return { registry: found.registry, repository: found.repository };
}

/** Where the next page begins, as clients hand it back: opaque to them. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws Problem where it is none of ours: `count` strings, of which those at `numbers` are such. */
export function cursorFrom(
  text: string | undefined,
  count: number,
  numbers: readonly number[] = [],
): string[] | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (
      Array.isArray(parts) &&
      parts.length === count &&
      parts.every((part, i) => typeof part === 'string' && !part.includes('\0') && (!numbers.includes(i) || isId(part)))
    )
      return parts as string[];
  } catch {
    // It is none.
  }
  throw new Problem(400, 'The cursor is none of this server; begin without one');
}

/** A number of the database, in text: it has more digits than a double. */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,17}$/.test(text);
}
