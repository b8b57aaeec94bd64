/** Passwords that a Dockerfile sets or empties: passwd, chpasswd, useradd and usermod -p, lines of /etc/shadow, net user. */
import type { CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { hasOption, operands } from './commands.ts';
import { commandsOf } from './dockerfile.ts';
import { before } from './downloads.ts';

export interface PasswordChange {
  kind: 'set' | 'empty';
  account: string;
  program: string;
  evidence: Evidence;
}

/** In the stages that ship. The values themselves are never kept. */
export function passwordChanges(dockerfile: DockerfileFacts): PasswordChange[] {
  const out: PasswordChange[] = [];
  const commands = commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false });
  const locks = commands.filter(({ name }) => name === 'passwd' || name === 'usermod').slice(0, 500);
  for (const command of commands) {
    const { name, args, evidence } = command;
    const add = (kind: PasswordChange['kind'], account: string | undefined) =>
      out.push({ kind, account: account || 'an account', program: name, evidence });
    if (name === 'passwd') {
      const account = operands(command, new Set(['-n', '-x', '-w', '-i', '-R', '-r'])).at(-1)?.text ?? 'root';
      if (hasOption(command, '-d', '--delete')) {
        if (!lockedLater(locks, command, account)) add('empty', account);
      } else if (
        hasOption(command, '--stdin') ||
        (isFed(command) && !hasOption(command, '-l', '--lock', '-e', '--expire', '-u', '-S'))
      )
        add('set', account);
    } else if (name === 'chpasswd') {
      const fed = accountsFed(dockerfile, command);
      for (const { account, empty, locked } of fed) if (!locked) add(empty ? 'empty' : 'set', account);
      if (fed.length === 0) add('set', undefined);
    } else if (name === 'useradd' || name === 'usermod') {
      const at = args.findIndex(({ text }) => /^(?:-p|--password)$/.test(text) || /^--password=/.test(text));
      if (at < 0) continue;
      const given = args[at]!;
      const value = given.text.startsWith('--password=') ? given.text.slice(11) : (args[at + 1]?.text ?? '');
      const account = args.at(-1)?.text;
      if (value === '') add('empty', account);
      else if (!/^[!*x]/.test(value)) add('set', account);
    } else if (name.toLowerCase() === 'net' && args[0]?.text.toLowerCase() === 'user') {
      const value = args[2]?.text;
      if (value !== undefined && !value.startsWith('/')) add('set', args[1]?.text);
    }
  }
  return out;
}

/** A hit for each command that does so. */
export function passwordHits(dockerfile: DockerfileFacts, kind: PasswordChange['kind']): Hit[] {
  return passwordChanges(dockerfile)
    .filter((change) => change.kind === kind)
    .map(({ account, program, evidence }) => ({
      variant: 'written',
      data: { names: account, program, count: 1 },
      evidence: [evidence],
    }));
}

/** Something is piped or redirected into it. */
function isFed({ pipeline, redirects }: CommandFact): boolean {
  return (
    (pipeline !== undefined && pipeline.position > 0) || redirects.some(({ operator }) => operator.startsWith('<'))
  );
}

function lockedLater(commands: readonly CommandFact[], { index, stage }: CommandFact, account: string): boolean {
  return commands.some(
    (other) =>
      other.index > index &&
      other.stage === stage &&
      (hasOption(other, '-l', '-L', '--lock') || other.args.some(({ text }) => /^[!*]$/.test(text))) &&
      other.args.some(({ text }) => text === account),
  );
}

/** `user:password` lines that echo or printf hand to it, or that stand in its here-document. */
function accountsFed(
  dockerfile: DockerfileFacts,
  command: CommandFact,
): { account: string; empty: boolean; locked: boolean }[] {
  const texts: string[] = [];
  for (const { body, operator, target } of command.redirects) {
    if (body) texts.push(body.text);
    else if (operator === '<<<' && target) texts.push(target.text);
  }
  const { pipeline } = command;
  if (pipeline) {
    for (const other of before(dockerfile, command)) {
      if (other.pipeline?.id !== pipeline.id || other.pipeline.position >= pipeline.position) continue;
      if (other.name === 'echo' || other.name === 'printf')
        texts.push(...other.args.map(({ text }) => text.replaceAll('\\n', '\n')));
      for (const { body } of other.redirects) if (body) texts.push(body.text);
    }
  }
  const encrypted = hasOption(command, '-e', '--encrypted');
  const out = [];
  for (const line of texts.flatMap((text) => text.slice(0, 65_536).split('\n'))) {
    const found = /^\s*([^\s:]{1,64}):(.*)$/.exec(line);
    if (found) out.push({ account: found[1]!, empty: found[2] === '', locked: encrypted && /^[!*]/.test(found[2]!) });
  }
  return out;
}
