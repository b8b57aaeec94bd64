/** passwd(5) and group(5), read as glibc reads them; what glibc refuses is kept apart, since runtimes are less strict. */
import type { LayerCollector } from '../image/collector.ts';
import type { Account, Group } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { fileEvidence } from './evidence.ts';
import { detach, lines, utf8 } from './text.ts';

/** A passwd line: name, uid, gid, home, shell, line number; `bad` where an id is missing or no number. */
interface PasswdLine {
  n: string;
  u: number;
  g: number;
  h: string;
  s: string;
  l: number;
  bad?: true;
}
interface GroupLine {
  n: string;
  g: number;
  m: string[];
  l: number;
  bad?: true;
}
type AccountFile = { users: PasswdLine[]; cut?: true } | { groups: GroupLine[]; cut?: true };

const fileBytes = 4 * 1024 * 1024;
/** More accounts than any real image has; a longer file is said to be cut. */
const accountLimit = 50_000;
const memberLimit = 200_000;

/** Keeps the accounts of /etc/passwd and /etc/group. */
export const accountsCollector: LayerCollector<AccountFile> = {
  id: 'accounts',
  version: 1,
  // Not only in /etc itself: some builders link /etc/passwd to a store path that ends the same way.
  wants: ({ path, type }) =>
    type === 'file' && /(^|\/)(etc|usr\/lib)\/(passwd|group)$/.test(path.slice(-15))
      ? { kind: 'whole', limit: fileBytes }
      : undefined,
  take: (entry, content) => {
    const text = utf8(content.bytes);
    const parsed = entry.path.endsWith('passwd') ? parsePasswd(text) : parseGroup(text);
    if (content.truncated) parsed.cut = true;
    return parsed;
  },
};

/** Accounts of the rootfs, and the lines that only a lenient reader takes for accounts. */
export interface AccountEvidence {
  users: Account[];
  groups: Group[];
  /** In file order, malformed ones included with the zeros that runc reads into them. */
  lenientUsers: Account[];
  lenientGroups: Group[];
  /** Whether there is an /etc/passwd at all. */
  passwd: boolean;
}

/** Reads the last live version of both files. Throws where one is there but leads to a file that was not read. */
export function readAccounts(context: FactContext): AccountEvidence {
  for (const path of ['etc/passwd', 'etc/group']) {
    const node = context.image.rootfs.resolve(path);
    if (node && !context.index.at('accounts', path))
      throw new Error(`${path} leads to ${node.path}, which was not read as an account file`);
  }
  const passwd = context.index.at<AccountFile>('accounts', 'etc/passwd');
  const group = context.index.at<AccountFile>('accounts', 'etc/group');
  const out: AccountEvidence = {
    users: [],
    groups: [],
    lenientUsers: [],
    lenientGroups: [],
    passwd: passwd !== undefined,
  };
  if (passwd && 'users' in passwd.data) {
    for (const line of passwd.data.users) {
      const evidence = fileEvidence(passwd.path, passwd.layer, line.l);
      const account: Account = { name: line.n, uid: line.u, gid: line.g, home: line.h, shell: line.s, evidence };
      out.lenientUsers.push(account);
      if (!line.bad) out.users.push(account);
    }
  }
  if (group && 'groups' in group.data) {
    for (const line of group.data.groups) {
      const account: Group = {
        name: line.n,
        gid: line.g,
        members: line.m,
        evidence: fileEvidence(group.path, group.layer, line.l),
      };
      out.lenientGroups.push(account);
      if (!line.bad) out.groups.push(account);
    }
  }
  for (const fact of [passwd, group]) {
    if (!fact?.data.cut) continue;
    context.note({
      part: 'accounts',
      level: 'warning',
      layer: fact.layer,
      message: `${fact.path} is larger than any real account file; only its beginning was read`,
    });
  }
  return out;
}

/** The accounts fact; known and empty where the image has no /etc/passwd. */
export function collectAccounts(
  context: FactContext,
  accounts: AccountEvidence,
): Fact<{ users: Account[]; groups: Group[] }> {
  const evidence: Evidence[] = [];
  for (const path of ['etc/passwd', 'etc/group']) {
    const node = context.image.rootfs.resolve(path);
    if (node) evidence.push(fileEvidence(node.path, node.entry.layer));
  }
  return { known: true, value: { users: accounts.users, groups: accounts.groups }, evidence };
}

/** `name:password:uid:gid:gecos:home:shell`. Comments and NIS lines (`+`, `-`) name no account. */
export function parsePasswd(text: string): { users: PasswdLine[]; cut?: true } {
  const users: PasswdLine[] = [];
  let number = 0;
  for (const raw of lines(text)) {
    number++;
    const line = raw.trim();
    if (isNone(line)) continue;
    if (users.length >= accountLimit) return { users, cut: true };
    const field = line.split(':', 8);
    const uid = id(field[2]);
    const gid = id(field[3]);
    const user: PasswdLine = {
      n: short(field[0]!),
      u: uid ?? 0,
      g: gid ?? 0,
      h: short(field[5] ?? ''),
      s: short(field[6] ?? ''),
      l: number,
    };
    if (uid === undefined || gid === undefined) user.bad = true;
    users.push(user);
  }
  return { users };
}

/** `name:password:gid:member,member`. */
export function parseGroup(text: string): { groups: GroupLine[]; cut?: true } {
  const groups: GroupLine[] = [];
  let number = 0;
  let members = 0;
  for (const raw of lines(text)) {
    number++;
    const line = raw.trim();
    if (isNone(line)) continue;
    if (groups.length >= accountLimit || members > memberLimit) return { groups, cut: true };
    const field = line.split(':', 5);
    const gid = id(field[2]);
    const names = (field[3] ?? '')
      .split(',', 10_000)
      .map((name) => name.trim())
      .filter(Boolean)
      .map(short);
    members += names.length;
    const group: GroupLine = { n: short(field[0]!), g: gid ?? 0, m: names, l: number };
    if (gid === undefined) group.bad = true;
    groups.push(group);
  }
  return { groups };
}

function isNone(line: string): boolean {
  return line === '' || line.startsWith('#') || line.startsWith('+') || line.startsWith('-') || line.startsWith(':');
}

/** An id as the kernel has them: 0 … 2^32−2 (2^32−1 stands for "no change"). */
function id(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value < 2 ** 32 - 1 ? value : undefined;
}

function short(text: string): string {
  return detach(text.length > 1024 ? text.slice(0, 1024) : text);
}
