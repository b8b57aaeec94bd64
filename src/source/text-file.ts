/** Small files of the user's that are read whole. */
import { open } from 'node:fs/promises';
import { UsageError } from '../types.ts';
import { clip } from './clip.ts';

/** The text of a file of at most so many bytes. @throws UsageError */
export async function textFile(what: string, name: string, most: number): Promise<{ name: string; text: string }> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(name, 'r');
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    // A pipe gives what is in it, and more later.
    for (let read = -1; read !== 0 && length <= most; length += read)
      ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length, null));
    if (length > most) throw new Error(`it is larger than ${most} bytes`);
    return { name, text: buffer.toString('utf8', 0, length) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    throw new UsageError(`cannot read the ${what} ${clip(name)}: ${why}`);
  } finally {
    await handle?.close();
  }
}
