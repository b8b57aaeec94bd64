/** Small files of the user's that are read whole. */
import { open } from 'node:fs/promises';
import type { RulesetFile } from '../../rules/load.ts';
import { UsageError } from '../../types.ts';
import { quote } from './words.ts';

const rulesetBytes = 4 << 20;

/** A ruleset. @throws UsageError where it cannot be read. */
export async function rulesetFile(name: string): Promise<RulesetFile> {
  return textFile('ruleset', name, rulesetBytes);
}

/** The text of a file of at most so many bytes. @throws UsageError */
export async function textFile(what: string, name: string, most: number): Promise<{ name: string; text: string }> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(name, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most + 1), 0, most + 1, null);
    if (bytesRead > most) throw new Error(`it is larger than ${most} bytes`);
    return { name, text: buffer.toString('utf8', 0, bytesRead) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    throw new UsageError(`cannot read the ${what} ${quote(name)}: ${why}`);
  } finally {
    await handle?.close();
  }
}
