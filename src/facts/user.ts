/**
 * The user that the container's process starts as: OCI image-spec, config.md, "User", resolved in the rootfs
 * the way runtimes do it (first passwd line whose name or uid text equals the user part).
 */

import type { Account, RunUser } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';
import type { AccountEvidence } from './accounts.ts';
import type { FactContext } from './context.ts';
import { configEvidence } from './evidence.ts';

/** Ids that a runtime accepts where no account names them (int32). */
const maxId = 2 ** 31 - 1;

/** The run user. `droppedBy` names the helper of the entrypoint that changes the user by itself. */
export function collectUser(
  context: FactContext,
  accounts: AccountEvidence,
  droppedBy: string | undefined,
): Fact<RunUser> {
  const spec = context.image.config.container.user.trim();
  const evidence: Evidence[] = [configEvidence('/config/User')];
  const value = context.image.config.platform.os === 'windows' ? windowsUser(spec) : resolve(spec, accounts, evidence);
  if (droppedBy) value.dropsPrivilegeBy = droppedBy;
  return { known: true, value, evidence };
}

function resolve(spec: string, accounts: AccountEvidence, evidence: Evidence[]): RunUser {
  const colon = spec.indexOf(':');
  const userPart = colon < 0 ? spec : spec.slice(0, colon);
  const groupPart = colon < 0 ? '' : spec.slice(colon + 1);
  const user: RunUser = { spec, defaulted: userPart === '', numeric: /^\d+$/.test(userPart), groups: [] };

  const account = findUser(userPart, accounts);
  const number = toId(userPart);
  if (account) {
    user.uid = account.uid;
    user.gid = account.gid;
    user.name = account.name;
    evidence.push(account.evidence);
  } else if (userPart === '') {
    user.uid = 0;
    user.gid = 0;
  } else if (number !== undefined) {
    user.uid = number;
    user.gid = 0;
  } else user.missing = 'user';

  if (groupPart === '') {
    // Supplementary groups come from /etc/group only where no group is given.
    const name = account?.name;
    user.groups =
      name === undefined
        ? []
        : [...new Set(accounts.groups.filter((group) => group.members.includes(name)).map(({ gid }) => gid))];
    return user;
  }
  const group = accounts.lenientGroups.find((entry) => entry.name === groupPart || String(entry.gid) === groupPart);
  const gid = group?.gid ?? toId(groupPart);
  if (group) evidence.push(group.evidence);
  if (gid !== undefined) user.gid = gid;
  else {
    delete user.gid;
    user.missing ??= 'group';
  }
  return user;
}

function findUser(part: string, accounts: AccountEvidence): Account | undefined {
  if (part === '') return accounts.users.find(({ uid }) => uid === 0);
  // Runtimes read a malformed id as 0, so a line that glibc skips can still make the process root.
  return accounts.lenientUsers.find(({ name, uid }) => name === part || String(uid) === part);
}

function toId(text: string): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value <= maxId ? value : undefined;
}

/** Windows has no ids; an image that says nothing runs as ContainerAdministrator (Nano Server says ContainerUser itself). */
function windowsUser(spec: string): RunUser {
  const name = spec || 'ContainerAdministrator';
  return { spec, defaulted: spec === '', numeric: false, name, groups: [] };
}
