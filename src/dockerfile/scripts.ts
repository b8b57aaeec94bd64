/** The scripts of a Dockerfile: shell forms, JSON forms, here-documents, and which shell reads each. */
import type { Command } from './commands.ts';
import { defaultShell, isWindowsShell } from './evaluate.ts';
import { heredocStart } from './heredoc.ts';
import type { Dockerfile, Heredoc, Instruction, Stage, Word } from './model.ts';
import { MappedText } from './source.ts';
import { isPosixShell } from './wrappers.ts';

/** `exec`: a JSON array, no shell. `other`: a language that is not read (python, perl, node …). */
export type Dialect = 'posix' | 'powershell' | 'cmd' | 'exec' | 'other';

/** One text or word list that a shell or the kernel is given. */
export interface Script {
  index: number;
  /** Instruction that holds it; `deferred` where ONBUILD puts it off. */
  instruction: number;
  deferred: boolean;
  origin: Command['origin'];
  dialect: Dialect;
  /** Program that reads it: the SHELL in force, or a here-document's `#!` line. */
  interpreter: string[];
  /** Text that the interpreter gets, and where each piece of it stands in the file. */
  text: MappedText;
  /** The words of a JSON form. */
  words: Word[];
  /** Faults of the script's own syntax, at the file's lines. */
  errors: { message: string; line: number; column: number }[];
  /** Too deep or too large to be followed to the end. */
  truncated: boolean;
}

const origins = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'] as const;

/** The scripts alone, without their commands. */
export function findScripts(dockerfile: Dockerfile): Script[] {
  const scripts: Script[] = [];
  let shell: string[] = [];
  for (const outer of dockerfile.instructions) {
    if (outer.keyword === 'FROM') shell = shellAtStart(dockerfile.stages[outer.stage], dockerfile);
    if (outer.keyword === 'SHELL' && !outer.invalid) shell = outer.args.map((arg) => arg.text);
    for (const comment of outer.comments) {
      const named = /^hadolint\s{1,4}shell=([\w./-]{1,64})$/.exec(comment.text)?.[1];
      if (named) shell = [named, '-c'];
    }
    const instruction = outer.trigger ?? outer;
    const { keyword, args } = instruction;
    const origin = origins.find((name) => name === keyword);
    if (!origin) continue;
    const words = keyword === 'HEALTHCHECK' ? args.slice(1) : args;
    if (words.length === 0 || !dockerfile.stages[outer.stage]) continue;
    const script: Script = {
      index: scripts.length,
      instruction: instruction.index,
      deferred: outer !== instruction,
      origin,
      dialect: instruction.json ? 'exec' : dialectOf(shell),
      interpreter: instruction.json ? [] : shell,
      text: instruction.line.map.slice(words[0]!.start, words[words.length - 1]!.end),
      words: instruction.json ? words : [],
      errors: [],
      truncated: false,
    };
    if (instruction.heredocs.length > 0) takeBodies(script, instruction, dockerfile);
    scripts.push(script);
  }
  return scripts;
}

/** SHELL that a stage begins with: its base stage's, else the system's. */
function shellAtStart(stage: Stage | undefined, dockerfile: Dockerfile): string[] {
  if (!stage) return [];
  const base = stage.base.stage === undefined ? undefined : dockerfile.stages[stage.base.stage];
  return base?.shell?.value ?? defaultShell(stage.os);
}

function dialectOf(shell: readonly string[]): Dialect {
  const names = shell.map((word) => word.replace(/^.*[\\/]/, '').replace(/\.exe$/i, ''));
  // The last shell named is the one that reads: ["/usr/bin/env", "bash", "-c"], ["conda", "run", "/bin/bash", "-c"].
  for (const name of names.reverse()) {
    if (isPosixShell(name)) return 'posix';
    if (/^(powershell|pwsh)$/i.test(name)) return 'powershell';
    if (/^cmd$/i.test(name)) return 'cmd';
  }
  return isWindowsShell(shell[0] ?? '') ? 'cmd' : 'other';
}

/** A lone here-document is the script itself; several, or one beside a command, are handed to the shell as they stand. */
function takeBodies(script: Script, instruction: Instruction, dockerfile: Dockerfile): void {
  const { heredocs, rest } = instruction;
  const first = heredocs[0]!;
  let alone = false;
  try {
    alone = heredocStart(rest.text) !== undefined;
  } catch {
    // The fault is reported where the file is read.
  }
  if (!alone) {
    for (const heredoc of heredocs) {
      script.text.add('\n', heredoc.start, heredoc.start);
      addBody(script.text, heredoc, dockerfile, false);
      let from = heredoc.end;
      while (heredoc.chomp && dockerfile.source.text[from] === '\t') from++;
      script.text.add(heredoc.name, from, heredoc.terminated ? from + heredoc.name.length : from);
    }
    return;
  }
  script.text = new MappedText();
  addBody(script.text, first, dockerfile, first.chomp);
  const shebang = /^#![ \t]*([^\n]*)/.exec(script.text.text);
  if (!shebang) return;
  script.interpreter = shebang[1]!
    .trim()
    .split(/[ \t]+/)
    .filter((word) => word !== '');
  script.dialect = dialectOf(script.interpreter.slice(0, 3));
}

/** The body line by line, without carriage returns and, for `<<-`, without leading tabs. */
function addBody(text: MappedText, heredoc: Heredoc, dockerfile: Dockerfile, chomp: boolean): void {
  const whole = dockerfile.source.text;
  let at = heredoc.start;
  while (at < heredoc.end) {
    const newline = whole.indexOf('\n', at);
    const next = newline < 0 || newline >= heredoc.end ? heredoc.end : newline + 1;
    let from = at;
    if (chomp) while (whole[from] === '\t') from++;
    let to = newline < 0 || newline >= heredoc.end ? next : newline;
    while (to > from && whole[to - 1] === '\r') to--;
    text.add(whole.slice(from, to), from);
    if (next > to) text.add('\n', next - 1);
    at = next;
  }
}
