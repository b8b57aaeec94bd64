/** What sudo and doas grant in the rootfs as it stands, and to whom. */
import type { Account, Group } from '../../types/facts.ts';
import { trimSlashes } from '../../types/names.ts';
import type { SudoGrant } from '../../types/surface.ts';
import type { Fact } from '../../types.ts';
import type { AccountEvidence } from '../accounts.ts';
import type { FactContext } from '../context.ts';
import { findProgram } from '../entrypoint.ts';
import { fileEvidence } from '../evidence.ts';
import type { SudoFile } from './sudoers.ts';

/** Names that aliases may stand for altogether, how deep they may stand for one another, and names looked at for all grants. */
const expansion = { names: 1000, depth: 8, steps: 4_000_000 };
const grantLimit = 1000;
/** Accounts named beside one grant. */
const accountLimit = 256;

/** Grants to become root, of the tools that the image has. */
export function collectGrants(context: FactContext, accounts: AccountEvidence): Fact<SudoGrant[]> {
  const value: SudoGrant[] = [];
  for (const tool of ['sudo', 'doas'] as const) {
    const program = findProgram(context, tool);
    if (!program || (program.entry.mode & 0o4000) === 0) continue;
    const files = filesOf(context, tool);
    const expand = expander(
      new Map(files.flatMap(({ file }) => file.a.map(([kind, name, items]) => [`${kind} ${name}`, items]))),
    );
    let more = 0;
    const free = files.some(({ file }) => file.d);
    for (const { path, layer, file } of files) {
      for (const { l, u, r, n, c } of file.g) {
        const targets = expand('R', r);
        if (r.length > 0 && !targets.some((name) => ['root', '#0', 'ALL'].includes(name))) continue;
        if (value.length >= grantLimit) {
          more++;
          continue;
        }
        const commands = expand('C', c);
        value.push({
          tool,
          who: expand('U', u),
          password: !(n || free),
          commands: commands.includes('ALL') ? [] : commands,
          evidence: fileEvidence(path, layer, l),
        });
      }
      if (file.cut)
        context.note({ part: 'sudoers', level: 'warning', layer, message: `${path} was not read to its end` });
    }
    if (more > 0)
      context.note({ part: 'sudoers', level: 'warning', message: `${more} grant(s) of ${tool} are not looked at` });
  }
  const named = accountsNamed(accounts);
  for (const grant of value) grant.accounts = named(grant.who);
  return { known: true, value, evidence: value.map(({ evidence }) => evidence) };
}

/** Finds the accounts that a grant holds for, by name, uid or group; in the order of the account file. */
function accountsNamed({ users, groups }: AccountEvidence): (who: readonly string[]) => string[] {
  const others = users.filter(({ uid }) => uid !== 0);
  const order = new Map(others.map(({ name }, i) => [name, i]));
  const byUid = grouped(others, ({ uid }) => uid);
  const byGid = grouped(others, ({ gid }) => gid);
  // The first of a name holds.
  const groupNamed = new Map<string, Group>();
  for (const group of groups.toReversed()) groupNamed.set(`#${group.gid}`, group);
  for (const group of groups.toReversed()) groupNamed.set(group.name, group);
  const members = new Map<Group, Set<string>>();
  const membersOf = (group: Group): Set<string> => {
    const known = members.get(group) ?? new Set(group.members.filter((name) => order.has(name)));
    members.set(group, known);
    return known;
  };
  const listsOf = (who: string): Iterable<string>[] => {
    if (who === 'ALL') return [order.keys()];
    if (who.startsWith('#')) return [byUid.get(who.slice(1)) ?? []];
    if (!who.startsWith('%')) return order.has(who) ? [[who]] : [];
    const group = groupNamed.get(who.slice(1));
    return group ? [byGid.get(String(group.gid)) ?? [], membersOf(group)] : [];
  };
  return (who) => {
    const found = new Set<string>();
    for (const list of new Set(who.flatMap(listsOf))) {
      for (const name of list) {
        if (found.size >= accountLimit) break;
        found.add(name);
      }
    }
    return [...found].sort((a, b) => order.get(a)! - order.get(b)!);
  };
}

function grouped(users: readonly Account[], by: (user: Account) => number): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const user of users) {
    const key = String(by(user));
    const known = out.get(key);
    if (known) known.push(user.name);
    else out.set(key, [user.name]);
  }
  return out;
}

/** The main file, and those of its folders whose names sudo takes (no dot, no tilde at the end). */
function filesOf(
  { index, image }: FactContext,
  tool: SudoGrant['tool'],
): { path: string; layer: number; file: SudoFile }[] {
  const main = index.at<SudoFile>('sudoers', tool === 'sudo' ? 'etc/sudoers' : 'etc/doas.conf');
  const out = main ? [{ path: main.path, layer: main.layer, file: main.data }] : [];
  const folders = tool === 'doas' ? ['etc/doas.d'] : (main?.data.i ?? []).map(trimSlashes);
  for (const folder of folders.slice(0, 16)) {
    const node = image.rootfs.resolve(folder);
    const names = node?.children ? [...node.children.keys()].map((name) => `${node.path}/${name}`) : [folder];
    for (const path of names.sort().slice(0, 256)) {
      if (tool === 'sudo' && node?.children && /\.|~$/.test(path.slice(path.lastIndexOf('/') + 1))) continue;
      const found = index.at<SudoFile>('sudoers', path);
      if (found) out.push({ path: found.path, layer: found.layer, file: found.data });
    }
  }
  return out;
}

/** Puts what aliases stand for in their places. */
function expander(
  aliases: ReadonlyMap<string, string[]>,
): (kind: 'U' | 'R' | 'C', names: readonly string[]) => string[] {
  let left = expansion.steps;
  return (kind, names) => {
    let now = [...names];
    for (let depth = 0; depth < expansion.depth && left > 0; depth++) {
      const next: string[] = [];
      let changed = false;
      for (const name of now) {
        const items = aliases.get(`${kind} ${name}`);
        changed ||= items !== undefined;
        next.push(...(items ?? [name]).slice(0, expansion.names - next.length));
        if (next.length >= expansion.names) break;
      }
      if (!changed) break;
      left -= next.length;
      now = next;
    }
    return now;
  };
}
