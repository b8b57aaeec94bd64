import type { CommandFact, DockerfileFacts, InstructionFact, ScriptFact } from '../types/dockerfile.ts';
import type { Change, FixContext, Fixer } from './change.ts';
import { insertion, lineEndAt, skipBlanks, topOf } from './edits.ts';
import { commandsAt } from './places.ts';
import { instructionOf } from './script.ts';
import { before, familyOf } from './state.ts';

/** Programs that succeed when they did their work, and read their input to its end: none of them breaks off a pipe. */
const steady = new Set(
  (
    'curl wget echo printf cat tee tar gzip gunzip zcat bzip2 bunzip2 xz unxz zstd base64 base32 xxd sed awk gawk tr cut sort uniq wc jq yq xargs ' +
    'gpg gpgv gpg2 apt-key openssl sha1sum sha224sum sha256sum sha384sum sha512sum md5sum b2sum sh bash ash dash zsh python python2 python3 perl ruby node php ' +
    'chpasswd passwd debconf-set-selections dd cpio dpkg patch psql mysql rpm2cpio envsubst tac rev paste column sudo env iconv'
  ).split(' '),
);

/** A pipe fails where any of its commands fails: `set -o pipefail` where the shell has it, else SHELL with bash. */
export const pipefail: Fixer = (finding, context) => {
  const { dockerfile } = context;
  const runs = new Map<number, CommandFact[]>();
  for (const command of commandsAt(finding, dockerfile))
    if (command.pipeline && command.origin === 'RUN')
      runs.set(command.script, [...(runs.get(command.script) ?? []), command]);
  const changes: Change[] = [];
  for (const script of runs.keys()) {
    const change = forScript(context, script);
    if (!change) return [];
    changes.push(change);
  }
  const [first] = changes;
  if (!first) return [];
  return [{ ...first, unsafe: changes.some(({ unsafe }) => unsafe), edits: changes.flatMap(({ edits }) => edits) }];
};

function forScript(context: FixContext, index: number): Change | undefined {
  const { dockerfile } = context;
  const script = dockerfile.scripts[index]!;
  const members = dockerfile.commands.filter((command) => command.script === index && command.pipeline);
  const [first] = dockerfile.commands.filter((command) => command.script === index);
  if (script.dialect !== 'posix' || !first) return undefined;
  const unsafe = members.some((command) => !isSteady(command));
  const instruction = instructionOf(dockerfile, first);
  const shell = shellOf(script.interpreter);
  if (shell === 'bash' || shell === 'zsh' || hasPipefail(context, instruction, shell))
    return setIn(dockerfile, instruction, unsafe);
  // Debian's sh has no pipefail, but bash is always there; it reads a few things (echo, test) in another way.
  if (shell !== 'sh' || instruction.heredocs.length > 0 || dockerfile.instructions[instruction.index] !== instruction)
    return undefined;
  if (familyOf(context, instruction.stage) !== 'debian') return undefined;
  // One SHELL serves all RUNs behind it.
  const top = dockerfile.instructions[firstPiped(dockerfile, script)]!;
  const { text } = dockerfile;
  return {
    description: 'Run this and what follows with bash and pipefail',
    unsafe: true,
    edits: [insertion(topOf(text, top), `SHELL ["/bin/bash", "-o", "pipefail", "-c"]${lineEndAt(text, top.start)}`)],
    alters: ['shell', 'command'],
  };
}

/** The first RUN with a pipe that the same SHELL reads. */
function firstPiped({ commands, scripts, instructions }: DockerfileFacts, { instruction, stage }: ScriptFact): number {
  const since = instructions.findLastIndex(
    ({ index, keyword, stage: own }) => index < instruction && own === stage && keyword === 'SHELL',
  );
  const found = commands.find(
    (command) =>
      command.stage === stage &&
      command.instruction > since &&
      command.origin === 'RUN' &&
      !command.deferred &&
      command.pipeline &&
      command.parent === undefined &&
      scripts[command.script]?.dialect === 'posix' &&
      instructions[command.instruction]!.heredocs.length === 0,
  );
  return Math.min(found?.instruction ?? instruction, instruction);
}

function setIn(dockerfile: DockerfileFacts, instruction: InstructionFact, unsafe: boolean): Change | undefined {
  const description = 'Fail where any command of a pipe fails (set -o pipefail)';
  const { text } = dockerfile;
  const [body] = instruction.heredocs;
  if (body) {
    if (
      instruction.heredocs.length > 1 ||
      !/^<</.test(instruction.args[0]?.text ?? '') ||
      /^[ \t]*#!/.test(body.content)
    )
      return undefined;
    const indent = text.slice(body.start, skipBlanks(text, body.start));
    return {
      description,
      unsafe,
      edits: [insertion(body.start, `${indent}set -o pipefail${lineEndAt(text, body.start)}`)],
    };
  }
  const [word] = instruction.args;
  if (!word) return undefined;
  // `set -e; …` and `set -eux && …` take the option in.
  const found = /^set -([a-z]*[a-np-z][a-z]*)(?=[ \t]*(?:;|&&|[\\`][ \t]*\r?\n))/.exec(
    text.slice(word.start, word.end),
  );
  if (found && !found[1]!.includes('o'))
    return { description, unsafe, edits: [insertion(word.start + found[0].length, ' -o pipefail')] };
  return { description, unsafe, edits: [insertion(word.start, 'set -o pipefail && ')] };
}

function isSteady({ name, args, context }: CommandFact): boolean {
  if (context.negated || context.condition) return false;
  if (!steady.has(name)) return false;
  const options = args.map(({ text }) => text);
  // These stop early, or say by their code what they found.
  if (/^(?:sed|awk|gawk)$/.test(name)) return !options.some((text) => /(?:^|[;{\s\d$])(?:q|exit)\b/i.test(text));
  return true;
}

function shellOf(interpreter: readonly string[]): string {
  const program = interpreter
    .map((word) => word.replace(/^.*\//, ''))
    .find((word) => /^(?:ba|z|da|a|k)?sh$/.test(word));
  return program ?? '';
}

/** sh is busybox's on Alpine and bash on Red Hat's and SUSE's: both know the option. */
function hasPipefail(context: FixContext, instruction: InstructionFact, shell: string): boolean {
  const family = familyOf(context, instruction.stage);
  if (shell === 'ash') return true;
  if (shell !== 'sh') return false;
  const shells = before(context.dockerfile, instruction).filter(({ keyword }) => keyword === 'SHELL');
  return shells.length === 0 && (family === 'alpine' || family === 'redhat' || family === 'suse' || family === 'arch');
}
