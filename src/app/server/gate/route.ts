/** Which part of the distribution API a request is for, decided on the very path that the upstream registry gets. */

/** A place of the API. `path` is what is sent on: canonical, so that upstream cannot read another place from it. */
export type Route = { path: string; query: string } & (
  | { kind: 'manifest'; repository: string; reference: string }
  | { kind: 'blob' | 'upload' | 'referrers' | 'tags'; repository: string }
  /** `/v2/`, the catalog, and extensions, which are read and never written. */
  | { kind: 'api' }
);

/** Why a request has no route. */
export interface NoRoute {
  status: 400 | 404;
  code: 'NAME_INVALID' | 'UNSUPPORTED';
  message: string;
}

/** distribution-spec, "Pulling manifests". */
const part = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digest = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,256}$/;
/** Words of the API itself: as parts of a repository's name they would let one path be read in two ways. */
const reserved = new Set(['manifests', 'blobs', 'tags', 'referrers']);
/** An upload's own id is upstream's affair, but it must not be able to climb or to split. */
const opaque = /^[A-Za-z0-9._~=+:@!-]{1,2048}$/;
const longestPath = 8192;
const longestName = 255;

/**
 * Reads a request target (RFC 9112 §3.2.1). Only the canonical spelling of a path has a route: no `..`, no empty parts, no
 * percent-encoding but that of the colon of a digest, which is undone.
 */
export function routeOf(target: string): Route | NoRoute {
  if (target.length > longestPath) return invalid('the path is too long');
  const question = target.indexOf('?');
  const written = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question);
  if (/[^\x21-\x7e]|[#\\]/.test(target)) return invalid('the path holds characters that no path has');
  const path = written.replace(/%3a/gi, ':');
  if (path === '/v2' || path === '/v2/') return { kind: 'api', path, query };
  if (!path.startsWith('/v2/')) return { status: 404, code: 'UNSUPPORTED', message: 'the gate serves /v2/ alone' };
  if (path.includes('%')) return invalid('the path is percent-encoded where nothing needs to be');
  const parts = path.slice('/v2/'.length).split('/');
  if (parts[0]!.startsWith('_')) {
    return parts.every((one) => /^[A-Za-z0-9_][A-Za-z0-9._:-]{0,255}$/.test(one))
      ? { kind: 'api', path, query }
      : invalid('the path is not one of the distribution API');
  }
  return below(parts, path, query);
}

function below(parts: string[], path: string, query: string): Route | NoRoute {
  const at = parts.findIndex((one) => reserved.has(one));
  const name = parts.slice(0, at);
  const [word, ...rest] = parts.slice(at);
  if (at < 1) return { status: 404, code: 'UNSUPPORTED', message: 'the path is not one of the distribution API' };
  if (!name.every((one) => part.test(one)) || name.join('/').length > longestName) {
    return invalid('the name of the repository is not one that the distribution API has');
  }
  if (rest.some((one) => reserved.has(one))) {
    return invalid('a repository with a part called manifests, blobs, tags or referrers cannot be served');
  }
  const base = { path, query, repository: name.join('/') };
  const [first = '', second] = rest;
  const last = rest.length === 1 && first !== '';
  if (word === 'manifests' && last && (tag.test(first) || digest.test(first)))
    return { kind: 'manifest', reference: first, ...base };
  if (word === 'blobs' && last && digest.test(first)) return { kind: 'blob', ...base };
  // Some registries write `upload`.
  if (word === 'blobs' && /^uploads?$/.test(first) && second !== undefined && isUpload(rest.slice(1)))
    return { kind: 'upload', ...base };
  if (word === 'tags' && last && first === 'list') return { kind: 'tags', ...base };
  if (word === 'referrers' && last && digest.test(first)) return { kind: 'referrers', ...base };
  return invalid('the path is not one of the distribution API');
}

/** `''` alone is the collection, to which an upload is posted. */
function isUpload(parts: string[]): boolean {
  if (parts.length === 1 && parts[0] === '') return true;
  return parts.every((one) => opaque.test(one) && !/^\.+$/.test(one));
}

function invalid(message: string): NoRoute {
  return { status: 400, code: 'NAME_INVALID', message };
}
