/** A parsed file in the notation of BuildKit's parser tests, so that the two can be compared. */
import type { Dockerfile, Instruction } from '../../src/dockerfile/model.ts';

export function dump(dockerfile: Dockerfile): string {
  return dockerfile.instructions.map((instruction) => `(${one(instruction)})`).join('\n');
}

function one(instruction: Instruction): string {
  const parts = [instruction.keyword.toLowerCase()];
  if (instruction.flags.length > 0) {
    const flags = instruction.flags.map(({ name, value }) =>
      quote(value === undefined ? `--${name}` : `--${name}=${value}`),
    );
    parts.push(`[${flags.join(' ')}]`);
  }
  if (instruction.trigger) parts.push(`(${one(instruction.trigger)})`);
  else if (instruction.keyword === 'ARG') {
    for (const { name, value } of instruction.pairs)
      parts.push(quote(value ? `${name.text}=${value.text}` : name.text));
  } else if (instruction.pairs.length > 0) {
    for (const { name, value, legacy } of instruction.pairs)
      parts.push(quote(name.text), quote(value!.text), quote(legacy ? '' : '='));
  } else for (const arg of instruction.args) parts.push(quote(arg.text));
  return parts.join(' ');
}

/** Go's strconv.Quote for what the samples hold. */
function quote(text: string): string {
  const escapes: Record<string, string> = {
    '"': '\\"',
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  };
  const inner = text.replace(/["\\\b\f\n\r\t]/g, (char) => escapes[char]!).replace(/\0/g, '\\x00');
  return `"${inner}"`;
}
