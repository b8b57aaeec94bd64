/**
 * A shallow reading of shell text: which commands it names. It knows quotes, comments, here-documents, operators,
 * redirections, case patterns and function names (POSIX.1-2024, XCU 2), not expansion; the full parser belongs to
 * Dockerfiles. Linear in the text.
 */
import { endOfLine, readWord, type ShellWord, skipBodies } from './shell-words.ts';

/** One simple command, or what stands in its place. */
export interface ShellCommand {
  /** `loop`: the words that `for` goes through. `function`: the name of one that is defined here. `assignment`: name and value, no command. */
  kind: 'command' | 'loop' | 'function' | 'assignment';
  /** Assignments in front of a command, redirections and reserved words are taken off. */
  words: ShellWord[];
  /** Line of the text, 1 for the first. */
  line: number;
  /** Followed by `&`. */
  background?: true;
  /** Its output goes to the next command. */
  piped?: true;
  /** Stands in `$(…)`. */
  inner?: true;
}

const reserved = new Set('if then else elif while until do ! { } fi done esac time'.split(' '));
const innerDepth = 2;

/** Words of the simple commands in order. */
export function simpleCommands(text: string, limit = 4096): ShellWord[][] {
  return shellCommands(text, limit)
    .filter(({ kind, inner }) => kind === 'command' && !inner)
    .map(({ words }) => words);
}

/** Everything in order, at most `limit`. What stands in `$(…)` comes before the command that uses it. */
export function shellCommands(text: string, limit = 4096): ShellCommand[] {
  const out: ShellCommand[] = [];
  read(text, out, limit, 1, 0);
  return out;
}

function read(text: string, out: ShellCommand[], limit: number, firstLine: number, depth: number): void {
  const marks = depth === 0 ? {} : { inner: true as const };
  let words: ShellWord[] = [];
  let inner: [text: string, line: number][] = [];
  let heredocs: string[] = [];
  /** One for each open `case`: whether a pattern is being read. */
  const cases: boolean[] = [];
  let line = firstLine;
  let newline = text.indexOf('\n');
  let at = 0;
  let start = firstLine;
  const lineAt = (offset: number) => {
    for (; newline >= 0 && newline < offset; newline = text.indexOf('\n', newline + 1)) line++;
    return line;
  };
  const put = (more: Omit<ShellCommand, 'line'>) => {
    if (out.length < limit) out.push({ ...more, line: start, ...marks });
  };
  const flush = (more: Pick<ShellCommand, 'background' | 'piped'> = {}) => {
    const taken = words;
    words = [];
    const texts = inner;
    inner = [];
    for (const [part, begins] of texts) read(part, out, limit, begins, depth + 1);
    if (taken.length === 0) return;
    const command = strip(taken);
    if (command) put({ ...command, ...more });
  };
  while (at < text.length && out.length < limit) {
    const c = text[at]!;
    const pattern = cases[cases.length - 1] === true;
    if (c === ' ' || c === '\t' || c === '\r') at++;
    else if (c === '\n') {
      if (!pattern) flush();
      at = skipBodies(text, at + 1, heredocs);
      heredocs = [];
    } else if (c === '\\' && text[at + 1] === '\n') at += 2;
    else if (c === '#') at = endOfLine(text, at);
    else if (pattern && (c === '|' || c === '(')) at++;
    else if (pattern && c === ')') {
      words = [];
      cases[cases.length - 1] = false;
      at++;
    } else if (words[0]?.text === '[[' && words.at(-1)!.text !== ']]' && '&|()<>'.includes(c)) at++;
    else if (c === '<' || c === '>') {
      const here = c === '<' && text[at + 1] === '<' && text[at + 2] !== '<';
      if (words.length > 0 && /^\d$/.test(words[words.length - 1]!.text) && text[at - 1] !== ' ') words.pop();
      while (at < text.length && '<>&|-'.includes(text[at]!)) at++;
      while (text[at] === ' ' || text[at] === '\t') at++;
      const target = readWord(text, at);
      if (here && target.word.text && heredocs.length < 16) heredocs.push(target.word.text);
      at = Math.max(target.end, at);
    } else if (c === '(' && words.length === 1 && /^[ \t]{0,8}\)/.test(text.slice(at + 1, at + 10))) {
      put({ kind: 'function', words });
      words = [];
      at = text.indexOf(')', at) + 1;
    } else if (';&|()`'.includes(c)) {
      const next = text[at + 1];
      flush(c === '&' && next !== '&' ? { background: true } : c === '|' && next !== '|' ? { piped: true } : {});
      if (c === ';' && (next === ';' || next === '&') && cases.length > 0) cases[cases.length - 1] = true;
      at += next === c || (c === '|' && next === '&') || (c === ';' && next === '&') ? 2 : 1;
    } else {
      if (words.length === 0) start = lineAt(at);
      const { word, end } = readWord(
        text,
        at,
        depth >= innerDepth
          ? undefined
          : (from, to) => {
              if (inner.length < 64) inner.push([text.slice(from, to), lineAt(from)]);
            },
      );
      at = end > at ? end : at + 1;
      if (pattern && words.length === 0 && word.text === 'esac') {
        cases.pop();
        continue;
      }
      words.push(word);
      if (word.text === 'in' && !pattern && isCase(words)) {
        words = [];
        if (cases.length < 256) cases.push(true);
      } else if (word.text === 'esac' && words.length === 1) cases.pop();
    }
  }
  flush();
}

/** `case WORD in`, with whatever reserved words stand in front. */
function isCase(words: readonly ShellWord[]): boolean {
  return words.length >= 3 && words[words.length - 3]!.text === 'case';
}

function strip(words: ShellWord[]): Pick<ShellCommand, 'kind' | 'words'> | undefined {
  let i = 0;
  let assigned: string | undefined;
  while (i < words.length) {
    const { text } = words[i]!;
    if (text === 'for' || text === 'select') return { kind: 'loop', words: words.slice(i + 3) };
    if (text === 'function') return { kind: 'function', words: words.slice(i + 1, i + 2) };
    if (text === 'case' || text === 'in') return undefined;
    if (/^[A-Za-z_]\w*\+?=/.test(text)) assigned = text;
    else if (!reserved.has(text)) break;
    i++;
  }
  if (i < words.length) return { kind: 'command', words: words.slice(i) };
  if (assigned === undefined) return undefined;
  const cut = assigned.indexOf('=');
  const { dynamic } = words[words.length - 1]!;
  return {
    kind: 'assignment',
    words: [
      { text: assigned.slice(0, cut), dynamic: false },
      { text: assigned.slice(cut + 1), dynamic },
    ],
  };
}
