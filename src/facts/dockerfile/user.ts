/** The user that a container of this Dockerfile starts as, by the builder's semantics: the last USER in the target's FROM chain, else the base's. */
import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { RunUser } from '../../types/facts.ts';
import type { Evidence, Fact } from '../../types.ts';
import type { FactData } from '../data.ts';
import { baseUser } from './base.ts';

export function dockerfileUser(dockerfile: DockerfileFacts, data: FactData): Fact<RunUser> {
  const { stages, target } = dockerfile;
  const stage = target === undefined ? undefined : stages[target];
  if (!stage) return { known: false, reason: 'no stage is left to build' };
  const root = stages[stage.root]!;
  const own = stage.user;
  const evidence: Evidence[] = [];
  let spec: string;
  let uid: number | undefined;
  if (own) {
    if (own.value.trim() === '' && own.open.length > 0)
      return { known: false, reason: `USER depends on ${own.open.join(', ')}, which has no value here` };
    spec = own.value.trim();
    evidence.push(own.evidence);
  } else {
    const known = baseUser(root, data['base-images']);
    evidence.push({ at: 'instruction', file: dockerfile.file, stage: root.index, range: root.base.range });
    if (!known) {
      const name = root.base.text || root.base.written;
      return { known: false, reason: `there is no USER, and what ${name} sets is not known here` };
    }
    spec = known.spec;
    uid = known.uid;
  }
  const user: RunUser = stage.os === 'windows' ? windowsUser(spec) : linuxUser(spec);
  if (uid !== undefined) user.uid ??= uid;
  if (user.uid === undefined && user.name !== undefined) resolveName(user, dockerfile, evidence);
  const helper = dropper(dockerfile, data['privilege-droppers'].droppers);
  if (helper !== undefined) user.dropsPrivilegeBy = helper;
  return { known: true, value: user, evidence };
}

function linuxUser(spec: string): RunUser {
  const [part = '', group = ''] = spec.split(':', 2);
  const numeric = /^\d+$/.test(part);
  const user: RunUser = { spec, defaulted: part === '', numeric, groups: [] };
  if (part === '' || part === 'root') user.uid = 0;
  else if (numeric && part.length <= 10) user.uid = Number(part);
  if (user.uid === 0 || numeric) user.gid = 0;
  if (part !== '' && !numeric) user.name = part;
  if (/^\d{1,10}$/.test(group)) user.gid = Number(group);
  return user;
}

function windowsUser(spec: string): RunUser {
  return { spec, defaulted: spec === '', numeric: false, name: spec || 'ContainerAdministrator', groups: [] };
}

/** useradd, adduser and lines written to passwd say which uid the name has. */
function resolveName(user: RunUser, dockerfile: DockerfileFacts, evidence: Evidence[]): void {
  for (const command of dockerfile.commands) {
    if (command.origin !== 'RUN' || dockerfile.stages[command.stage]?.role !== 'ships' || command.deferred) continue;
    const uid = uidGiven(command, user.name!);
    if (uid === undefined) continue;
    user.uid = uid;
    evidence.push(command.evidence);
  }
}

function uidGiven({ name, args }: CommandFact, account: string): number | undefined {
  if (/^(?:useradd|adduser|usermod)$/.test(name)) {
    if (!args.some(({ text }) => text === account)) return undefined;
    const value = optionText(args, /^(?:-u|--uid)$/, /^(?:--uid=|-u)(\d{1,10})$/);
    return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
  }
  if (name !== 'echo' && name !== 'printf') return undefined;
  for (const { text } of args) {
    const found = /(?:^|\\n|\n)([^:\s]{1,64}):[^:\s]{0,256}:(\d{1,10}):\d{1,10}:/.exec(text.slice(0, 4096));
    if (found?.[1] === account) return Number(found[2]);
  }
  return undefined;
}

function optionText(args: CommandFact['args'], apart: RegExp, joined: RegExp): string | undefined {
  for (const [at, { text }] of args.entries()) {
    if (apart.test(text)) return args[at + 1]?.text;
    const found = joined.exec(text);
    if (found) return found[1];
  }
  return undefined;
}

/** Helpers that do nothing but change the user: where one is put into the image, a start script is there to call it. */
const soleDroppers = new Set(['gosu', 'su-exec']);

/** A helper that the container's start goes through, or that the image is given for it. */
function dropper(dockerfile: DockerfileFacts, droppers: readonly { name: string }[]): string | undefined {
  const names = new Set(droppers.map(({ name }) => name));
  for (const { origin, overridden, name } of dockerfile.commands)
    if ((origin === 'CMD' || origin === 'ENTRYPOINT') && !overridden && names.has(name) && name !== 'sudo') return name;
  const base = (text: string) => text.slice(text.lastIndexOf('/') + 1);
  for (const command of dockerfile.commands) {
    if (command.origin !== 'RUN' || command.deferred || dockerfile.stages[command.stage]?.role !== 'ships') continue;
    const found = command.args
      .map(({ text }) => base(text).replace(/[=<>~].*$/, ''))
      .find((text) => soleDroppers.has(text));
    if (found) return found;
  }
  for (const { keyword, stage, args } of dockerfile.instructions) {
    if ((keyword !== 'COPY' && keyword !== 'ADD') || dockerfile.stages[stage]?.role !== 'ships') continue;
    const found = args.map(({ value }) => base(value)).find((text) => soleDroppers.has(text));
    if (found) return found;
  }
  return undefined;
}
