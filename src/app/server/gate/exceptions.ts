/** Which repositories are guarded, and what is let through by name. */
import { matchesPath } from '../../../rules/path-pattern.ts';
import type { Digest } from '../../../types.ts';
import type { GateException, GatePolicy } from './options.ts';

/** Whether pushes to a repository, and pulls from it, are read at all. */
export function isGuarded({ include, exclude = [] }: GatePolicy, repository: string): boolean {
  if (include && !include.some((pattern) => matchesPath(pattern, repository))) return false;
  return !exclude.some((pattern) => matchesPath(pattern, repository));
}

/** The first exception that holds for an image on a day (`YYYY-MM-DD`). */
export function exceptionFor(
  exceptions: readonly GateException[],
  image: { repository: string; tag?: string | undefined; digest: Digest },
  today: string,
): GateException | undefined {
  return exceptions.find(
    ({ repository, tag, digest, expires }) =>
      matchesPath(repository, image.repository) &&
      (digest === undefined || digest === image.digest) &&
      (tag === undefined || (image.tag !== undefined && matchesPath(tag, image.tag))) &&
      (expires === undefined || today <= expires),
  );
}
