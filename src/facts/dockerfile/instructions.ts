/** Instructions with their words, each with its place in the file. */
import type { Dockerfile, Expanded, Flag, Instruction, Pair, Span, Word } from '../../dockerfile/model.ts';
import type { FlagFact, InstructionFact, MountFact, PairFact, PlaceFact, WordFact } from '../../types/dockerfile.ts';
import type { Evidence, Range } from '../../types.ts';

export function instructionFact(instruction: Instruction, model: Dockerfile): InstructionFact {
  const { line, keyword, values } = instruction;
  const place = placer(instruction, model);
  // Values go with the arguments, or with the pairs' values in their order.
  const args = instruction.args.map((word, at) => wordFact(word, values[at], place));
  let value = 0;
  const fact: InstructionFact = {
    index: instruction.index,
    keyword,
    name: wordFact(instruction.name, undefined, place),
    stage: instruction.stage,
    ...wholePlace(instruction, model),
    text: line.text.slice(instruction.name.start),
    flags: instruction.flags.map((flag) => flagFact(flag, place)),
    args,
    json: instruction.json,
    pairs: instruction.pairs.map((pair) => pairFact(pair, pair.value ? values[value++] : undefined, place)),
    mounts: instruction.mounts.map((mount): MountFact => {
      const { type, from, source, target, id, options, flag } = mount;
      return {
        type,
        ...(from !== undefined && { from }),
        ...(source !== undefined && { source }),
        ...(target !== undefined && { target }),
        ...(id !== undefined && { id }),
        options: [...options],
        ...place(flag),
      };
    }),
    heredocs: instruction.heredocs.map(({ name, content, expand, chomp, terminated, start, end, range }) => ({
      name,
      content,
      expand,
      chomp,
      terminated,
      start,
      end,
      range,
    })),
    invalid: instruction.invalid,
    comments: instruction.comments.map(({ text, range }) => ({ text, range })),
    emptyLines: line.emptyLines,
    evidence: instructionEvidence(model.file, instruction.stage, instruction.range),
  };
  if (instruction.trigger) fact.trigger = instructionFact(instruction.trigger, model);
  return fact;
}

/** A place in the Dockerfile, as findings name it. */
export function instructionEvidence(file: string, stage: number, range: Range): Evidence {
  return { at: 'instruction', file, stage, range };
}

/** Places of words of one instruction: its joined text mapped back to the file. */
export function placer(instruction: Instruction, model: Dockerfile): (span: Span) => PlaceFact {
  const { map } = instruction.line;
  return ({ start, end }) => {
    const from = map.origin(start);
    const to = end > start ? map.origin(end, 'end') : from;
    return { start: from, end: to, range: model.source.range(from, to) };
  };
}

export function wordFact(word: Word, expanded: Expanded | undefined, place: (span: Span) => PlaceFact): WordFact {
  return {
    text: word.text,
    value: expanded ? expanded.text : word.text,
    open: expanded?.open ?? [],
    undeclared: expanded?.undeclared ?? [],
    ...place(word),
  };
}

function flagFact(flag: Flag, place: (span: Span) => PlaceFact): FlagFact {
  return { name: flag.name, ...(flag.value !== undefined && { value: flag.value }), ...place(flag) };
}

function pairFact(pair: Pair, expanded: Expanded | undefined, place: (span: Span) => PlaceFact): PairFact {
  return {
    name: wordFact(pair.name, undefined, place),
    ...(pair.value && { value: wordFact(pair.value, expanded, place) }),
    legacy: pair.legacy,
  };
}

/** From the keyword to the end of the last line, here-documents included. */
function wholePlace(instruction: Instruction, model: Dockerfile): PlaceFact {
  const { source } = model;
  const { range, line, name } = instruction;
  const start = line.map.origin(name.start);
  const end = source.lineStart(range.end.line) + range.end.column - 1 + (range.end.line === 1 ? source.bom : 0);
  return { start, end: Math.max(start, end), range };
}
