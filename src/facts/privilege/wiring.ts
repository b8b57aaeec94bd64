/** What the run user may change and how it may rise, from facts that others have collected. */
import type { Entrypoint, PrivilegedFile, RunUser } from '../../types/facts.ts';
import { trimSlashes } from '../../types/names.ts';
import type { AccountPassword } from '../../types/secrets.ts';
import type { Escalation, PrivilegeFacts, WritableSurface } from '../../types/surface.ts';
import type { Workload } from '../../types/workload.ts';
import type { Fact } from '../../types.ts';
import type { AccountEvidence } from '../accounts.ts';
import { type FactContext, lazy } from '../context.ts';
import { collectEscalations } from './escalations.ts';
import { collectGrants } from './grants.ts';
import { kindsOf } from './kinds.ts';
import { mountsOf, needsOf } from './mounts.ts';
import { homeOf, spareUser, startedBy } from './started.ts';
import { collectSurface, collectWorldWritable } from './surface.ts';

/** What is known when these facts are collected. */
export interface PrivilegeInput {
  user: Fact<RunUser>;
  entrypoint: Fact<Entrypoint>;
  workload: Fact<Workload>;
  privilegedFiles: Fact<PrivilegedFile[]>;
  passwords: Fact<AccountPassword[]>;
  accounts(): AccountEvidence;
}

/** Collects them; each by itself, so that one that fails leaves the others. */
export function collectPrivilege(
  context: FactContext,
  { user, entrypoint, workload, privilegedFiles, passwords, accounts }: PrivilegeInput,
  attempt: <T>(part: string, make: () => Fact<T>) => Fact<T>,
): PrivilegeFacts {
  const started = startedBy(workload, entrypoint);
  const kinds = lazy(() => {
    const homes = accounts().users.map(({ home }) => trimSlashes(home));
    return kindsOf(context, started.paths, homes.filter(Boolean));
  });
  const surface = attempt('surface', (): Fact<WritableSurface> => {
    const surface = collectSurface(context, { user, kinds: kinds() });
    if (!surface.known || !user.known) return surface.known ? { known: false, reason: 'no user' } : surface;
    const { users } = accounts();
    const needs = needsOf(context, started);
    const home = homeOf(user.value, users);
    const as = { ...user.value, ...(home !== undefined && { home }) };
    const mounts = mountsOf(context, needs, surface.value.paths, as, kinds());
    const spare = user.value.uid === 0 ? spareUser(context, started, needs, users) : undefined;
    const value = { ...surface.value, mounts, mountsComplete: started.complete, ...(spare && { spareUser: spare }) };
    return { ...surface, value };
  });
  const sudoGrants = attempt('sudoers', () => collectGrants(context, accounts()));
  return {
    surface,
    worldWritable: attempt('world-writable', () => collectWorldWritable(context, kinds())),
    sudoGrants,
    escalations: attempt('escalations', (): Fact<Escalation[]> => {
      if (!user.known) return user;
      if (!surface.known) return surface;
      if (!privilegedFiles.known) return privilegedFiles;
      if (!passwords.known) return passwords;
      if (!sudoGrants.known) return sudoGrants;
      return collectEscalations(context, {
        user: user.value,
        spare: surface.value.spareUser,
        groups: accounts().groups,
        started,
        privileged: privilegedFiles.value,
        passwords: passwords.value,
        grants: sudoGrants.value,
      });
    }),
  };
}
