/** What the builder demands of each instruction's arguments (BuildKit frontend/dockerfile/instructions). */
import { heredocStart } from './heredoc.ts';
import type { Report } from './instruction.ts';
import { LexError } from './lex.ts';
import type { Instruction } from './model.ts';
import { clip } from './words.ts';

/** Reports what is refused in one instruction, apart from syntax, flags and mounts that reading has checked. */
export function validate(instruction: Instruction, report: Report): void {
  const { keyword, args, rest, name } = instruction;
  const at = args[0]?.start ?? name.start;
  if (keyword === 'FROM') validateFrom(instruction, report);
  else if (keyword === 'ADD' || keyword === 'COPY') validateCopy(instruction, report);
  else if (keyword === 'SHELL') {
    if (!instruction.json)
      report(
        'arguments',
        'SHELL takes a JSON array, such as SHELL ["/bin/bash", "-c"].',
        rest.text ? rest.start : name.start,
      );
    else if (args.length === 0) report('arguments', 'SHELL needs at least one word.', rest.start);
  } else if (keyword === 'HEALTHCHECK') validateHealth(instruction, report);
  else if (keyword === 'ENV' || keyword === 'LABEL' || keyword === 'ARG') {
    if (instruction.pairs.length === 0 && !instruction.invalid)
      report('arguments', `${keyword} needs at least one name.`, name.start);
  } else if (keyword === 'EXPOSE' || keyword === 'VOLUME' || keyword === 'ONBUILD') {
    if (args.length === 0 && !instruction.invalid)
      report('arguments', `${keyword} needs at least one argument.`, name.start);
    const blank = args.find((arg) => keyword === 'VOLUME' && arg.text.trim() === '');
    if (blank) report('arguments', 'VOLUME takes no empty path.', blank.start);
  } else if (keyword === 'USER' || keyword === 'WORKDIR' || keyword === 'STOPSIGNAL' || keyword === 'MAINTAINER') {
    if (args.length === 0) report('arguments', `${keyword} needs one argument.`, at);
  }
  if (instruction.trigger) {
    const before = instruction.trigger.invalid;
    validate(instruction.trigger, (code, message, offset) => {
      instruction.trigger!.invalid = true;
      if (!before) report(code, message, offset);
    });
  }
}

/** Nanoseconds are not needed: only whether Go's time.ParseDuration takes it. Undefined = it does not. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^[+-]?((?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.exec(text);
  if (!match || text.length > 64) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g))
    seconds += Number(amount) * units[unit!]!;
  return text.startsWith('-') ? -seconds : seconds;
}

const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

function validateFrom(instruction: Instruction, report: Report): void {
  const { args, name } = instruction;
  if (args.length !== 1 && !(args.length === 3 && args[1]!.text.toLowerCase() === 'as')) {
    report(
      'arguments',
      'FROM takes an image, or an image and AS and a stage name.',
      (args[1] ?? args[0] ?? name).start,
    );
    return;
  }
  const stage = args[2];
  if (stage && !/^[a-z][a-z0-9-_.]*$/.test(stage.text.toLowerCase())) {
    report(
      'stage-name',
      `"${clip(stage.text)}" is no stage name: it must begin with a letter and hold letters, digits, "-", "_" and "." only.`,
      stage.start,
    );
  }
}

function validateCopy(instruction: Instruction, report: Report): void {
  const { args, keyword, name, invalid } = instruction;
  if (args.length < 2) {
    if (!invalid) report('arguments', `${keyword} needs a source and a destination.`, (args[0] ?? name).start);
    return;
  }
  const destination = args[args.length - 1]!;
  try {
    if (!instruction.json && heredocStart(destination.text)) {
      report('heredoc', `${keyword} takes no here-document as its destination.`, destination.start);
    }
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
  }
}

function validateHealth(instruction: Instruction, report: Report): void {
  const { args, name, flags } = instruction;
  const type = args[0];
  if (!type) {
    report('arguments', 'HEALTHCHECK needs NONE, or CMD and a command.', name.start);
    return;
  }
  const kind = type.text.toUpperCase();
  if (kind === 'NONE') {
    if (args.length > 1) report('arguments', 'HEALTHCHECK NONE takes nothing more.', args[1]!.start);
    return;
  }
  if (kind !== 'CMD') report('arguments', `HEALTHCHECK takes NONE or CMD, not "${clip(type.text)}".`, type.start);
  else if (args.length === 1 && !instruction.invalid)
    report('arguments', 'HEALTHCHECK CMD needs a command.', type.start);
  for (const flag of flags) {
    const value = flag.value ?? '';
    if (value === '') continue;
    if (flag.name === 'retries') {
      if (!/^[+-]?\d{1,10}$/.test(value) || Number(value) < 0 || Number(value) > 2 ** 31 - 1) {
        report('duration', `--retries takes a whole number, not "${clip(value)}".`, flag.start);
      }
      continue;
    }
    const seconds = parseDuration(value);
    if (seconds === undefined) {
      report('duration', `--${flag.name} takes a duration such as 30s or 1m30s, not "${clip(value)}".`, flag.start);
    } else if (seconds !== 0 && seconds < 0.001) report('duration', `--${flag.name} must be at least 1ms.`, flag.start);
  }
}
