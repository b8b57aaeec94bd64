/** Words of the user's inside of our sentences. */

/** A word of the user's, without control characters and not endless. */
export function clip(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
  return `'${plain.length > 160 ? `${plain.slice(0, 157)}...` : plain}'`;
}
