/** Takes options out of commands, out of a cluster of letters too. */
import type { ArgumentFact, CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import type { Edit } from './change.ts';
import { removeWords, replacement, standsAs } from './edits.ts';

/** An option to take out. `value` must fit where it is given; it stands behind `=` or is the next word. */
export interface Unwanted {
  name: string;
  value?: RegExp;
}

/** Letters of curl, wget and apt-get that take the rest of the cluster as their value. */
const valued = /[oHduAbceEmrtTUwxXyYzCDKPOQ]/;

/** Edits that take every such option out; undefined where one of them cannot be. */
export function removeOptions(
  dockerfile: DockerfileFacts,
  { args }: CommandFact,
  unwanted: readonly Unwanted[],
): Edit[] | undefined {
  const edits: Edit[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg.text === '--') break;
    const found = match(arg, args[at + 1], unwanted);
    if (!found) continue;
    const last = found.words === 2 ? args[at + 1]! : arg;
    if (found.rest === undefined && !isWhole(dockerfile, arg, last)) return undefined;
    if (found.rest !== undefined && !standsAs(dockerfile, arg, arg.text)) return undefined;
    const edit =
      found.rest === undefined
        ? removeWords(dockerfile, { start: arg.start, end: last.end })
        : replacement(arg, found.rest);
    if (!edit) return undefined;
    edits.push(edit);
    at += found.words - 1;
  }
  return edits;
}

function match(
  { text, dynamic }: ArgumentFact,
  next: ArgumentFact | undefined,
  unwanted: readonly Unwanted[],
): { words: 1 | 2; rest?: string } | undefined {
  if (dynamic && !text.startsWith('-')) return undefined;
  for (const { name, value } of unwanted) {
    if (!value) {
      if (text === name) return { words: 1 };
      if (/^-[A-Za-z]$/.test(name) && /^-[A-Za-z#]{2,12}$/.test(text)) {
        const letters = text.slice(1);
        const at = letters.indexOf(name[1]!);
        if (at >= 0 && !valued.test(letters.slice(0, at)))
          return { words: 1, rest: `-${letters.slice(0, at)}${letters.slice(at + 1)}` };
      }
      continue;
    }
    if (text === name && next && value.test(next.text)) return { words: 2 };
    if (text.startsWith(`${name}=`) && value.test(text.slice(name.length + 1))) return { words: 1 };
    if (/^-[A-Za-z]$/.test(name) && text.startsWith(name) && text.length > 2 && value.test(text.slice(2)))
      return { words: 1 };
  }
  return undefined;
}

/** The words stand in the file as words: nothing is cut out of the middle of something else. */
function isWhole({ text }: DockerfileFacts, { start }: ArgumentFact, { end }: ArgumentFact): boolean {
  return /^[\s"']?$/.test(text[start - 1] ?? '') && /^[\s"';)&|]?$/.test(text[end] ?? '');
}
