/** The commands of a Dockerfile's scripts. */
import { type Budget, BudgetError, makeBudget, spend } from './budget.ts';
import type { Parse } from './collect.ts';
import type { Command, CommandContext } from './commands.ts';
import type { Dockerfile } from './model.ts';
import type { ResolvedArgument } from './resolve.ts';
import { findScripts, type Script } from './scripts.ts';
import { MappedText } from './source.ts';
import { ShellScope } from './variables.ts';
import { Walker } from './walk.ts';
import { windowsCommands } from './windows.ts';

/** Every script of the file, and every command in file order. */
export interface ShellReading {
  scripts: Script[];
  commands: Command[];
  /** Steps of work done. */
  work: number;
}

/** Longest script, and most here-documents in one, that are parsed: the parser's time grows with their product. */
const maxScript = 2 ** 17;
const maxHeredocs = 200;
const defaultWork = 2_000_000;

/** Reads every command. The shell parser is loaded only when there is a script for it. */
export async function readCommands(dockerfile: Dockerfile, options: { work?: number } = {}): Promise<ShellReading> {
  const scripts = findScripts(dockerfile);
  const wanted = scripts.some(
    (script) => script.dialect === 'posix' || script.dialect === 'exec' || script.dialect === 'cmd',
  );
  const parse: Parse | undefined = wanted ? (await import('unbash')).parse : undefined;
  const budget = makeBudget(options.work ?? defaultWork);
  const commands: Command[] = [];
  for (const script of scripts) readScript(script, dockerfile, commands, budget, parse);
  return { scripts, commands, work: budget.total - Math.max(0, budget.left) };
}

function readScript(
  script: Script,
  dockerfile: Dockerfile,
  commands: Command[],
  budget: Budget,
  parse: Parse | undefined,
): void {
  const { source, stages, instructions } = dockerfile;
  const stage = stages[instructions[script.instruction]!.stage]!;
  const scope = new ShellScope((name) => stage.lookup(name, script.instruction));
  const base = {
    instruction: script.instruction,
    origin: script.origin,
    deferred: script.deferred,
    script: script.index,
  };
  const frame = { script: script.text, scope, context: plain, via: [], depth: 0, nested: 0 };
  const walker = new Walker(commands, base, source, budget, (text) => {
    if (!parse || tooLarge(text)) throw new RangeError('the script is too large');
    return parse(text);
  });
  try {
    spend(budget, script.text.text.length + 32);
    if (script.dialect === 'exec') walker.words(execWords(script, dockerfile), frame);
    else if (script.dialect === 'powershell' || script.dialect === 'cmd') {
      for (const { words, join } of windowsCommands(script.text, script.dialect, source))
        walker.words(words, frame, { join });
    } else if (script.dialect === 'posix' && parse) {
      if (tooLarge(script.text.text)) throw new RangeError('the script is too large');
      const tree = parse(script.text.text);
      for (const error of tree.errors ?? []) {
        script.errors.push({ message: error.message, ...source.position(script.text.origin(error.pos)) });
        if (script.errors.length === 20) break;
      }
      walker.statements(tree.commands, frame);
    }
  } catch (error) {
    // Limits, and the parser's own stack: what was found so far stays.
    if (!(error instanceof BudgetError) && !(error instanceof RangeError)) throw error;
    script.truncated = true;
  }
  script.truncated ||= walker.truncated;
}

function tooLarge(text: string): boolean {
  if (text.length > maxScript) return true;
  let count = 0;
  for (let at = text.indexOf('<<'); at >= 0; at = text.indexOf('<<', at + 2)) if (++count > maxHeredocs) return true;
  return false;
}

function execWords(script: Script, dockerfile: Dockerfile): ResolvedArgument[] {
  const { source, instructions } = dockerfile;
  const outer = instructions[script.instruction]!;
  const { map } = (outer.trigger ?? outer).line;
  return script.words.map((word) => {
    const start = map.origin(word.start);
    const end = map.origin(word.end, 'end');
    const inside = map.slice(word.start + 1, word.end - 1);
    let mapped = inside;
    if (inside.text !== word.text) {
      mapped = new MappedText();
      mapped.add(word.text, start, end);
    }
    return {
      text: word.text,
      dynamic: false,
      open: [],
      quoted: true,
      glob: false,
      start,
      end,
      range: source.range(start, end),
      inner: [],
      mapped,
    };
  });
}

const plain: CommandContext = {
  subshell: false,
  substitution: false,
  condition: false,
  branch: false,
  loop: false,
  background: false,
  negated: false,
};
