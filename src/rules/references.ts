/** Writing image references, for messages and for places that survive rebuilds. */
import type { Reference } from '../types/facts.ts';
import type { Evidence } from '../types.ts';
import { pointerPart } from './hits.ts';

/** `registry/repository:tag@digest`, as much of it as is known. */
export function referenceText({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A place named by the repository alone, which stays the same from tag to tag. */
export function inReference(reference: Reference): Evidence {
  const pointer = `/${pointerPart(`${reference.registry}/${reference.repository}`)}`;
  return { at: 'config', pointer, document: 'reference', note: referenceText(reference) };
}
