/** Entry of the bundle: from arguments to an exit code. Loads only what the command needs. */
import { UsageError } from '../../types.ts';
import { commands } from './commands.ts';
import { complain } from './complain.ts';

declare const __TARE_VERSION__: string;

/** As in package.json. */
export const version: string = typeof __TARE_VERSION__ === 'undefined' ? '0.0.0-source' : __TARE_VERSION__;

/** How a command line ended. */
export interface Outcome {
  /** 0 the gate passed, 1 it failed, 2 something could not be scanned, 130 and 143 on a signal. */
  code: number;
  /** The command did its ordinary work, so that what it compiled is worth keeping. */
  typical: boolean;
}

/** Each command is loaded when it is asked for. */
const starts = new Map<string, (words: string[]) => Promise<number>>([
  ['scan', async (words) => (await import('./scan-command.ts')).scanCommand(words, version)],
  ['lint', async (words) => (await import('./lint-command.ts')).lintCommand(words, version)],
  ['secrets', async (words) => (await import('./secrets-command.ts')).secretsCommand(words, version)],
  ['sbom', async (words) => (await import('./sbom-command.ts')).sbomCommand(words, version)],
  ['diff', async (words) => (await import('./diff-command.ts')).diffCommand(words, version)],
  ['baseline', async (words) => (await import('./baseline-command.ts')).baselineCommand(words, version)],
  ['init', async (words) => (await import('./init-command.ts')).initCommand(words)],
  ['config', async (words) => (await import('./config-command.ts')).configCommand(words)],
  ['rules', async (words) => (await import('./rules-command.ts')).rulesCommand(words)],
  ['serve', async (words) => (await import('./server-commands.ts')).serverCommand('serve', words, version)],
  ['worker', async (words) => (await import('./server-commands.ts')).serverCommand('worker', words, version)],
  ['gate', async (words) => (await import('./server-commands.ts')).serverCommand('gate', words, version)],
  ['sweep', async (words) => (await import('./server-commands.ts')).sweepCommand(words)],
  ['rescan', async (words) => (await import('./server-commands.ts')).rescanCommand(words)],
  ['completion', async (words) => (await import('./completion-command.ts')).completionCommand(words, commands)],
]);

/** Runs one command line; never throws. */
export async function run(argv: readonly string[]): Promise<Outcome> {
  // A reader that goes away (`| head`) ends the output, not the run: the exit code stays the gate's.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exit(2);
  });
  try {
    const code = await command(argv);
    return { code, typical: code <= 1 };
  } catch (error) {
    complain(error);
    return { code: 2, typical: false };
  }
}

async function command(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-V') return print(`${version}\n`);
  if (first === 'help' && rest[0] !== undefined && !rest[0].startsWith('-')) return command([rest[0], '--help']);
  if (first === 'help' || first === '--help' || first === '-h') {
    const { topHelp } = await import('./top-help.ts');
    return print(topHelp(commands));
  }
  const start = first === undefined ? undefined : starts.get(first);
  if (start) return start(rest);
  throw new UsageError(await notACommand(first, rest));
}

async function notACommand(first: string | undefined, rest: string[]): Promise<string> {
  if (first === undefined) return 'nothing to do: tare scan IMAGE grades an image, tare --help says more';
  const [{ quote }, { suggestion }] = await Promise.all([import('./words.ts'), import('../../rules/suggest.ts')]);
  const names = commands.map(([name]) => name);
  if (first.startsWith('-')) {
    const later = rest.find((word) => names.includes(word));
    if (later) return `options follow the command: tare ${later} ${quote(first)} …`;
    return `there is no option ${quote(first)} before a command; tare --help lists the commands`;
  }
  const near = suggestion(first, [...names, 'help']);
  if (near) return `there is no command ${quote(first)}${near.replace('mean ', 'mean tare ')}`;
  return `there is no command ${quote(first)}; to grade an image of that name: tare scan ${quote(first)}`;
}

async function print(text: string): Promise<number> {
  const { say } = await import('./say.ts');
  await say(process.stdout, text);
  return 0;
}
