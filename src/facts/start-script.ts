/** One start script: which of its commands is the last to run, and what its variables stand for where that can be told. */
import { trimEndSlashes } from '../types/names.ts';
import { type ScriptCommand, scriptMarks } from './script-words.ts';
import { baseName } from './text.ts';

/** A command with its variables replaced; '' for a word that only run time knows. */
export interface ReadCommand {
  argv: string[];
  line: number;
  background: boolean;
  /** The script that `.` or `source` reads. */
  sources?: string;
}

export interface ScriptReading {
  commands: ReadCommand[];
  /** Index of the command that stays: the last `exec`, else the last one that does anything. Absent where only run time knows it. */
  last?: number;
  /** Folders such as docker-entrypoint.d that the script goes through. */
  folders: string[];
}

/** Words of the shell that start nothing. */
export const builtins: ReadonlySet<string> = new Set(
  (
    'set echo [ [[ test : true false exit return local export readonly declare typeset unset shift read printf trap wait cd umask ulimit ' +
    'break continue getopts alias type hash pwd let shopt pushd popd disown'
  ).split(' '),
);
/** Keep a container up while what was started before does the work. */
const waiting = new Set(['wait', 'sleep', 'tail', 'cat', 'sh', 'bash', 'read']);
const prefixes = new Set(['exec', 'command', 'builtin', 'eval']);

/** Reads the commands in order; `args` stand for `$@`. */
export function readScript(
  commands: readonly ScriptCommand[],
  args: readonly string[],
  env: readonly string[],
): ScriptReading {
  const values = new Values(args, env);
  const functions = new Set<string>();
  for (const [, marks, name] of commands) if (marks & scriptMarks.function && name) functions.add(name);
  const out: ScriptReading = { commands: [], folders: [] };
  const folders = new Set<string>();
  let runsUnknown = false;
  let exec: number | undefined;
  let quiet: number | undefined;
  let daemon: number | undefined;
  let held = false;
  for (const [line, marks, ...words] of commands) {
    for (const word of words) {
      const folder = scriptFolder(word);
      if (folder && folders.size < 16) folders.add(folder);
    }
    if (marks & scriptMarks.assignment) values.assign(words);
    if (marks & (scriptMarks.assignment | scriptMarks.loop | scriptMarks.function)) continue;
    if (words[0] === 'set' && words[1] === '--') values.set(words.slice(2));
    const first = words[0] ?? '';
    if (first === '' || first.startsWith('${') || first === 'run-parts') runsUnknown = true;
    if (first === '.' || first === 'source') {
      runsUnknown = true;
      const sources = values.word(words[1] ?? '');
      if (sources) out.commands.push({ argv: [], line, background: false, sources });
      continue;
    }
    if (builtins.has(first) || functions.has(first)) {
      if (first === 'wait') held = true;
      continue;
    }
    const at = words.findIndex((word) => !prefixes.has(word));
    const rest =
      at < 0
        ? []
        : at > 0 && words[at]?.startsWith('-')
          ? words.slice(at + (words[at] === '-a' ? 2 : 1))
          : words.slice(at);
    // `exec 3>&1` moves files; `exec gosu app "$0" "$@"` comes here again.
    if (rest.length === 0) continue;
    const again = (first === 'exec' || first === '$0') && rest.slice(0, 6).includes('$0');
    const background = (marks & scriptMarks.background) !== 0;
    const argv = again ? values.words(rest.slice(0, rest.indexOf('$0'))) : values.words(rest);
    if (argv.length === 0) continue;
    out.commands.push({ argv, line, background });
    const index = out.commands.length - 1;
    if (again || marks & scriptMarks.inner) continue;
    if (first === 'exec') exec = index;
    if (background) daemon = index;
    else if (waiting.has(baseName(argv[0]!))) held = true;
    else quiet = index;
  }
  const last = exec ?? (held && daemon !== undefined ? daemon : quiet) ?? daemon;
  if (last !== undefined) out.last = last;
  if (runsUnknown) out.folders = [...folders];
  return out;
}

/** `/docker-entrypoint.d/*.sh`: the folder before the first pattern. */
function scriptFolder(word: string): string | undefined {
  if (!word.startsWith('/')) return undefined;
  const star = word.search(/[*?[]/);
  const folder = trimEndSlashes(star < 0 ? word : word.slice(0, word.lastIndexOf('/', star)));
  return folder.endsWith('.d') ? folder : undefined;
}

/** What the script's variables stand for: its own assignments, then the environment of the config. */
class Values {
  private readonly own = new Map<string, string>();
  private arguments: readonly string[];

  constructor(
    args: readonly string[],
    private readonly env: readonly string[],
  ) {
    this.arguments = args;
  }

  assign([name, value]: readonly string[]): void {
    if (name && value && this.own.size < 64) this.own.set(name, this.word(value));
  }

  /** `set -- serve "$@"`: official start scripts put the program in front of options, or of nothing. */
  set(words: readonly string[]): void {
    const first = this.arguments[0];
    if (first === undefined || first.startsWith('-')) {
      const expanded = this.words(words).slice(0, 256);
      if (expanded[0] && expanded[0] !== '$0') this.arguments = expanded;
    }
  }

  words(words: readonly string[]): string[] {
    return words.flatMap((word) => (word === '$@' ? this.arguments : [this.word(word)])).slice(0, 1024);
  }

  word(word: string): string {
    if (word === '$0') return word;
    const found = /^\$\{(\w+)(?::-([^}]*))?\}(.*)$/s.exec(word);
    if (!found) return word.startsWith('$') ? '' : word;
    const [, name = '', standard, rest = ''] = found;
    const value = /^[1-9]$/.test(name)
      ? this.arguments[Number(name) - 1]
      : (this.own.get(name) ?? this.env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1));
    const chosen = value || standard;
    // A variable of several words, or none, is only known to the shell.
    return chosen && !/\s/.test(chosen) && chosen.length <= 1024 ? chosen + rest : '';
  }
}
