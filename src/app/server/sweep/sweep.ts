import { defaultLimits } from '../../../image/limits.ts';
import { isRepositoryName, isTag } from '../../../image/reference.ts';
import { compilePattern, matchesPattern } from '../../../rules/pattern.ts';
import { createClient, type RepositoryClient } from '../../../source/registry/client.ts';
import { digestOfTag } from '../../../source/registry/document.ts';
import { RefusedError } from '../../../source/registry/errors.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import { type Digest, SourceError } from '../../../types.ts';
import type { Repository } from '../types.ts';
import { listNames, type NameList, Refused } from './names.ts';

/** One tag of the registry. Where a sweep ended early, the last one found is where the next begins (`after`). */
export interface Found extends Repository {
  tag: string;
  digest: Digest;
}

export interface SweepOptions {
  /** `host` or `host:port`. */
  registry: string;
  /** These alone, in place of the registry's catalog, which not every registry has. */
  repositories?: readonly string[];
  /** Patterns below the registry, with a tag where they are for some: `team/**`, `base/debian:12*`; absent: everything. */
  include?: readonly string[];
  exclude?: readonly string[];
  /** Goes on behind this one. */
  after?: { repository: string; tag: string };
  /** Names asked for at once; a registry may give fewer. */
  pageSize?: number;
  /** Names in the catalog, and tags of one repository, past which the rest is left. */
  limits?: { repositories: number; tags: number };
}

export interface SweepAccess {
  options: RegistryOptions;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  /** What was passed over, and why, in a sentence. */
  trouble: (text: string) => void;
}

const defaultPageSize = 100;
const defaultCounts = { repositories: 100_000, tags: 50_000 };
/** Tags whose digests are asked for at the same time. */
const atOnce = 8;

/**
 * Every tag of a registry (distribution-spec, "Listing Tags"; Distribution, "Listing Repositories"), in the registry's own
 * order, repository by repository. What cannot be read or named is passed over with a word; a registry that cannot be
 * reached ends it, and it can be begun again behind the last one found.
 * @throws SourceError, or the signal's reason.
 */
export async function* sweep(options: SweepOptions, access: SweepAccess): AsyncGenerator<Found, void, undefined> {
  const wanted = selector(options);
  const { registry, after } = options;
  if (options.repositories) {
    const from = after ? Math.max(0, options.repositories.indexOf(after.repository)) : 0;
    for (const repository of options.repositories.slice(from))
      yield* sweepRepository(
        repository,
        after?.repository === repository ? after.tag : undefined,
        options,
        access,
        wanted,
      );
    return;
  }
  // The one that was being read is not in the pages behind it.
  if (after && wanted({ registry, repository: after.repository }))
    yield* sweepRepository(after.repository, after.tag, options, access, wanted);
  for await (const repository of catalog(options, access))
    if (wanted({ registry, repository })) yield* sweepRepository(repository, undefined, options, access, wanted);
}

async function* catalog(options: SweepOptions, access: SweepAccess): AsyncGenerator<string, void, undefined> {
  const { registry, after, limits = defaultCounts, pageSize = defaultPageSize } = options;
  const client = createClient({ registry, repository: '' }, access.options, access, 'registry:catalog:*');
  const list: NameList = {
    path: '/_catalog',
    key: 'repositories',
    what: `the catalog of ${registry}`,
    limit: limits.repositories,
    pageSize,
    after: after?.repository,
    // What goes into a path must not be able to leave it.
    isName: (name) => name.length <= 255 && isRepositoryName(name),
  };
  try {
    yield* listNames(client, list, access.trouble);
  } catch (error) {
    if (!(error instanceof Refused)) throw client.explain(error, list.what);
    throw new SourceError(
      `${registry} does not list its repositories (${error.status}); name those to sweep, or give a credential that may list them`,
    );
  } finally {
    client.close();
  }
}

async function* sweepRepository(
  repository: string,
  after: string | undefined,
  options: SweepOptions,
  access: SweepAccess,
  wanted: (one: Repository & { tag?: string }) => boolean,
): AsyncGenerator<Found, void, undefined> {
  const { registry, limits = defaultCounts, pageSize = defaultPageSize } = options;
  const client = createClient({ registry, repository }, access.options, access);
  const list: NameList = {
    path: 'tags/list',
    key: 'tags',
    what: `the tags of ${repository}`,
    limit: limits.tags,
    pageSize,
    isName: isTag,
  };
  const look = async (tags: string[]): Promise<Found[]> => {
    const digests = await Promise.all(tags.map((tag) => lookUpTag(client, tag, access)));
    return tags.flatMap((tag, at) => {
      const digest = digests[at];
      return digest ? [{ registry, repository, tag, digest }] : [];
    });
  };
  try {
    let waiting: string[] = [];
    for await (const tag of behind(listNames(client, list, access.trouble), after)) {
      if (!wanted({ registry, repository, tag })) continue;
      waiting.push(tag);
      if (waiting.length < atOnce) continue;
      yield* await look(waiting);
      waiting = [];
    }
    yield* await look(waiting);
  } catch (error) {
    if (!(error instanceof Refused)) throw client.explain(error, list.what);
    // Distribution lists repositories whose last tag is gone.
    if (error.status !== 404) access.trouble(`${registry} does not list the tags of ${repository} (${error.status})`);
  } finally {
    client.close();
  }
}

/** What comes behind a name; everything where it does not come at all, being gone since. */
async function* behind(
  names: AsyncIterable<string>,
  after: string | undefined,
): AsyncGenerator<string, void, undefined> {
  let before: string[] | undefined = after === undefined ? undefined : [];
  for await (const name of names) {
    if (!before) yield name;
    else if (name === after) before = undefined;
    else before.push(name);
  }
  yield* before ?? [];
}

/** Undefined where the tag is gone meanwhile or not for us. */
async function lookUpTag(client: RepositoryClient, tag: string, access: SweepAccess): Promise<Digest | undefined> {
  try {
    return await digestOfTag(client, tag, defaultLimits.documentBytes);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status >= 500 || error.status === 429) throw error;
    const explained = client.explain(error, `tag ${tag}`);
    access.trouble(explained instanceof Error ? explained.message : `The tag ${tag} cannot be read`);
    return undefined;
  }
}

function selector({ registry, include, exclude = [] }: SweepOptions): (one: Repository & { tag?: string }) => boolean {
  // They may begin with the registry, as image patterns do elsewhere.
  const compile = (pattern: string) =>
    compilePattern(pattern.startsWith(`${registry}/`) ? pattern : `${registry}/${pattern}`);
  const wanted = include?.map(compile);
  const unwanted = exclude.map(compile);
  return (one) => {
    // A repository is looked into if any of its tags may be wanted.
    const fits = (pattern: ReturnType<typeof compilePattern>): boolean =>
      matchesPattern(one.tag === undefined ? { segments: pattern.segments } : pattern, one);
    if (wanted && !wanted.some(fits)) return false;
    return !unwanted.some((pattern) => fits(pattern) && (one.tag !== undefined || pattern.tag === undefined));
  };
}
