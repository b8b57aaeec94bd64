/** Looks through the helpers in front of the workload: init wrappers, privilege droppers, `sh -c`. */
import type { DropperEntry, FactData, WrapperEntry } from './data.ts';
import { simpleCommands } from './shell-commands.ts';
import { baseName } from './text.ts';

/** What is left when the helpers are taken off. */
export interface Launch {
  /** The program and its arguments. */
  argv: string[];
  /** Init wrappers and the like, in order. */
  wrappers: string[];
  /** The first helper that changes the user. */
  droppedBy?: string;
  /** A shell runs a command text (`sh -c`). */
  shellForm: boolean;
  /** Names of the commands in that text before the last one. */
  commands: string[];
}

/** How many helpers are looked through; more is a trick. */
const depthLimit = 16;

/** Takes helpers off an argument list. `isShell` tells a shell by its base name. */
export function unwrap(
  argv: readonly string[],
  data: FactData['privilege-droppers'],
  isShell: (name: string) => boolean,
): Launch {
  const launch: Launch = { argv: [...argv], wrappers: [], shellForm: false, commands: [] };
  const wrappers = new Map(data.wrappers.map((entry) => [entry.name, entry]));
  const droppers = new Map(data.droppers.map((entry) => [entry.name, entry]));
  for (let depth = 0; depth < depthLimit && launch.argv.length > 0; depth++) {
    const name = baseName(launch.argv[0]!);
    const wrapper = wrappers.get(name);
    const dropper = droppers.get(name);
    let rest: string[] | undefined;
    if (wrapper) {
      rest = behind(launch.argv, wrapper, wrapper.skip ?? 0);
      if (rest.length > 0 && !wrapper.builtin) launch.wrappers.push(name);
    } else if (dropper) {
      if (changesUser(launch.argv, dropper)) launch.droppedBy ??= name;
      rest = behind(launch.argv, dropper, dropper.user === 'first' ? 1 : 0);
    } else if (isShell(name)) rest = commandOf(launch);
    if (!rest || rest.length === 0) break;
    launch.argv = rest;
  }
  return launch;
}

/** Whether an argument list of such a helper asks for another user than root. */
export function changesUser(argv: readonly string[], { user, options = [], values }: DropperEntry): boolean {
  if (user === 'none') return true;
  if (user === 'first') {
    const name = behind(argv, { name: '', values: values ?? [] }, 0)[0];
    return name !== undefined && !isRoot(name);
  }
  for (let i = 1; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') return false;
    const option = options.find((entry) => argument === entry || argument.startsWith(`${entry}=`));
    if (!option) continue;
    const name = argument === option ? argv[i + 1] : argument.slice(option.length + 1);
    return name !== undefined && !isRoot(name);
  }
  return false;
}

function isRoot(name: string): boolean {
  return /^:?(root|0)(:|$)/.test(name);
}

/** The arguments behind a helper, where it starts another program as it is or as another user. */
export function behindHelper(argv: readonly string[], data: FactData['privilege-droppers']): string[] | undefined {
  const name = baseName(argv[0] ?? '');
  const wrapper = data.wrappers.find((entry) => entry.name === name);
  if (wrapper) return behind(argv, wrapper, wrapper.skip ?? 0);
  const dropper = data.droppers.find((entry) => entry.name === name);
  return dropper && behind(argv, dropper, dropper.user === 'first' ? 1 : 0);
}

/** The arguments behind a helper's options, assignments (`env A=b`) and `skip` plain words. */
function behind(argv: readonly string[], { values = [] }: WrapperEntry, skip: number): string[] {
  let i = 1;
  let left = skip;
  for (; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      i++;
      break;
    }
    if (word.startsWith('-') && word !== '-') {
      if (values.includes(word)) i++;
    } else if (/^[A-Za-z_]\w*=/.test(word)) continue;
    else if (left > 0) left--;
    else break;
  }
  return argv.slice(Math.min(i + left, argv.length));
}

/** The last command of a `-c` text: what stays when the others are done. Undefined where only run time can tell. */
function commandOf(launch: Launch): string[] | undefined {
  const { argv } = launch;
  const at = argv.findIndex((word, i) => i > 0 && /^-[a-z]*c[a-z]*$/.test(word));
  if (at < 0 || argv.slice(1, at).some((word, i, all) => !word.startsWith('-') && !all[i - 1]?.endsWith('o')))
    return undefined;
  launch.shellForm = true;
  const commands = simpleCommands((argv[at + 1] ?? '').slice(0, 64 * 1024), 1024);
  for (const [first] of commands.slice(0, -1)) if (first && !first.dynamic) launch.commands.push(first.text);
  // `sh -c 'exec "$@"' name app`: the arguments behind the text and its $0.
  const handed = argv.slice(at + 3).map((text) => ({ text, dynamic: false }));
  const last = commands.at(-1)?.flatMap((word) => (word.text === '$@' ? handed : [word]));
  const program = last?.find(({ text }) => text !== 'exec' && !text.startsWith('-'));
  return program?.dynamic === false ? last?.map(({ text }) => text) : undefined;
}
