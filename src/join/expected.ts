/** The steps that a build of a Dockerfile leaves behind, in their order: stage by stage along the FROM chain of the target. */
import { defaultShell } from '../dockerfile/evaluate.ts';
import type { Dockerfile, Expanded, Heredoc, Instruction, Stage, Word } from '../dockerfile/model.ts';
import type { Range } from '../types.ts';
import { fold, wordsOf } from './steps.ts';

/** A text that the history should hold. */
export interface Form {
  text: string;
  /** As written, where the text hangs on variables that the build may have set otherwise. */
  written?: string;
}

export interface Expected {
  keyword: string;
  /** Index of the instruction in the file; that of ONBUILD for what it deferred. */
  instruction: number;
  stage: number;
  range: Range;
  /** Each of the forms that builders give it. */
  forms: Form[];
  /** RUN: the shell that it is handed to, words joined; '' for a JSON form, undefined where the base may have set it. */
  shell?: string;
  /** RUN: see `wordsOf`. */
  words?: Set<string>;
  /** COPY and ADD: where to, for builders that write no more than that. */
  destinations?: Form[];
  /** Names of ENV, LABEL and ARG, ports of EXPOSE. */
  names?: string[];
  /** BuildKit leaves no step of ONBUILD. */
  optional: boolean;
}

/** What of a stage's settings says how its steps are written. */
interface State {
  shell: readonly string[] | undefined;
  /** Undefined: whatever the base image has. */
  workdir: string | undefined;
  os: Stage['os'];
}

/** The stages that the image is made of, lowest first. */
export function stageChain(model: Dockerfile, target: number): Stage[] {
  const chain: Stage[] = [];
  let stage = model.stages[target];
  while (stage) {
    chain.unshift(stage);
    const { stage: below } = stage.base;
    stage = below === undefined || below >= stage.index ? undefined : model.stages[below];
  }
  return chain;
}

export function expectedSteps(model: Dockerfile, target: number): Expected[] {
  const chain = stageChain(model, target);
  const steps: Expected[] = [];
  const root = chain[0];
  if (!root) return steps;
  const state: State = { shell: undefined, workdir: root.base.scratch ? '/' : undefined, os: root.os };
  for (const [i, stage] of chain.entries()) {
    const below = chain[i - 1];
    for (const at of below?.onbuild ?? []) {
      const outer = model.instructions[at]!;
      if (outer.trigger && !outer.trigger.invalid) steps.push(expected(outer.trigger, outer, state));
    }
    for (const at of stage.instructions) {
      const instruction = model.instructions[at]!;
      if (!instruction.invalid) steps.push(expected(instruction, instruction, state));
    }
  }
  return steps;
}

function expected(instruction: Instruction, outer: Instruction, state: State): Expected {
  const { keyword } = instruction;
  const step: Expected = {
    keyword,
    instruction: outer.index,
    stage: outer.stage,
    range: outer.range,
    forms: [],
    optional: keyword === 'ONBUILD',
  };
  const words = instruction.args.map((word, i) => formOf(word, instruction.values[i]));
  if (keyword === 'RUN') return run(step, instruction, state);
  if (keyword === 'COPY' || keyword === 'ADD') return copy(step, words, instruction.heredocs);
  if (keyword === 'ENV' || keyword === 'LABEL' || keyword === 'ARG') return pairs(step, instruction);
  if (keyword === 'CMD' || keyword === 'ENTRYPOINT' || keyword === 'HEALTHCHECK') {
    const command = keyword === 'HEALTHCHECK' ? instruction.args.slice(1) : instruction.args;
    const shell = instruction.json || keyword === 'HEALTHCHECK' ? [] : (state.shell ?? []);
    const none = keyword === 'HEALTHCHECK' && instruction.args[0]?.text.toUpperCase() === 'NONE';
    step.forms = [{ text: none ? 'NONE' : [...shell, ...command.map((word) => word.text)].join(' ') }];
  } else if (keyword === 'WORKDIR') step.forms = workdir(words[0], state);
  else if (keyword === 'SHELL') {
    state.shell = instruction.args.map((word) => word.text);
    step.forms = [{ text: state.shell.join(' ') }];
  } else if (keyword === 'EXPOSE') {
    step.names = words.flatMap(({ text }) => fold(text).split(' '));
    step.forms = [joined(words)];
  } else if (keyword === 'ONBUILD' || keyword === 'MAINTAINER') step.forms = [{ text: instruction.rest.text }];
  else step.forms = [joined(words)];
  return step;
}

function run(step: Expected, instruction: Instruction, state: State): Expected {
  const { json, args, rest, heredocs } = instruction;
  const body = json ? args.map((word) => word.text).join(' ') : withHeredocs(rest.text, heredocs);
  step.forms = [{ text: fold(body) }];
  step.words = wordsOf(body);
  if (json) step.shell = '';
  else if (state.shell || state.os === 'windows') step.shell = (state.shell ?? defaultShell(state.os)).join(' ');
  return step;
}

/** One here-document alone is the script itself, or a file that is run; else the shell gets text and bodies. */
function withHeredocs(text: string, heredocs: readonly Heredoc[]): string {
  const [first] = heredocs;
  if (!first) return text;
  if (heredocs.length === 1 && /^\d*<<-?[^<\s]+$/.test(text.trim()))
    return /^\s*#!/.test(first.content) ? `/dev/pipes/${first.name}` : first.content;
  return [text, ...heredocs.map(({ content, name }) => `${content}${name}`)].join('\n');
}

function copy(step: Expected, words: Form[], heredocs: readonly Heredoc[]): Expected {
  const inline = heredocs.map(({ name }) => `<<${name}`);
  let next = 0;
  const all = words.map((word) => (word.text.startsWith('<<') ? { text: inline[next++] ?? word.text } : word));
  step.forms = [joined(all)];
  const to = words.at(-1);
  step.destinations = to ? [to] : [];
  return step;
}

function pairs(step: Expected, instruction: Instruction): Expected {
  let next = 0;
  step.names = instruction.pairs.map(({ name }) => name.text.replace(/["'\\]/g, ''));
  const forms = instruction.pairs.map(({ value }, i): Form => {
    const name = step.names![i]!;
    if (!value) return { text: name };
    const { text, written } = formOf(value, instruction.values[next++]);
    return { text: `${name}=${text}`, ...(written !== undefined && { written: `${name}=${written}` }) };
  });
  step.forms = [joined(forms)];
  return step;
}

function workdir(word: Form | undefined, state: State): Form[] {
  if (!word) return [];
  const { text } = word;
  const absolute = /^(?:[\\/]|[A-Za-z]:)/.test(text);
  const path = absolute ? text : state.workdir === undefined ? undefined : `${state.workdir}/${text}`;
  if (word.written !== undefined) {
    state.workdir = undefined;
    return [word, { ...word, written: `\${_}${word.written}` }];
  }
  state.workdir = path === undefined ? undefined : tidyPath(path);
  if (state.workdir !== undefined) return [{ text: state.workdir }, word];
  const below = tidyPath(text);
  return [word, { text: `/${below}`, written: below === '' ? '$_' : `$_/${below}` }];
}

function tidyPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

function formOf(word: Word, value: Expanded | undefined): Form {
  if (value) return value.open.length > 0 ? { text: value.text, written: word.text } : { text: value.text };
  return word.text.includes('$') ? { text: word.text, written: word.text } : { text: word.text };
}

function joined(forms: readonly Form[]): Form {
  const text = forms.map((form) => form.text).join(' ');
  if (forms.every((form) => form.written === undefined)) return { text };
  return { text, written: forms.map((form) => form.written ?? form.text).join(' ') };
}
