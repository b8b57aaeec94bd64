/** Writing that waits until the text is out, so that the process may exit after it. */

/** Resolves when the text is written, or when nobody reads it any more. */
export function say(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
