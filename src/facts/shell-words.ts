/**
 * Words of shell text: quotes, escapes and the extent of expansions (POSIX.1-2024, XCU 2.2 and 2.6), no values.
 * Linear in the text.
 */

/** A word; `dynamic` where its value is known only at run time. */
export interface ShellWord {
  text: string;
  dynamic: boolean;
}

/** Called with the span of the text inside a `$(…)`. */
export type InnerText = (from: number, to: number) => void;

/** The word that begins at `start`, empty where none does, and where it ends. */
export function readWord(text: string, start: number, inner?: InnerText): { word: ShellWord; end: number } {
  let out = '';
  let dynamic = false;
  let at = start;
  const expansion = () => {
    dynamic = true;
    const end = endOfExpansion(text, at);
    if (inner && text[at + 1] === '(' && text[at + 2] !== '(') inner(at + 2, end - 1);
    out += text.slice(at, end);
    at = end;
  };
  while (at < text.length) {
    const c = text[at]!;
    if (' \t\r\n;&|()<>`'.includes(c)) break;
    if (c === "'") {
      const end = indexOrEnd(text, "'", at + 1);
      out += text.slice(at + 1, end);
      at = end + 1;
    } else if (c === '"') {
      at++;
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '$' && '({'.includes(text[at + 1] ?? ' ')) {
          expansion();
          continue;
        }
        if (text[at] === '\\') at++;
        else if (text[at] === '$' || text[at] === '`') dynamic = true;
        out += text[at] ?? '';
        at++;
      }
      at++;
    } else if (c === '\\') {
      if (text[at + 1] !== '\n') out += text[at + 1] ?? '';
      at += 2;
    } else if (c === '$') expansion();
    else {
      out += c;
      at++;
    }
  }
  return { word: { text: out.slice(0, 4096), dynamic }, end: at };
}

/** `$name`, `${…}`, `$(…)`: nested brackets are counted, not read. */
function endOfExpansion(text: string, at: number): number {
  const open = text[at + 1];
  if (open !== '(' && open !== '{') return at + 1;
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return text.length;
}

/** Behind the here-documents that begin at a line, each ended by its delimiter. */
export function skipBodies(text: string, start: number, delimiters: readonly string[]): number {
  let at = start;
  for (const delimiter of delimiters) {
    while (at < text.length) {
      const end = endOfLine(text, at);
      const line = text.slice(at, end).trim();
      at = end + 1;
      if (line === delimiter) break;
    }
  }
  return at;
}

/** Offset of the next line end. */
export function endOfLine(text: string, at: number): number {
  return indexOrEnd(text, '\n', at);
}

function indexOrEnd(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}
