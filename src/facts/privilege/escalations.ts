/** Ways from a user without privilege to root, judged over setuid bits, capabilities, sudo and writable paths together. */
import type { RootNode } from '../../image/rootfs.ts';
import type { Group, PrivilegedFile, RunUser } from '../../types/facts.ts';
import { listedName } from '../../types/names.ts';
import type { AccountPassword } from '../../types/secrets.ts';
import type { Escalation, SpareUser, SudoGrant } from '../../types/surface.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import { canRun } from '../privileged.ts';
import { configuredPath, defaultPath } from '../programs.ts';
import { baseName } from '../text.ts';
import { type Identity, identityOf, isSticky, mayChange, maySearch, nobody } from './access.ts';
import type { Started } from './started.ts';

/** What is known when the ways are looked for. */
export interface EscalationInput {
  user: RunUser;
  spare: SpareUser | undefined;
  groups: readonly Group[];
  started: Started;
  privileged: readonly PrivilegedFile[];
  passwords: readonly AccountPassword[];
  grants: readonly SudoGrant[];
}

const wayLimit = 200;

/** For the run user; where that is root, for the account that its workload goes on as. */
export function collectEscalations(context: FactContext, input: EscalationInput): Fact<Escalation[]> {
  const from = startingPoint(input);
  const ways = new Map<string, Escalation>();
  const add = (way: Escalation): void => {
    const line = way.evidence.at === 'file' ? way.evidence.line : undefined;
    const key = `${way.kind} ${way.path} ${line ?? ''}`;
    if (ways.size < wayLimit && !ways.has(key)) ways.set(key, way);
  };
  if (from) {
    const open = programs(context, input, from, add);
    accountsAndGroups(context, input, from, open, add);
  }
  for (const way of writable(context, input, from)) add(way);
  const value = [...ways.values()].sort((a, b) => (`${a.kind} ${a.path}` < `${b.kind} ${b.path}` ? -1 : 1));
  return { known: true, value, evidence: value.map(({ evidence }) => evidence) };
}

interface Point {
  user: RunUser;
  who: Identity;
  name: string | undefined;
}

function startingPoint({ user, spare, groups }: EscalationInput): Point | undefined {
  if (user.uid !== 0) {
    const who = identityOf(user);
    return who && { user, who, name: user.name };
  }
  if (!spare || spare.via === 'only') return undefined;
  const { name, uid, gid } = spare;
  const member = groups.filter(({ members }) => members.includes(name)).map((group) => group.gid);
  const as: RunUser = { spec: name, defaulted: false, numeric: false, uid, gid, name, groups: member };
  return { user: as, who: { uid, gid, groups: member }, name };
}

/** Setuid programs and capabilities that the user can start; answers with the names of setuid programs of root's. */
function programs(
  { image, data }: FactContext,
  { privileged }: EscalationInput,
  { user }: Point,
  add: (way: Escalation) => void,
): Set<string> {
  const hands = handsOn(data);
  const usual = new Set(data['escalation-binaries'].ordinary.map(({ name }) => name));
  const strong = new Set(data['escalation-capabilities'].capabilities.map(({ name }) => name));
  const open = new Set<string>();
  for (const { path, layer, setuid, uid, capabilities, package: owner } of privileged) {
    const node = image.rootfs.lookup(path);
    if (!node || !canRun(node, user)) continue;
    const name = baseName(path);
    const evidence = fileEvidence(path, layer);
    if (setuid && uid === 0) {
      open.add(name);
      if (hands(path)) add({ kind: 'setuid', path, certainty: 'known', evidence });
      else if (owner === undefined || !usual.has(name)) add({ kind: 'setuid', path, certainty: 'possible', evidence });
    }
    if (capabilities.some((one) => strong.has(one)))
      add({ kind: 'capability', path, certainty: hands(path) ? 'known' : 'possible', evidence });
  }
  return open;
}

function accountsAndGroups(
  context: FactContext,
  { groups, passwords, grants }: EscalationInput,
  { who, name }: Point,
  open: ReadonlySet<string>,
  add: (way: Escalation) => void,
): void {
  const { data, image } = context;
  const hands = handsOn(data);
  const empty = passwords.find(
    ({ account, kind, state }) => account === 'root' && kind === 'empty' && state === 'live',
  );
  if (empty && open.has('su'))
    add({ kind: 'empty-root-password', path: 'root', certainty: 'known', evidence: empty.evidence });
  for (const { tool, who: names, accounts = [], password, commands, evidence } of grants) {
    const mine =
      names.includes('ALL') || names.includes(`#${who.uid}`) || (name !== undefined && accounts.includes(name));
    if (!mine || password || !open.has(tool)) continue;
    const any = commands.length === 0;
    const sure = commands.some((command) => {
      const node = image.rootfs.resolve(command);
      return hands(command) || (node !== undefined && canChange(node, who));
    });
    add({
      kind: 'sudo',
      path: evidence.at === 'file' ? evidence.path : tool,
      certainty: any || sure ? 'known' : 'possible',
      evidence,
    });
  }
  const rooted = new Set(data['escalation-capabilities'].groups.map((group) => group.name));
  for (const group of groups)
    if (rooted.has(group.name) && group.gid !== 0 && (group.gid === who.gid || who.groups.includes(group.gid)))
      add({ kind: 'root-group', path: group.name, certainty: 'possible', evidence: group.evidence });
}

/** What root runs or believes, and the user, or everybody, may change. */
function writable(context: FactContext, input: EscalationInput, from: Point | undefined): Escalation[] {
  const { user, privileged } = input;
  const byRoot = user.uid === 0;
  // Without a setuid program of root's, nothing of root's runs beside the user.
  const rises = privileged.some(({ setuid, uid, reachable }) => setuid && uid === 0 && reachable);
  if (!byRoot && !rises) return [];
  const out: Escalation[] = [];
  for (const node of rootRun(context, input)) {
    const mine = from !== undefined && canChange(node, from.who);
    if (!mine && !(byRoot && canChange(node, nobody))) continue;
    out.push({
      kind: 'writable-root-path',
      path: node.path,
      certainty: mine ? 'known' : 'possible',
      evidence: fileEvidence(node.path, node.entry.layer),
    });
  }
  return out;
}

function rootRun({ image, data }: FactContext, { user, started }: EscalationInput): Set<RootNode> {
  const { rootfs, config } = image;
  const found = new Set<RootNode>();
  const take = (path: string): void => {
    const node = rootfs.resolve(path);
    if (node && node !== rootfs.root && found.size < 5000) found.add(node);
  };
  const { believed, cron } = data['root-paths'];
  for (const path of believed) take(path);
  if (user.uid !== 0) return found;
  // Behind a helper that drops privilege the main program is no longer root's.
  const dropped = user.dropsPrivilegeBy !== undefined ? started.main : undefined;
  for (const path of started.paths) if (path !== dropped) take(path);
  for (const folder of configuredPath(config.container.env) ?? defaultPath) take(folder);
  if (!started.programs.some((name) => name === 'cron' || name === 'crond')) return found;
  for (const path of started.scheduled) take(path);
  for (const path of cron) {
    const node = rootfs.resolve(path);
    if (node) take(path);
    for (const child of node?.children?.values() ?? []) if (found.size < 5000) found.add(child);
  }
  return found;
}

/** Modify it, or replace it or a folder above it. */
function canChange(node: RootNode, who: Identity): boolean {
  const chain: RootNode[] = [];
  for (let one: RootNode | undefined = node; one; one = one.parent) chain.unshift(one);
  for (const [i, { entry }] of chain.entries()) {
    const below = chain[i + 1];
    const may = mayChange(entry, who) !== undefined;
    if (!below) return may && !(entry.type === 'directory' && isSticky(entry) && entry.uid !== who.uid);
    if (may && (!isSticky(entry) || entry.uid === who.uid || below.entry.uid === who.uid)) return true;
    if (!maySearch(entry, who)) return false;
  }
  return false;
}

/** Whether a program is known to hand its rights to whoever runs it. */
function handsOn(data: FactContext['data']): (path: string) => boolean {
  const names = new Set(data['escalation-binaries'].escalates.map(({ name }) => name));
  return (path) => listedName(baseName(path), names) !== undefined;
}
