/** `tare lint --fix`: mends files before they are reported, or shows what it would change. */
import { open } from 'node:fs/promises';
import type { FixNote, FixResult } from '../../fix/fix.ts';
import type { LintOptions, Surround } from '../../lint.ts';
import { SourceError } from '../../types.ts';
import { complain } from './complain.ts';
import type { LintFile } from './lint-files.ts';
import { writeOutput } from './outputs.ts';
import { say } from './say.ts';
import type { Stop } from './stop.ts';
import { clip } from './words.ts';

export interface FixWish {
  /** `write` changes files, `diff` shows what would be. Standard input is never written, but printed. */
  how: 'write' | 'diff';
  unsafe: boolean;
}

export interface FixedFiles {
  /** The same files; what is read of them is the text to report on. */
  files: LintFile[];
  /** Standard output holds a diff or a fixed text, so that no report may follow on it. */
  spoken: boolean;
  /** Some file could not be written. */
  failed: boolean;
}

/** Reads, mends and writes the files one after the other. What befalls one of them is told, and the others go on. */
export async function fixFiles(
  files: readonly LintFile[],
  wish: FixWish,
  options: LintOptions,
  surround: (file: LintFile) => Surround,
  stop: Stop,
): Promise<FixedFiles> {
  const { fixDockerfile } = await import('../../lint.ts');
  const out: FixedFiles = { files: [], spoken: wish.how === 'diff', failed: false };
  for (const file of files) {
    if (stop.signal.aborted) break;
    let text: string;
    try {
      text = await file.read();
    } catch (error) {
      // The report tells it, once.
      out.files.push({ ...file, read: () => Promise.reject(error) });
      continue;
    }
    const result = await stop.orStopped(
      fixDockerfile(text, file.name, options, { unsafe: wish.unsafe }, surround(file)),
    );
    const left = wish.how === 'diff' ? text : result.text;
    out.files.push({ ...file, read: () => Promise.resolve(left) });
    try {
      if (wish.how === 'diff') await showDiff(file, text, result);
      else if (file.stdin) {
        out.spoken = true;
        await say(process.stdout, result.text);
      } else if (result.text !== text) await writeFixed(file.name, text, result.text);
      tell(file, result, wish);
    } catch (error) {
      out.failed = true;
      complain(error);
    }
  }
  return out;
}

async function showDiff({ name }: LintFile, before: string, { text }: FixResult): Promise<void> {
  const { unifiedDiff } = await import('../../fix/diff.ts');
  await say(process.stdout, unifiedDiff(name, before, text));
}

/** Replaces the file whole, where it still holds what was read. @throws SourceError, UsageError */
async function writeFixed(path: string, before: string, after: string): Promise<void> {
  const wanted = Buffer.from(before);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new SourceError(`${path} cannot be read again (${error.code}); nothing was written`);
  });
  try {
    if (!(await file.stat()).isFile())
      throw new SourceError(`${path} is no regular file; standard input (-) takes text and prints it mended`);
    const found = Buffer.alloc(wanted.length + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(found, length, found.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === found.length) break;
    }
    if (!found.subarray(0, length).equals(wanted)) {
      const why = before.includes('\ufffd') ? 'is not all UTF-8: save it as UTF-8 and' : 'has changed meanwhile:';
      throw new SourceError(`${path} ${why} run again; nothing was written`);
    }
  } finally {
    await file.close();
  }
  await writeOutput(path, after);
}

/** One line on standard error, so that a report on standard output stays what it is. */
function tell({ name }: LintFile, { applied, withheld, dropped }: FixResult, { how, unsafe }: FixWish): void {
  const parts: string[] = [];
  if (applied.length > 0)
    parts.push(`${how === 'diff' ? 'would mend' : 'mended'} ${applied.length} (${rulesOf(applied)})`);
  if (withheld.length > 0 && !unsafe) parts.push(`${withheld.length} more with --fix-unsafe (${rulesOf(withheld)})`);
  if (dropped.length > 0)
    parts.push(`${dropped.length} let be, since something else would get worse (${rulesOf(dropped)})`);
  if (parts.length > 0) process.stderr.write(`tare: ${clip(name, 200)}: ${parts.join('; ')}\n`);
}

function rulesOf(notes: readonly FixNote[]): string {
  const counts = new Map<string, number>();
  for (const { rules } of notes) for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => (count === 1 ? rule : `${rule} ×${count}`)).join(', ');
}
