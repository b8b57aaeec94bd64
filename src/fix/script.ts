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
 * One more command behind another, on a line of its own where the script has one line for each. It runs where that one did its
 * work, and what the script makes of a failure (the next `&&`, `set -e`) stays. Undefined where that cannot be had.
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
  const next = whatFollows(dockerfile, end, instruction);
  if (next === undefined) return undefined;
  const eol = lineEndAt(text, instruction.start);
  if (next === 'newline') return insertion(end, `${eol}${indentAt(text, end)}${added}`);
  if (next !== 'and') {
    // In front of the next command, in its way.
    const newLine = text.slice(end, next.before).includes('\n');
    return insertion(next.before, `${added};${newLine ? ` ${mark}${eol}${indentAt(text, next.before)}` : ' '}`);
  }
  const line = text.slice(instruction.start, instruction.end);
  if (instruction.heredocs.length > 0 || inQuotes(command) || !line.includes('\n'))
    return insertion(end, ` && ${added}`);
  const leading = /\n([ \t]*)&&/.exec(line)?.[1];
  const trailing = leading === undefined ? /(?:&&|;)[ \t]*[\\`][ \t]*\r?\n([ \t]*)/.exec(line)?.[1] : undefined;
  const own = lineStartAt(text, end) > instruction.start ? indentAt(text, end) || '    ' : '    ';
  if (trailing !== undefined) return insertion(end, ` && ${mark}${eol}${trailing}${added}`);
  return insertion(end, ` ${mark}${eol}${leading ?? own}&& ${added}`);
}

/** Words that end a compound command: its status is that of the command in front of them. */
const closing = /^(?:\}|\)|;|(?:fi|done|esac|else|elif)\b)/;

/**
 * How a script goes on behind a command: with `&&` or `||` or not at all (`and`), or with a command that runs in any case.
 * Undefined for a pipe, `&`, a comment, and for the end of a compound command where `set -e` may be on: it would not be heeded in
 * front of a `&&` there.
 */
function whatFollows(
  dockerfile: DockerfileFacts,
  end: number,
  instruction: InstructionFact,
): 'and' | 'newline' | { before: number } | undefined {
  const { text } = dockerfile;
  const body = instruction.heredocs.find((heredoc) => heredoc.start <= end && end <= heredoc.end);
  const last = body?.end ?? instruction.end;
  const at = skipJoins(dockerfile, end, false);
  if (at >= last || /^(?:&&|\|\||\))/.test(text.slice(at, at + 2))) return 'and';
  const separator = text[at] === ';' ? ';' : /[\r\n]/.test(text[at]!) ? 'newline' : undefined;
  if (!separator) return undefined;
  const after = skipJoins(dockerfile, separator === ';' ? at + 1 : at, true);
  if (after >= last) return 'and';
  if (!closing.test(text.slice(after, after + 5))) return separator === 'newline' ? separator : { before: after };
  return /\s-[a-z]*e[a-z]*\s|errexit/.test(` ${text.slice(instruction.start, instruction.end)} `) ? undefined : 'and';
}

/** Behind blanks, continuations with the comments and empty lines in them and, where asked for, line ends and comment lines. */
function skipJoins(dockerfile: DockerfileFacts, from: number, lines: boolean): number {
  const { text } = dockerfile;
  let at = from;
  let fresh = false;
  for (;;) {
    at = skipBlanks(text, at);
    const next = continuationAt(dockerfile, at);
    const code = text[at];
    if (next !== undefined) {
      at = next;
      fresh = true;
    } else if ((fresh || lines) && (code === '\n' || code === '\r')) {
      at++;
      fresh = true;
    } else if (fresh && code === '#') {
      const newline = text.indexOf('\n', at);
      at = newline < 0 ? text.length : newline + 1;
    } else return at;
  }
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
  // `a && X; b` leaves `a; b`, all others what is behind X in its place.
  const forward = own.join !== '&&' || next?.join === '&&';
  if (next && forward && (next.join === '&&' || next.join === ';') && isPlain(next) && sameLevel(own, next))
    edit = replacement({ start: own.start, end: next.start }, '');
  else if (previous && (own.join === '&&' || own.join === ';') && isPlain(previous) && sameLevel(previous, own))
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
