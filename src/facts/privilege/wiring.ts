/** What the run user may change and how it may rise, from facts that others have collected. */
import type { Entrypoint, Facts, RunUser } from '../../types/facts.ts';
import type { Fact } from '../../types.ts';
import type { AccountEvidence } from '../accounts.ts';
import { type FactContext, lazy } from '../context.ts';
import { kindsOf } from './kinds.ts';
import { collectSurface, collectWorldWritable } from './surface.ts';

export type PrivilegeFacts = Pick<Facts, 'surface' | 'worldWritable'>;

/** What is known when these facts are collected. */
export interface PrivilegeInput {
  user: Fact<RunUser>;
  entrypoint: Fact<Entrypoint>;
  accounts(): AccountEvidence;
}

/** Collects them; each by itself, so that one that fails leaves the others. */
export function collectPrivilege(
  context: FactContext,
  { user, entrypoint, accounts }: PrivilegeInput,
  attempt: <T>(part: string, make: () => Fact<T>) => Fact<T>,
): PrivilegeFacts {
  const kinds = lazy(() => {
    const homes = accounts().users.map(({ home }) => home.replace(/^\/+|\/+$/g, ''));
    const started = entrypoint.known && entrypoint.value.path !== undefined ? [entrypoint.value.path] : [];
    return kindsOf(context, started, homes.filter(Boolean));
  });
  return {
    surface: attempt('surface', () => {
      const surface = collectSurface(context, { user, kinds: kinds() });
      if (!surface.known) return surface;
      return { ...surface, value: { ...surface.value, mounts: [], mountsComplete: false } };
    }),
    worldWritable: attempt('world-writable', () => collectWorldWritable(context, kinds())),
  };
}
