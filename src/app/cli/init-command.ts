/** `tare init`: puts files of tare's into a project. What is there already is never overwritten. */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../types.ts';
import { helpText } from './help.ts';
import type { OptionSpec } from './options.ts';
import { writeOutput } from './outputs.ts';
import { parseWords } from './parse.ts';
import { say } from './say.ts';
import { widthOf } from './terminal.ts';
import { quote } from './words.ts';

/** What becomes of one file: `text` in full, or nothing to do. */
export interface Planned {
  /** As it is shown, and opened. */
  path: string;
  text?: string;
  /** One sentence without a full stop: what was done, or why nothing is. */
  said: string;
  executable?: boolean;
}

/** Options of `tare init`, in the order in which the help shows them. Each says one thing to set up. */
export const initOptions: readonly OptionSpec[] = [
  {
    name: 'pre-commit',
    kind: 'flag',
    group: 'What',
    describe: 'check Dockerfiles at every commit: in .pre-commit-config.yaml where there is one, else as a Git hook',
  },
  { name: 'dry-run', kind: 'flag', group: 'Other', describe: 'say what would be written, and write nothing' },
  { name: 'help', kind: 'flag', group: 'Other', describe: 'show this help' },
];

/** @throws UsageError where it cannot be done without touching what is there. */
export async function initCommand(words: readonly string[]): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, initOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, initHelp(widthOf(stdout, env)));
    return 0;
  }
  const [extra] = parsed.positionals;
  if (extra !== undefined) throw new UsageError(`tare init takes no ${quote(extra)}; it works in the current folder`);
  const planned = parsed.flags.has('pre-commit')
    ? await (await import('./init-pre-commit.ts')).planPreCommit('.')
    : await (await import('./init-options-file.ts')).planOptionsFile('.');
  const dry = parsed.flags.has('dry-run');
  if (planned.text !== undefined && !dry) await write(planned);
  await say(stdout, `${dry && planned.text !== undefined ? 'would write ' : ''}${planned.path}: ${planned.said}\n`);
  if (dry && planned.text !== undefined) await say(stdout, `\n${planned.text}`);
  return 0;
}

async function write({ path, text, executable }: Planned): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeOutput(path, text!);
  if (executable) await chmod(path, 0o755);
}

/** The text of a small file, or undefined where there is none. @throws UsageError for one that cannot be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > 1 << 20) throw new UsageError(`${quote(path)} is larger than 1 MiB; it is let be`);
    return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${quote(path)}: ${message}`);
  }
}

function initHelp(width: number): string {
  return helpText(
    {
      usage: 'tare init [OPTIONS]',
      about:
        'Writes a tare.yaml with comments into the current folder, or sets up what an option says. ' +
        'What is there already is added to or let be, never overwritten.',
      options: initOptions,
      examples: [
        ['tare init', 'an options file to start from'],
        ['tare init --pre-commit', 'refuse commits of Dockerfiles that fail the gate'],
        ['tare init --pre-commit --dry-run', 'what that would write'],
      ],
      closing: 'Exit codes: 0 it is set up, 2 it cannot be.',
    },
    width,
  );
}
