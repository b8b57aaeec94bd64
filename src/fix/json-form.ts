import type { DockerfileFacts, InstructionFact, StageFact } from '../types/dockerfile.ts';
import type { Change, Fixer } from './change.ts';
import { replacement } from './edits.ts';
import { instructionsAt } from './places.ts';

/** Words that only a shell knows. */
const builtins =
  /^(?:\.|:|alias|bg|builtin|cd|command|declare|eval|exec|exit|export|fg|jobs|local|logout|popd|pushd|read|readonly|return|set|shift|shopt|source|times|trap|type|typeset|ulimit|umask|unalias|unset|wait|if|for|while|case|function|\{|\(|\[\[)$/;

/** CMD and ENTRYPOINT as JSON, where the shell would do nothing but start one program with plain words. */
export const jsonForm: Fixer = (finding, { dockerfile }) => {
  const changes: Change[] = [];
  for (const instruction of instructionsAt(finding, dockerfile, 'CMD', 'ENTRYPOINT')) {
    const change = jsonOf(dockerfile, instruction);
    if (!change) return [];
    changes.push(change);
  }
  const [first] = changes;
  return first
    ? [{ ...first, unsafe: changes.some(({ unsafe }) => unsafe), edits: changes.flatMap(({ edits }) => edits) }]
    : [];
};

function jsonOf(dockerfile: DockerfileFacts, instruction: InstructionFact): Change | undefined {
  const { index, json, args, keyword, stage: at } = instruction;
  const [word] = args;
  const stage = dockerfile.stages[at];
  if (json || !word || args.length !== 1 || !stage || stage.os === 'windows') return undefined;
  // Plain words alone: nothing that a shell reads as more than itself. Comments between them would be lost.
  if (!/^[\w./:=,@%+-]+(?:[ \t]+[\w./:=,@%+-]+)*$/.test(word.text)) return undefined;
  if (/[\r\n]/.test(dockerfile.text.slice(word.start, word.end).replace(/[\\`][ \t]*\r?\n(?![ \t]*(?:#|\r?\n))/g, '')))
    return undefined;
  let words = word.text.split(/[ \t]+/);
  if (words[0] === 'exec') words = words.slice(1);
  const [program] = words;
  if (program === undefined || builtins.test(program) || /^\w+=/.test(program)) return undefined;
  const script = dockerfile.scripts.find((one) => one.instruction === index && one.origin === keyword);
  if (!script || !isPlainShell(script.interpreter)) return undefined;
  const change: Change = {
    description: 'Start the program itself, so that it gets the signals',
    unsafe: changesArguments(dockerfile, instruction, stage),
    edits: [replacement(word, `[${words.map((text) => JSON.stringify(text)).join(', ')}]`)],
    alters: ['command'],
  };
  return change;
}

/** `sh -c`, also with options that do not change what one program is started with. */
function isPlainShell([program = '', ...options]: readonly string[]): boolean {
  return (
    /(?:^|\/)(?:ba|da|a)?sh$/.test(program) &&
    options.every((text) => /^-(?:[ceuxo]+|c)$/.test(text) || text === 'pipefail')
  );
}

/** An entrypoint in JSON gets CMD as its arguments, and CMD in JSON hands other words to an entrypoint than a shell's. */
function changesArguments({ stages }: DockerfileFacts, { keyword, index }: InstructionFact, stage: StageFact): boolean {
  const heirs = stages.filter(
    ({ index: own, cmd, entrypoint }) =>
      own === stage.index || cmd?.instruction === index || entrypoint?.instruction === index,
  );
  if (keyword === 'ENTRYPOINT') return heirs.some(({ cmd }) => cmd !== undefined);
  return heirs.some(({ entrypoint }) => entrypoint !== undefined);
}
