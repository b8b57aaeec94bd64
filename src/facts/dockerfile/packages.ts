/** What the commands of a Dockerfile ask package managers to do: one reading for every rule about installs. */
import type { ArgumentFact, CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { OptionFact, PackageActionFact, PackageVerb } from '../../types/package-action.ts';
import { CacheReader } from './caches.ts';
import type { Manager } from './manager-grammar.ts';
import { managerOf } from './managers.ts';
import { packageOperand } from './operands.ts';
import { findOption, readOptions } from './options.ts';
import { Settings } from './settings.ts';

/** Notes on each command that is a package manager what it does. */
export function addPackageActions(dockerfile: DockerfileFacts): void {
  const settings = new Settings(dockerfile);
  const caches = new CacheReader(dockerfile, settings);
  for (const command of dockerfile.commands) {
    const action = packageAction(command, settings);
    if (action) command.packages = action;
  }
  for (const command of dockerfile.commands) {
    if (!command.packages) continue;
    const cache = caches.stateAfter(command, command.packages);
    if (cache) command.packages.cache = cache;
  }
}

/** What a command outside of any Dockerfile asks a package manager to do; undefined where it is none. `''` is a word that nobody knows. */
export function managerCall(
  name: string,
  words: readonly string[],
): { manager: string; verb: PackageVerb } | undefined {
  const nowhere = { line: 1, column: 1 };
  const place = { start: 0, end: 0, range: { start: nowhere, end: nowhere } };
  const argument = (text: string): ArgumentFact => ({
    ...{ text, dynamic: text === '', open: [], quoted: false, glob: false, inner: [], ...place },
  });
  const call = calledManager({ name, args: words.slice(0, 64).map(argument) });
  return call && { manager: call.manager.family, verb: verbOf(call.manager, call.args).verb };
}

function packageAction(command: CommandFact, settings: Settings): PackageActionFact | undefined {
  const call = calledManager(command);
  if (!call) return undefined;
  const { manager, program, args } = call;
  const { verb, verbArgument, options, operands, first } = verbOf(manager, args);
  const open = args.some(({ text, dynamic }) => dynamic && optionVariable.test(text));
  const before = verbArgument ? operands.indexOf(verbArgument) : 0;
  const named = verb === 'install' || verb === 'remove' || verb === 'upgrade';
  const rest = manager.verbless ? operands : operands.slice(before + 1);
  const action: PackageActionFact = {
    manager: manager.family,
    program,
    verb,
    // Behind `--` gem takes options for building.
    packages: named
      ? rest.filter(({ text }) => !text.startsWith('-')).map((argument) => packageOperand(manager, argument))
      : [],
    options,
    optionsOpen: open || (!manager.verbless && before > first),
    lists: manager.family === 'pip' ? pipLists(options) : [],
    answered: isAnswered(manager, options, command, settings),
    noRecommends: manager.family === 'apt' && leavesRecommendsOut(options, command, settings),
  };
  if (verbArgument) action.verbArgument = verbArgument;
  const virtual = manager.family === 'apk' ? findOption(options, '-t', '--virtual')?.value : undefined;
  if (virtual !== undefined) action.virtual = virtual;
  if (manager.family === 'pip' && verb === 'install') addEditable(action);
  const pinnedBy = pinnedElsewhere(action, command, settings, verb);
  if (pinnedBy) action.pinnedBy = pinnedBy;
  return action;
}

/** What is done, and the word that says so; `first` is its place among the words that are known. */
function verbOf(manager: Manager, args: readonly ArgumentFact[]) {
  const { options, operands } = readOptions(args, manager);
  // A variable in front of the verb may hold options.
  const known = operands.filter(({ text, dynamic }) => !(dynamic && (text === '' || text.startsWith('$'))));
  const first = manager.verbless ? 0 : known[0] && manager.prefixes?.has(known[0].text) && known[1] ? 1 : 0;
  const verbArgument = manager.verbless ? undefined : known[first];
  const verb = isTrial(manager, options) ? 'other' : manager.verb(verbArgument?.text ?? '', options, operands);
  return { verb, verbArgument, options, operands, first };
}

/** Nothing is changed: only shown, or fetched. */
function isTrial({ family }: Manager, options: readonly OptionFact[]): boolean {
  return findOption(options, ...trialWords, ...(trialLetters.get(family) ?? [])) !== undefined;
}

const trialWords = [
  '--version',
  '--help',
  '--simulate',
  '--just-print',
  '--dry-run',
  '--recon',
  '--no-act',
  '--print-uris',
  '--assumeno',
  '--downloadonly',
  '--download-only',
];
const trialLetters = new Map<string, readonly string[]>([
  ['apt', ['-s', '-d']],
  ['apk', ['-s']],
  ['zypper', ['-D', '-d']],
  ['yarn', ['-v', '-h']],
]);

/** `$APT_OPTS`, `${PIP_FLAGS}`. */
const optionVariable = /^\$\{?\w{0,64}(?:opt|flag|arg)/i;

/** `python -m pip` and `uv pip` are pip. */
function calledManager({
  name,
  args,
}: Pick<CommandFact, 'name' | 'args'>):
  | { manager: Manager; program: string; args: readonly ArgumentFact[] }
  | undefined {
  let program = name;
  let rest = args;
  if (/^python[\d.]*$/.test(name) && args[0]?.text === '-m' && args[1]) {
    program = args[1].text;
    rest = args.slice(2);
    if (!program.startsWith('pip')) return undefined;
  } else if (name === 'uv' && args[0]?.text === 'pip') {
    program = 'uv pip';
    rest = args.slice(1);
  }
  const manager = managerOf(program === 'uv pip' ? 'pip' : program);
  return manager && { manager, program, args: rest };
}

/** `pip install -e PATH` has its operand in an option. */
function addEditable(action: PackageActionFact): void {
  const editable = action.options.filter(({ name, value }) => /^(?:-e|--editable)$/.test(name) && value !== undefined);
  if (editable.length === 0) return;
  action.packages = [
    ...action.packages,
    ...editable.map(({ value, argument }) => ({
      name: value!,
      kind: value!.includes('://') ? ('url' as const) : ('file' as const),
      argument,
    })),
  ];
}

function pipLists(options: readonly OptionFact[]): PackageActionFact['lists'] {
  const out: PackageActionFact['lists'][number][] = [];
  for (const { name, value, argument } of options) {
    if (value === undefined) continue;
    if (name === '-r' || name === '--requirement') out.push({ path: value, kind: 'requirements', argument });
    if (name === '-c' || name === '--constraint') out.push({ path: value, kind: 'constraints', argument });
  }
  return out;
}

/** Options by which each family goes on without asking. */
const yesOptions = new Map<string, readonly string[]>([
  ['apt', ['-y', '--yes', '--assume-yes', '--force-yes', '--assume-no']],
  ['dnf', ['-y', '--assumeyes']],
  ['zypper', ['-n', '--non-interactive', '-y', '--no-confirm']],
  ['pacman', ['--noconfirm']],
  ['conda', ['-y', '--yes']],
  ['choco', ['-y', '--yes', '--confirm']],
]);

function isAnswered({ family }: Manager, options: readonly OptionFact[], command: CommandFact, settings: Settings) {
  const names = yesOptions.get(family);
  if (!names || findOption(options, ...names) || isFed(command, settings)) return true;
  if (family === 'apt') {
    // apt-get(8): two levels of quiet imply yes.
    const quiet = options.filter(({ name }) => name === '-q' || name === '--quiet');
    if (quiet.length > 1 || quiet.some(({ value }) => Number(value) > 1)) return true;
    return aptOption(options, 'assume-yes', true) || settings.apt(command, 'assume-yes', true);
  }
  if (family === 'dnf')
    return options.some(({ name, value }) => name === '--setopt' && /^assumeyes=/i.test(value ?? ''));
  return family === 'conda' && settings.variable(command, 'CONDA_ALWAYS_YES') !== undefined;
}

/** `yes | apt-get install …`, `… <<< y`. */
function isFed(command: CommandFact, settings: Settings): boolean {
  if (command.redirects.some(({ operator }) => operator === '<' || operator.startsWith('<<'))) return true;
  return settings.feeders(command).some(({ name }) => name === 'yes' || name === 'echo' || name === 'printf');
}

function leavesRecommendsOut(options: readonly OptionFact[], command: CommandFact, settings: Settings): boolean {
  const option = findOption(options, '--no-install-recommends', '--without-recommends', '-R');
  if (option && !(option.name === '-R' && command.name !== 'aptitude')) return true;
  return aptOption(options, 'install-recommends', false) || settings.apt(command, 'install-recommends', false);
}

/** `-o APT::Install-Recommends=false`. */
function aptOption(options: readonly OptionFact[], key: string, wanted: boolean): boolean {
  return options.some(({ name, value }) => {
    if (name !== '-o' && name !== '--option') return false;
    const [left = '', right = ''] = (value ?? '').toLowerCase().split('=', 2);
    return left.endsWith(`::${key}`) && isTrue(right) === wanted;
  });
}

function isTrue(text: string): boolean {
  return /^["']?(?:1|true|yes|with|on|enable)["']?$/.test(text);
}

function pinnedElsewhere(
  action: PackageActionFact,
  command: CommandFact,
  settings: Settings,
  verb: PackageVerb,
): PackageActionFact['pinnedBy'] {
  if (verb !== 'install') return undefined;
  const { manager, lists, options, packages } = action;
  if (lists.length > 0 || findOption(options, '--require-hashes')) return 'list';
  if (manager === 'pip' && settings.variable(command, 'PIP_CONSTRAINT') !== undefined) return 'list';
  // Wheels that are there already.
  if (manager === 'pip' && findOption(options, '--no-index')) return 'list';
  if (manager === 'gem' && findOption(options, '-v', '--version')) return 'list';
  if (manager === 'cargo' && findOption(options, '--version', '--vers', '--rev', '--tag', '--locked')) return 'list';
  if (manager === 'choco' && findOption(options, '--version')) return 'list';
  if ((manager === 'apt' || manager === 'dnf') && settings.usesSnapshot(command)) return 'snapshot';
  if (manager === 'go' && settings.hasFile(command, 'go.mod')) return 'lock';
  if (packages.length === 0 && /^(?:npm|yarn|pnpm|composer)$/.test(manager)) return 'lock';
  return undefined;
}
