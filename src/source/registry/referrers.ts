import { type Descriptor, parseManifestOrIndex } from '../../image/documents.ts';
import type { Limits } from '../../image/limits.ts';
import type { Digest } from '../../types.ts';
import type { RepositoryClient } from './client.ts';
import { acceptManifests, tryDocument } from './document.ts';
import { RefusedError } from './errors.ts';
import { nextPage } from './pages.ts';

const pageLimit = 4;
/** Descriptors after which no further page is asked for. */
const keepLimit = 100;

/**
 * What refers to a manifest (distribution-spec, "Listing Referrers"). Undefined where the registry does not know the
 * question, as the specification lets older ones.
 */
export async function listReferrers(
  client: RepositoryClient,
  subject: Digest,
  what: string,
  limits: Limits,
): Promise<Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  let query = '';
  for (let page = 0; page < pageLimit; page++) {
    const answer = await unlessAbsent(() =>
      tryDocument(
        client,
        { path: `referrers/${subject}${query}`, what, headers: acceptManifests },
        limits.documentBytes,
      ),
    );
    const document = answer && parseManifestOrIndex(answer.bytes, what, limits);
    if (document?.kind !== 'index') return page === 0 ? undefined : found;
    found.push(...document.manifests);
    const next = nextPage(answer?.headers);
    if (next === undefined || found.length >= keepLimit) break;
    query = next;
  }
  return found;
}

/** The tag that lists referrers where the registry has no list of its own (distribution-spec, "Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-');
}

/** Undefined for "there is none" and for "I do not know this question"; a denied or failed one is thrown. */
export async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RefusedError && [400, 404, 405, 406, 410, 415, 501].includes(error.status)) return undefined;
    throw error;
  }
}
