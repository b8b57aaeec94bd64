/** A Dockerfile's text to its model. */
import { BudgetError } from './budget.ts';
import { heredocStarts, readHeredocs } from './heredoc.ts';
import { readInstruction } from './instruction.ts';
import { LexError } from './lex.ts';
import { LineReader, type LogicalLine } from './lines.ts';
import type { Dockerfile, DockerfileOptions, Instruction, Variable } from './model.ts';
import { Reading } from './reading.ts';
import { platformArgs } from './scope.ts';
import { SourceText } from './source.ts';
import { readStages } from './stages.ts';
import { validate } from './validate.ts';

/**
 * Reads a Dockerfile as BuildKit does (Dockerfile reference). Never throws for what the text says: whatever a builder
 * refuses is in `errors` with its line and column, and the rest of the file is read all the same.
 */
export function parseDockerfile(text: string, file: string, options: DockerfileOptions = {}): Dockerfile {
  const limit = options.limits?.characters ?? 2 ** 20;
  const source = new SourceText(text.length > limit ? text.slice(0, limit) : text);
  const reading = new Reading(source, options.limits, platformArgs(options));
  const reader = new LineReader(source);
  if (text.length > limit)
    reading.report('limit', `The file is longer than ${limit} characters; only its beginning is read.`);
  readInstructions(reader, reading, options);
  reading.escape = reader.escape;
  checkWhole(reading);
  const { stages, target } = readStages(reading, options);
  const errors = [...reader.errors, ...reading.errors].sort((a, b) => a.line - b.line || a.column - b.column);
  for (const error of errors) {
    const faulty = error.instruction === undefined ? undefined : reading.instructions[error.instruction];
    if (faulty) faulty.invalid = true;
    else delete error.instruction;
  }
  const dockerfile: Dockerfile = {
    file,
    source,
    escape: reader.escape,
    directives: reader.directives,
    comments: reader.comments,
    instructions: reading.instructions,
    globalArgs: reading.globalArgs,
    stages,
    errors,
    work: reading.budget.total - Math.max(0, reading.budget.left),
  };
  if (target !== undefined) dockerfile.target = target;
  return dockerfile;
}

function readInstructions(reader: LineReader, reading: Reading, options: DockerfileOptions): void {
  const { source, instructions, limits } = reading;
  let stage = -1;
  for (let line = reader.next(); line; line = reader.next()) {
    const index = instructions.length;
    if (index >= limits.instructions) {
      reading.report(
        'limit',
        `The file holds more than ${limits.instructions} instructions; the rest is not read.`,
        instructions[index - 1],
      );
      return;
    }
    reading.escape = reader.escape;
    const faults: Parameters<Parameters<typeof readInstruction>[5]>[] = [];
    const instruction = readInstruction(line, 0, reader.escape, source, { index, stage }, (...fault) =>
      faults.push(fault),
    );
    if (instruction.keyword === 'FROM') {
      if (stage + 1 >= limits.stages) {
        reading.report('limit', `The file holds more than ${limits.stages} stages; the rest is not read.`, instruction);
        return;
      }
      instruction.stage = ++stage;
    }
    instructions.push(instruction);
    for (const [code, message, at] of faults) reading.report(code, message, instruction, at);
    validate(instruction, (code, message, at) => {
      instruction.invalid = true;
      reading.report(code, message, instruction, at);
    });
    takeHeredocs(instruction, line, reader, reading);
    if (stage < 0) beforeFrom(instruction, reading, options);
  }
}

/** Bodies belong to ADD, COPY and RUN in their non-JSON form, also where ONBUILD defers them. */
function takeHeredocs(outer: Instruction, line: LogicalLine, reader: LineReader, reading: Reading): void {
  const instruction = outer.trigger ?? outer;
  if (instruction.json || !['ADD', 'COPY', 'RUN'].includes(instruction.keyword) || !line.text.includes('<<')) return;
  try {
    const heredocs = readHeredocs(heredocStarts(line.text, reading.budget), reader, reading.source, reading.budget);
    if (heredocs.length === 0) return;
    instruction.heredocs = heredocs;
    outer.heredocs = heredocs;
    const last = Math.max(line.last, reader.line - 1);
    outer.range = { start: outer.range.start, end: reading.source.position(reading.source.lineEnd(last)) };
    instruction.range = outer.range;
    const missing = heredocs.find((heredoc) => !heredoc.terminated);
    if (!missing) return;
    outer.invalid = true;
    reading.report(
      'heredoc',
      `The here-document has no line "${missing.name}" that ends it.`,
      outer,
      line.text.indexOf('<<'),
    );
  } catch (error) {
    if (error instanceof LexError) {
      outer.invalid = true;
      reading.report(
        'heredoc',
        'The delimiter of the here-document has a quote that does not close.',
        outer,
        line.text.indexOf('<<'),
      );
    } else if (error instanceof BudgetError) reading.overspent(outer);
    else throw error;
  }
}

/** Only ARG may stand before the first FROM; its values are for FROM lines, and for ARG NAME inside of stages. */
function beforeFrom(instruction: Instruction, reading: Reading, options: DockerfileOptions): void {
  if (instruction.keyword === 'FROM' || instruction.invalid) return;
  if (instruction.keyword !== 'ARG') {
    instruction.invalid = true;
    reading.report('no-stage', `${instruction.keyword} stands before the first FROM, where only ARG may.`, instruction);
    return;
  }
  const { globalArgs } = reading;
  for (const pair of instruction.pairs) {
    if (globalArgs.size > reading.limits.variables) {
      reading.overspent(instruction);
      return;
    }
    const name = pair.name.text;
    const given = options.buildArgs?.get(name);
    const variable: Variable = { kind: 'arg', open: [name], instruction: instruction.index };
    if (given !== undefined) {
      variable.value = given;
      variable.open = [];
    } else if (pair.value) {
      const value = reading.expand(
        instruction,
        { text: pair.value.text, at: pair.value.start },
        (key) => globalArgs.get(key),
        true,
      );
      if (value) {
        instruction.values.push(value);
        variable.value = value.text;
        variable.open = [...new Set([name, ...value.open])];
      }
    } else {
      // ARG TARGETARCH before FROM leaves the predefined value in force.
      const before = globalArgs.get(name);
      if (before?.value !== undefined) Object.assign(variable, { value: before.value, open: before.open });
    }
    globalArgs.set(name, variable);
  }
}

function checkWhole(reading: Reading): void {
  const { instructions } = reading;
  if (instructions.length === 0)
    reading.report('empty-file', 'The file holds no instruction; a Dockerfile begins with FROM.');
  else if (!instructions.some((item) => item.keyword === 'FROM')) {
    reading.report('no-stage', 'The file holds no FROM; a Dockerfile needs at least one stage.', instructions[0]);
  }
}
