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
  for (let depth = 0; depth < depthLimit && launch.argv.length > 0; depth++) {
    const name = baseName(launch.argv[0]!);
    const helper = helperOf(launch.argv, data);
    const { wrapper, dropper } = helper ?? {};
    const rest = commandOf(launch, name, isShell) ?? helper?.rest;
    if (wrapper && !wrapper.builtin && helper!.rest.length > 0) launch.wrappers.push(name);
    if (dropper && changesUser(launch.argv, dropper)) launch.droppedBy ??= name;
    if (!rest || rest.length === 0) break;
    launch.argv = rest;
  }
  return launch;
}

/** Whether an argument list of such a helper asks for another user than root. */
export function changesUser(argv: readonly string[], dropper: DropperEntry): boolean {
  if (dropper.user === 'none') return true;
  const name = userOf(argv, dropper);
  return name !== undefined && !isRoot(name);
}

/** The user that such a helper is asked for, as written: `app:app` names a group too. */
export function userOf(
  argv: readonly string[],
  { name, user, options = [], values = [] }: DropperEntry,
): string | undefined {
  if (user === 'first') return behind(argv, { name, values }, 0)[0];
  for (let i = 1; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') return undefined;
    const option = options.find((entry) => argument === entry || argument.startsWith(`${entry}=`));
    if (option) return argument === option ? argv[i + 1] : argument.slice(option.length + 1);
  }
  return undefined;
}

function isRoot(name: string): boolean {
  return /^:?(root|0)(:|$)/.test(name);
}

/** The arguments behind a helper, where it starts another program as it is or as another user. */
export function behindHelper(argv: readonly string[], data: FactData['privilege-droppers']): string[] | undefined {
  return helperOf(argv, data)?.rest;
}

/** Where the command text of `sh -c` or `su app -c` stands; undefined where there is none or a script is read. */
export function textIndex(
  name: string,
  argv: readonly string[],
  isShell: (name: string) => boolean,
): number | undefined {
  const asUser = name === 'su' || name === 'runuser';
  if (!asUser && !isShell(name)) return undefined;
  const at = argv.findIndex((word, i) => i > 0 && (/^-[a-z]*c[a-z]*$/.test(word) || (asUser && word === '--command')));
  // `+e` switches an option off; `-o` has the name of one behind it.
  const isOption = (word: string, i: number, all: string[]) => /^[-+]/.test(word) || all[i - 1]?.endsWith('o');
  return at < 0 || !(asUser || argv.slice(1, at).every(isOption)) ? undefined : at + 1;
}

/** The helper that an argument list starts with, and the arguments behind it. */
function helperOf(
  argv: readonly string[],
  { wrappers, droppers }: FactData['privilege-droppers'],
): { wrapper?: WrapperEntry; dropper?: DropperEntry; rest: string[] } | undefined {
  const name = baseName(argv[0] ?? '');
  const wrapper = wrappers.find((entry) => entry.name === name);
  if (wrapper) return { wrapper, rest: behind(argv, wrapper, wrapper.skip ?? 0) };
  const dropper = droppers.find((entry) => entry.name === name);
  return dropper && { dropper, rest: behind(argv, dropper, dropper.user === 'first' ? 1 : 0) };
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
    // A dash alone is an option too: `su - app`, `env - serve`.
    if (word.startsWith('-')) {
      if (values.includes(word)) i++;
    } else if (/^[A-Za-z_]\w*=/.test(word)) continue;
    else if (left > 0) left--;
    else break;
  }
  return argv.slice(Math.min(i + left, argv.length));
}

/** The last command of a `-c` text: what stays when the others are done. Undefined where only run time can tell. */
function commandOf(launch: Launch, name: string, isShell: (name: string) => boolean): string[] | undefined {
  const { argv } = launch;
  const at = textIndex(name, argv, isShell);
  if (at === undefined) return undefined;
  if (isShell(name)) launch.shellForm = true;
  const commands = simpleCommands((argv[at] ?? '').slice(0, 64 * 1024), 1024);
  for (const [first] of commands.slice(0, -1)) if (first && !first.dynamic) launch.commands.push(first.text);
  // `sh -c 'exec "$@"' name app`: the arguments behind the text and its $0.
  const handed = argv.slice(at + 2).map((text) => ({ text, dynamic: false }));
  const last = commands.at(-1)?.flatMap((word) => (word.text === '$@' ? handed : [word]));
  const program = last?.find(({ text }) => text !== 'exec' && !text.startsWith('-'));
  return program?.dynamic === false ? last?.map(({ text }) => text) : undefined;
}
