/** Changes to the commands of a shell script: put one behind another, take one out. */
import type { CommandFact, DockerfileFacts, InstructionFact } from '../types/dockerfile.ts';
import type { Edit } from './change.ts';
import {
  continuationAt,
  indentAt,
  insertion,
  lineEndAt,
  lineStartAt,
  removeLines,
  replacement,
  skipBlanks,
} from './edits.ts';

/** The instruction that a command stands in; what ONBUILD defers in place of its ONBUILD. */
export function instructionOf(dockerfile: DockerfileFacts, { instruction, deferred }: CommandFact): InstructionFact {
  const outer = dockerfile.instructions[instruction]!;
  return (deferred ? outer.trigger : undefined) ?? outer;
}

/** Runs when the script gets to it, and once: no condition, loop, function or substitution is around it. */
export function isPlain({ context, pipeline }: CommandFact): boolean {
  const { substitution, condition, loop, background, negated } = context;
  return !(substitution || condition || loop || background || negated || context.function !== undefined) && !pipeline;
}

/** Commands of the same script, outermost only: what wrappers run and what is substituted left out. */
export function siblings({ commands }: DockerfileFacts, command: CommandFact): CommandFact[] {
  return commands.filter(
    ({ script, parent, context }) => script === command.script && parent === undefined && !context.substitution,
  );
}

/** The command that runs it: `sudo apt-get` for `apt-get`. Scripts in quotes are not left. */
export function outermost({ commands }: DockerfileFacts, command: CommandFact): CommandFact {
  let at = command;
  while (at.parent !== undefined && !inQuotes(at)) at = commands[at.parent]!;
  return at;
}

/** It stands in the argument of `sh -c`, `eval` or `su -c`. */
export function inQuotes({ via }: CommandFact): boolean {
  return via.some((name) => name.endsWith(' -c') || name === 'eval' || name === 'su' || name === 'runuser');
}

/**
 * `&& text` behind a command, on a line of its own where the script has one line for each command.
 * Undefined where something else than the next command follows.
 */
export function appendCommand(dockerfile: DockerfileFacts, command: CommandFact, added: string): Edit | undefined {
  const { text, escape: mark, commands } = dockerfile;
  const outer = outermost(dockerfile, command);
  let { end } = outer;
  const { pipeline } = outer;
  if (pipeline)
    for (const other of commands)
      if (other.script === outer.script && other.pipeline?.id === pipeline.id) end = Math.max(end, other.end);
  if (outer.redirects.some(({ body }) => body)) return undefined;
  const instruction = instructionOf(dockerfile, outer);
  if (!endsCleanly(dockerfile, end, instruction)) return undefined;
  const line = dockerfile.text.slice(instruction.start, instruction.end);
  if (instruction.heredocs.length > 0 || inQuotes(command) || !line.includes('\n'))
    return insertion(end, ` && ${added}`);
  const eol = lineEndAt(text, instruction.start);
  const leading = /\n([ \t]*)&&/.exec(line)?.[1];
  const trailing = leading === undefined ? /&&[ \t]*[\\`][ \t]*\r?\n([ \t]*)/.exec(line)?.[1] : undefined;
  if (trailing !== undefined) return insertion(end, ` && ${mark}${eol}${trailing}${added}`);
  const own = lineStartAt(text, end) > instruction.start ? indentAt(text, end) : '    ';
  return insertion(end, ` ${mark}${eol}${leading ?? (own || '    ')}&& ${added}`);
}

/** What follows is the next command's operator, the end of a group, of a line or of the instruction. */
function endsCleanly(dockerfile: DockerfileFacts, end: number, instruction: InstructionFact): boolean {
  const { text } = dockerfile;
  let at = end;
  for (;;) {
    at = skipBlanks(text, at);
    const next = continuationAt(dockerfile, at);
    if (next === undefined) break;
    at = next;
    // Comment lines and empty lines inside of the continuation.
    for (;;) {
      const from = skipBlanks(text, at);
      if (text[from] !== '#' && text[from] !== '\n' && text[from] !== '\r') break;
      const newline = text.indexOf('\n', from);
      if (newline < 0) return true;
      at = newline + 1;
    }
  }
  const rest = text.slice(at, at + 2);
  return at >= instruction.end || /^(?:\r?\n|;|\)|\}|&&|\|\||$)/.test(rest);
}

/**
 * Takes a command out of a list, with the operator that joins it to the next one. Undefined where the list does not allow it,
 * where a comment would go too, or where nothing would be left but the instruction has comments.
 */
export function removeCommand(dockerfile: DockerfileFacts, command: CommandFact): Edit | undefined {
  const { text } = dockerfile;
  const own = outermost(dockerfile, command);
  const instruction = instructionOf(dockerfile, own);
  if (!isPlain(own) || inQuotes(command) || own.context.branch || own.context.subshell) return undefined;
  if (own.assignments.length > 0 || own.redirects.some(({ body }) => body)) return undefined;
  const list = siblings(dockerfile, own);
  const at = list.findIndex(({ index }) => index === own.index);
  const [previous, next] = [list[at - 1], list[at + 1]];
  let edit: Edit | undefined;
  if (next && (next.join === '&&' || next.join === ';') && isPlain(next) && sameLevel(own, next))
    edit = replacement({ start: own.start, end: next.start }, '');
  else if (
    !next &&
    previous &&
    (own.join === '&&' || own.join === ';') &&
    isPlain(previous) &&
    sameLevel(previous, own)
  )
    edit = replacement({ start: previous.end, end: own.end }, '');
  else if (!next && !previous) return removeInstruction(dockerfile, instruction);
  if (!edit) return undefined;
  const gone = text.slice(edit.start, edit.end).replace(text.slice(own.start, own.end), '');
  // Only operators, blanks and continuations go with it.
  return /^[\s;&\\`]*$/.test(gone) ? edit : undefined;
}

function sameLevel({ context: a }: CommandFact, { context: b }: CommandFact): boolean {
  return a.branch === b.branch && a.subshell === b.subshell && a.function === b.function && a.loop === b.loop;
}

/** Takes an instruction out with its lines. Undefined where comments belong to it, so that none is left alone. */
export function removeInstruction(
  { text, instructions }: DockerfileFacts,
  { index }: InstructionFact,
): Edit | undefined {
  const outer = instructions[index]!;
  return outer.comments.length > 0 ? undefined : removeLines(text, outer);
}
