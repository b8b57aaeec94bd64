/** Bytes to text and text to lines, without copies that a hostile file could multiply. */

/** Decodes UTF-8; malformed bytes become U+FFFD. */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Decodes one byte per character: for formats whose fields of interest are ASCII. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Lines without their ends (`\n` or `\r\n`). */
export function* lines(text: string): IterableIterator<string> {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    yield text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
    start = end + 1;
  }
}

/** Last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Everything before the last segment; '' at the top. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}

/** A copy without the buffer behind it: slices of a large text would keep all of it alive. */
export function detach(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
