import { isRecord, parseJson } from '../../../image/documents.ts';
import { defaultLimits } from '../../../image/limits.ts';
import type { RepositoryClient } from '../../../source/registry/client.ts';
import { tryDocument } from '../../../source/registry/document.ts';
import { RefusedError } from '../../../source/registry/errors.ts';
import { nextPage } from '../../../source/registry/pages.ts';
import { SourceError } from '../../../types.ts';

/** One list that a registry gives page by page. */
export interface NameList {
  /** As the client takes it. */
  path: string;
  /** Member of the answer that holds the names. */
  key: string;
  /** Names it in sentences. */
  what: string;
  /** Names past which the rest is left. */
  limit: number;
  pageSize: number;
  /** Names up to this one are left out. */
  after?: string | undefined;
  isName: (text: string) => boolean;
}

/** Pages without names in a row. */
const emptyLimit = 50;

/** The registry does not give the list. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/**
 * The names of a list, each once (`n`, `last` and the header Link; distribution-spec, "Listing Tags"). A registry that leads
 * in circles, or on and on, is left with a word of trouble.
 * @throws Refused, TransportError, SourceError.
 */
export async function* listNames(
  client: RepositoryClient,
  list: NameList,
  trouble: (text: string) => void,
): AsyncGenerator<string, void, undefined> {
  const { path, limit, pageSize, after, what } = list;
  const first = new URLSearchParams({ n: String(pageSize), ...(after === undefined ? {} : { last: after }) });
  const seen = new Set<string>();
  const asked = new Set<string>();
  let unfit = 0;
  let empty = 0;
  for (let query: string | undefined = `?${first}`; query !== undefined; ) {
    asked.add(query);
    const page = await readPage(client, `${path}${query}`, list);
    // Distribution 2 gives tags as its file system does: a next sweep may meet another order.
    let names = asked.size === 1 && page.next === undefined ? ordered(page.names) : page.names;
    // A registry that knows no `last` begins at the beginning.
    const known = after === undefined ? -1 : names.indexOf(after);
    if (known >= 0) names = names.slice(known + 1);
    let fresh = 0;
    for (const name of names) {
      if (typeof name !== 'string' || !list.isName(name)) {
        unfit++;
        fresh++;
      } else if (!seen.has(name)) {
        seen.add(name);
        fresh++;
        yield name;
      }
      if (seen.size >= limit || unfit >= limit) {
        trouble(`${what}: there are more than ${limit} names, and the rest is left out`);
        return;
      }
    }
    query = page.next;
    // Empty pages happen behind filters; those that repeat others, or go on empty, lead nowhere.
    empty = page.names.length === 0 ? empty + 1 : 0;
    const repeats = fresh === 0 && page.names.length > 0 && known < 0;
    if (query !== undefined && (asked.has(query) || repeats || empty > emptyLimit)) {
      trouble(`${what}: the registry repeats its pages after ${seen.size} names, and the rest is left out`);
      return;
    }
  }
  if (unfit > 0) trouble(`${what}: ${unfit} entries are no names, and are left out`);
}

/** In the order of bytes, unless it is in an order already, that of bytes or one that knows no case. */
function ordered(names: readonly unknown[]): unknown[] {
  const texts = names.map(String);
  const lower = texts.map((text) => text.toLowerCase());
  const rising = (list: readonly string[]): boolean => list.every((text, at) => at === 0 || list[at - 1]! <= text);
  if (rising(texts) || rising(lower)) return [...names];
  return [...names].sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

async function readPage(
  client: RepositoryClient,
  path: string,
  { key, what, limit }: NameList,
): Promise<{ names: unknown[]; next: string | undefined }> {
  let answer: Awaited<ReturnType<typeof tryDocument>>;
  try {
    answer = await tryDocument(
      client,
      { path, what, headers: { accept: 'application/json' } },
      defaultLimits.documentBytes,
    );
  } catch (error) {
    if (error instanceof RefusedError && error.status < 500 && error.status !== 429) throw new Refused(error.status);
    throw error;
  }
  let document: unknown;
  try {
    document = parseJson(answer.bytes, what, defaultLimits);
  } catch {
    // Said below.
  }
  const names = isRecord(document) ? (document[key] ?? []) : undefined;
  if (!Array.isArray(names))
    throw new SourceError(
      `${what}: the registry answers with something else than a list; check that it is an OCI registry`,
    );
  return { names: names.slice(0, limit + 1), next: nextPage(answer.headers) };
}
