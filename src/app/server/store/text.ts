/** What PostgreSQL can store of text that comes from images, registries and error messages. */

/** Of a reason, characters; the rest helps nobody. */
const mostReason = 2_000;

/** Without NUL, which no text may hold, and without halves of characters, which jsonb refuses: an image may have both in any name. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Cs}/gu, '\ufffd');
}

/** A sentence to store: of bounded length too. */
export function storableReason(reason: string): string {
  return storableText(reason.length > mostReason ? `${reason.slice(0, mostReason)} …` : reason);
}

/** The same for every string in plain data. */
export function storable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'string' ? storableText(part) : part))) as T;
}
