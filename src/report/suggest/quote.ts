/** Text of an image inside of YAML and of a command line: it stays text, whatever it holds. */

/** A YAML double-quoted scalar (YAML 1.2, section 7.3.1), in ASCII. */
export function yamlText(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === '\\') out += `\\${character}`;
    else if (code >= 0x20 && code <= 0x7e) out += character;
    // A surrogate by itself is no character.
    else if (code >= 0xd800 && code <= 0xdfff) out += '\\uFFFD';
    else if (code <= 0xffff) out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else out += `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
  }
  return `"${out}"`;
}

/** Text for a comment: one line of ASCII that nothing can end. */
export function commentText(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > 300 ? `${plain.slice(0, 300)}...` : plain;
}

/** One word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
