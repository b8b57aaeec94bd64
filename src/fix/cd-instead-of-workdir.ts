import { posix } from 'node:path';
import type { DockerfileFacts, InstructionFact } from '../types/dockerfile.ts';
import type { Change, FixContext, Fixer } from './change.ts';
import { insertion, lineEndAt, lineStartAt, replacement, topOf } from './edits.ts';
import { instructionsAt } from './places.ts';
import { siblings } from './script.ts';
import { chainOf, workdirAt } from './state.ts';

/** WORKDIR for the `cd` that a RUN begins with, where nothing behind it notices that the folder has changed. */
export const cdToWorkdir: Fixer = (finding, context) => {
  const found = instructionsAt(finding, context.dockerfile, 'RUN');
  const [instruction] = found;
  const change = found.length === 1 && instruction ? moved(context, instruction) : undefined;
  return change ? [change] : [];
};

function moved(context: FixContext, instruction: InstructionFact): Change | undefined {
  const { dockerfile } = context;
  const { text, commands, scripts, instructions } = dockerfile;
  if (instruction.json || instruction.heredocs.length > 0 || instructions[instruction.index] !== instruction)
    return undefined;
  const first = commands.find(({ instruction: index }) => index === instruction.index);
  if (first?.name !== 'cd' || first.join !== 'first' || scripts[first.script]?.dialect !== 'posix') return undefined;
  const [folder] = first.args;
  if (first.args.length !== 1 || !folder || folder.dynamic || folder.glob || !/^[\w./@+-]+$/.test(folder.text))
    return undefined;
  const list = siblings(dockerfile, first);
  const next = list[1];
  if (next?.join !== '&&' || first.redirects.length > 0 || first.context.subshell || next.context.subshell)
    return undefined;
  if (
    commands.some(
      ({ script, args, name }) =>
        script === first.script && (name === 'cd' || name === 'popd') && args[0]?.text === '-',
    )
  )
    return undefined;
  if (/\bOLDPWD\b/.test(instruction.text)) return undefined;
  const old = workdirAt(context, instruction);
  const target = folder.text.startsWith('/') ? posix.normalize(folder.text) : old && posix.join(old, folder.text);
  if (!target || target.startsWith('/..')) return undefined;
  const wanted = target === '/' ? target : target.replace(/\/+$/, '');
  const gone = text.slice(first.start, next.start);
  if (!/^cd[ \t]+["']?[\w./@+-]+["']?[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?&&[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?$/.test(gone))
    return undefined;
  const edits = [replacement({ start: first.start, end: next.start }, '')];
  if (wanted === old) return { description: `Drop the cd: WORKDIR is ${wanted} already`, unsafe: false, edits };
  const eol = lineEndAt(text, instruction.start);
  const indent = text.slice(lineStartAt(text, instruction.start), instruction.start).replace('\ufeff', '');
  const keyword = instruction.name.text === 'run' ? 'workdir' : 'WORKDIR';
  if (!settledAfter(dockerfile, instruction)) return undefined;
  edits.push(insertion(topOf(text, instruction), `${indent}${keyword} ${wanted}${eol}`));
  return { description: `Set WORKDIR ${wanted} in place of cd`, unsafe: false, edits, alters: ['workdir'] };
}

/** Instructions that are looked at behind a RUN. */
const farthest = 100;

/** Nothing looks at the folder before the next absolute WORKDIR, or before the end of a stage that nobody starts from. */
function settledAfter(dockerfile: DockerfileFacts, { index, stage }: InstructionFact): boolean {
  for (let at = index + 1; dockerfile.instructions[at]?.stage === stage; at++) {
    if (at > index + farthest) return false;
    const { keyword, args, invalid } = dockerfile.instructions[at]!;
    if (invalid) return false;
    if (keyword === 'WORKDIR') return args[0]?.value.startsWith('/') === true;
    if (keyword === 'RUN' && leavesFirst(dockerfile, at)) continue;
    if (keyword === 'COPY' || keyword === 'ADD') {
      if (!args.at(-1)?.value.startsWith('/')) return false;
    } else if (!/^(?:ENV|LABEL|ARG|EXPOSE|USER|VOLUME|STOPSIGNAL|MAINTAINER|SHELL)$/.test(keyword)) return false;
  }
  const own = dockerfile.stages[stage];
  return (
    own?.role === 'feeds' &&
    !dockerfile.stages.some((other) => other.index !== stage && chainOf(dockerfile, other.index).includes(own))
  );
}

/** A RUN that goes to a folder of its own before it does anything. */
function leavesFirst({ commands, scripts }: DockerfileFacts, index: number): boolean {
  const at = commands.findIndex(({ instruction }) => instruction === index);
  const first = commands[at];
  const second = commands[at + 1]?.instruction === index ? commands[at + 1] : undefined;
  const plain = first?.name === 'cd' && first.join === 'first' && scripts[first.script]?.dialect === 'posix';
  return plain && first.args.length === 1 && first.args[0]!.text.startsWith('/') && second?.join === '&&';
}
