/** What sudo and doas grant in the rootfs as it stands, and to whom. */
import type { Account } from '../../types/facts.ts';
import type { SudoGrant } from '../../types/surface.ts';
import type { Fact } from '../../types.ts';
import type { AccountEvidence } from '../accounts.ts';
import type { FactContext } from '../context.ts';
import { findProgram } from '../entrypoint.ts';
import { fileEvidence } from '../evidence.ts';
import type { SudoFile } from './sudoers.ts';

/** Names that aliases may stand for altogether, and how deep they may stand for one another. */
const expansion = { names: 1000, depth: 8 };
const grantLimit = 1000;

/** Grants to become root, of the tools that the image has. */
export function collectGrants(context: FactContext, accounts: AccountEvidence): Fact<SudoGrant[]> {
  const value: SudoGrant[] = [];
  for (const tool of ['sudo', 'doas'] as const) {
    const program = findProgram(context, tool);
    if (!program || (program.entry.mode & 0o4000) === 0) continue;
    const files = filesOf(context, tool);
    const aliases = new Map(
      files.flatMap(({ file }) => file.a.map(([kind, name, items]) => [`${kind} ${name}`, items])),
    );
    const free = files.some(({ file }) => file.d);
    for (const { path, layer, file } of files) {
      for (const { l, u, r, n, c } of file.g) {
        const targets = expand('R', r, aliases);
        if (r.length > 0 && !targets.some((name) => ['root', '#0', 'ALL'].includes(name))) continue;
        const commands = expand('C', c, aliases);
        if (value.length >= grantLimit) break;
        value.push({
          tool,
          who: expand('U', u, aliases),
          password: !(n || free),
          commands: commands.includes('ALL') ? [] : commands,
          evidence: fileEvidence(path, layer, l),
        });
      }
      if (file.cut)
        context.note({ part: 'sudoers', level: 'warning', layer, message: `${path} was not read to its end` });
    }
  }
  for (const grant of value) grant.accounts = accountsOf(grant, accounts);
  return { known: true, value, evidence: value.map(({ evidence }) => evidence) };
}

/** Whether a grant holds for an account, by name, uid or group. */
function accountsOf({ who }: SudoGrant, { users, groups }: AccountEvidence): string[] {
  const found = new Set<string>();
  const add = (fits: (user: Account) => boolean): void => {
    for (const user of users) if (user.uid !== 0 && fits(user)) found.add(user.name);
  };
  for (const name of who.slice(0, 64)) {
    if (name === 'ALL') add(() => true);
    else if (name.startsWith('%')) {
      const group = groups.find((one) => one.name === name.slice(1) || `#${one.gid}` === name.slice(1));
      if (group) add((user) => user.gid === group.gid || group.members.includes(user.name));
    } else if (name.startsWith('#')) add((user) => `#${user.uid}` === name);
    else add((user) => user.name === name);
    if (found.size > 256) break;
  }
  return users.filter(({ name }) => found.has(name)).map(({ name }) => name);
}

/** The main file, and those of its folders whose names sudo takes (no dot, no tilde at the end). */
function filesOf(
  { index, image }: FactContext,
  tool: SudoGrant['tool'],
): { path: string; layer: number; file: SudoFile }[] {
  const main = index.at<SudoFile>('sudoers', tool === 'sudo' ? 'etc/sudoers' : 'etc/doas.conf');
  const out = main ? [{ path: main.path, layer: main.layer, file: main.data }] : [];
  const folders = tool === 'doas' ? ['etc/doas.d'] : (main?.data.i ?? []).map((path) => path.replace(/^\/+|\/+$/g, ''));
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

function expand(kind: 'U' | 'R' | 'C', names: readonly string[], aliases: ReadonlyMap<string, string[]>): string[] {
  let now = [...names];
  for (let depth = 0; depth < expansion.depth; depth++) {
    let changed = false;
    const next: string[] = [];
    for (const name of now) {
      const items = aliases.get(`${kind} ${name}`);
      changed ||= items !== undefined;
      for (const item of items ?? [name]) if (next.length < expansion.names) next.push(item);
    }
    now = next;
    if (!changed) break;
  }
  return now;
}
