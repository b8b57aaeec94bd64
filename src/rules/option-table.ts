/** Options by program, as rules keep them in their parameters: `apt-get: "--force-yes -o=APT::Get::AllowUnauthenticated=true"`. */
import type { CommandFact } from '../types/dockerfile.ts';
import { wildcard } from './wild.ts';

export interface OptionTable {
  /** The first option of the command that the table lists for its program, as written. */
  find(command: Pick<CommandFact, 'name' | 'args'>): string | undefined;
}

/**
 * Compiles a table from program names (several with blanks between) to options (the same). An option `-o=VALUE` is one whose
 * next word, or the rest of the same word, is VALUE; `-k` is found in a cluster such as `-fsSLk` too; * stands for anything;
 * case does not matter in values.
 */
export function dockerfileOptions(table: ReadonlyMap<string, string>): OptionTable {
  const byProgram = new Map<string, string[]>();
  for (const [programs, options] of table)
    for (const program of programs.split(' ')) byProgram.set(program, options.split(' '));
  return {
    find: ({ name, args }) => {
      const options = byProgram.get(name);
      if (!options) return undefined;
      for (let at = 0; at < args.length; at++) {
        const { text } = args[at]!;
        if (text === '--') return undefined;
        for (const option of options)
          if (matches(option, text, args[at + 1]?.text)) return shown(option, text, args[at + 1]?.text);
      }
      return undefined;
    },
  };
}

function matches(option: string, text: string, next: string | undefined): boolean {
  const equals = option.indexOf('=');
  if (/^-[A-Za-z]$/.test(option))
    return text === option || (/^-[A-Za-z]{2,12}$/.test(text) && cluster(text, option[1]!));
  if (equals < 0) return text === option;
  const name = option.slice(0, equals);
  const value = option.slice(equals + 1).toLowerCase();
  if (text === name) return next !== undefined && wildcard(value, next.toLowerCase());
  const joined = text.startsWith(`${name}=`)
    ? text.slice(name.length + 1)
    : /^-[A-Za-z]$/.test(name) && text.startsWith(name)
      ? text.slice(2)
      : undefined;
  return joined !== undefined && wildcard(value, joined.toLowerCase());
}

/** Letters that take the rest of the word as their value end a cluster; curl's and wget's, which are the ones asked for. */
function cluster(text: string, letter: string): boolean {
  for (const one of text.slice(1)) {
    if (one === letter) return true;
    if ('oHduAbceEmrtTUwxXyYzCDKP'.includes(one)) return false;
  }
  return false;
}

function shown(option: string, text: string, next: string | undefined): string {
  return option.includes('=') && !text.includes('=') && text === option.slice(0, option.indexOf('='))
    ? `${text} ${next}`
    : text;
}
