/** Words of the user's inside our sentences. */

/** In quotes, on one line, without control characters, and not endless. */
export function quote(text: string): string {
  return `'${clip(text)}'`;
}

/** The same without quotes. */
export function clip(text: string, most = 80): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}
