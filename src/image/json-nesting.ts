/** How deep a JSON document goes, before a parser is let at it. */

/** Brackets open at once, strings left out: each level costs the parser far more memory than its byte. */
export const maxNesting = 1000;

/** The deepest nesting of a JSON text, told without parsing it. */
export function nesting(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}
