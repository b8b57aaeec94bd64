/** Help text. Laid out here, so that showing it costs a few milliseconds. */
import type { OptionSpec } from './options.ts';

/** Text on `width` columns at most: usage, what it does, options by group, examples. */
export function helpText(
  help: {
    usage: string;
    about: string;
    options: readonly OptionSpec[];
    examples: readonly [string, string][];
    closing?: string;
  },
  width: number,
): string {
  const lines = [`Usage: ${help.usage}`, '', ...wrap(help.about, width, 0)];
  const names = help.options.map(heading);
  const column = Math.min(Math.max(...names.map((name) => name.length)) + 4, 36);
  let group = '';
  for (const [at, option] of help.options.entries()) {
    if (option.group !== group) lines.push('', `${(group = option.group)}:`);
    lines.push(...twoColumns(names[at]!, option.describe, column, width));
  }
  lines.push('', 'Examples:');
  for (const [command, meaning] of help.examples) lines.push(`  ${command}`, ...wrap(meaning, width, 6));
  if (help.closing) lines.push('', ...wrap(help.closing, width, 0));
  return `${lines.join('\n')}\n`;
}

/** A name and its meaning; the meaning begins at `column`, on a line of its own where the name is too long. */
export function twoColumns(name: string, meaning: string, column: number, width: number): string[] {
  const [first = '', ...rest] = wrap(meaning, width, column);
  const start = `  ${name}`;
  if (start.length + 2 > column) return [start, first, ...rest];
  return [start + first.slice(start.length), ...rest];
}

/** Words on lines of at most `width`, each indented. */
export function wrap(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  for (const word of text.split(' ')) {
    const empty = line.length <= indent;
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line += empty ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}

function heading(option: OptionSpec): string {
  return `--${option.name}${option.value ? ` ${option.value}` : ''}`;
}
