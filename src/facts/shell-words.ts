/**
 * A shallow reading of shell text: which commands it names. It knows quotes, comments, here-documents, operators and
 * redirections (POSIX.1-2024, XCU 2), not expansion or functions; the full parser belongs to Dockerfiles.
 * Linear in the text.
 */

/** A word; `dynamic` where its value is known only at run time. */
export interface ShellWord {
  text: string;
  dynamic: boolean;
}

const reserved = new Set([
  'if',
  'then',
  'else',
  'elif',
  'while',
  'until',
  'do',
  '!',
  '{',
  '}',
  'fi',
  'done',
  'esac',
  'time',
]);
const headers = new Set(['for', 'case', 'select', 'function', 'in']);

/** Simple commands in order, each with its words: assignments and redirections taken off, reserved words looked through. */
export function simpleCommands(text: string, limit = 4096): ShellWord[][] {
  const commands: ShellWord[][] = [];
  let words: ShellWord[] = [];
  const flush = () => {
    const command = strip(words);
    if (command.length > 0 && commands.length < limit) commands.push(command);
    words = [];
  };
  let at = 0;
  let heredocs: string[] = [];
  while (at < text.length && commands.length < limit) {
    const c = text[at]!;
    if (c === '\n') {
      flush();
      at = skipBodies(text, at + 1, heredocs);
      heredocs = [];
    } else if (c === ' ' || c === '\t' || c === '\r') at++;
    else if (c === '\\' && text[at + 1] === '\n') at += 2;
    else if (c === '#') at = endOfLine(text, at);
    else if (c === '<' || c === '>') {
      const here = c === '<' && text[at + 1] === '<' && text[at + 2] !== '<';
      if (words.length > 0 && /^\d$/.test(words[words.length - 1]!.text) && text[at - 1] !== ' ') words.pop();
      while (at < text.length && '<>&|-'.includes(text[at]!)) at++;
      while (text[at] === ' ' || text[at] === '\t') at++;
      const target = readWord(text, at);
      if (here && target.word.text && heredocs.length < 16) heredocs.push(target.word.text);
      at = Math.max(target.end, at);
    } else if (';&|()`'.includes(c)) {
      flush();
      at++;
    } else {
      const { word, end } = readWord(text, at);
      words.push(word);
      at = end > at ? end : at + 1;
    }
  }
  flush();
  return commands;
}

function strip(words: ShellWord[]): ShellWord[] {
  let i = 0;
  while (i < words.length) {
    const { text } = words[i]!;
    if (headers.has(text)) return [];
    if (reserved.has(text) || /^[A-Za-z_]\w*\+?=/.test(text)) i++;
    else break;
  }
  return words.slice(i);
}

function readWord(text: string, start: number): { word: ShellWord; end: number } {
  let out = '';
  let dynamic = false;
  let at = start;
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
        if (text[at] === '\\') at++;
        if (text[at] === '$' || text[at] === '`') dynamic = true;
        out += text[at] ?? '';
        at++;
      }
      at++;
    } else if (c === '\\') {
      if (text[at + 1] !== '\n') out += text[at + 1] ?? '';
      at += 2;
    } else if (c === '$') {
      dynamic = true;
      const end = endOfExpansion(text, at);
      out += text.slice(at, end);
      at = end;
    } else {
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

function skipBodies(text: string, start: number, delimiters: readonly string[]): number {
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

function endOfLine(text: string, at: number): number {
  return indexOrEnd(text, '\n', at);
}

function indexOrEnd(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}
