/** JSON text to settings with places, without recursion: depth and number are bounded, comments and trailing commas are let be. */
import type { Setting } from './settings.ts';
import { placer } from './settings.ts';

const most = 50_000;
const deepest = 64;

/** Every string, number and true/false/null with its path; undefined where the text is no JSON object or array. */
export function jsonSettings(text: string): Setting[] | undefined {
  const found: Setting[] = [];
  const stack: { key: string; list: boolean }[] = [];
  const at = placer(text);
  let key: string | undefined;
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let begun = false;
  const path = (last: string): string => [...stack.slice(1).map((part) => part.key), last].join('.');
  const add = (value: string, offset: number): void => {
    const top = stack.at(-1);
    if (!top || found.length >= most) return;
    const name = top.list ? '[]' : key;
    if (name !== undefined) found.push({ path: path(name), key: name, value, ...at(offset) });
    key = undefined;
  };
  while (i < text.length) {
    const c = text[i]!;
    if (c === '{' || c === '[') {
      begun = true;
      const top = stack.at(-1);
      stack.push({ key: top?.list ? '[]' : (key ?? ''), list: c === '[' });
      if (stack.length > deepest) return found;
      key = undefined;
      i++;
    } else if (c === '}' || c === ']') {
      stack.pop();
      key = undefined;
      i++;
      if (stack.length === 0) break;
    } else if (c === '"') {
      if (!begun) return undefined;
      const end = endOfString(text, i);
      if (end < 0) return found;
      const value = unescaped(text.slice(i + 1, end));
      const after = skipSpace(text, end + 1);
      if (text[after] === ':' && !stack.at(-1)?.list) {
        key = value;
        i = after + 1;
      } else {
        add(value, i + 1);
        i = end + 1;
      }
    } else if (c === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) i = skipComment(text, i);
    else if (c === ',' || c === ':' || c === ' ' || c === '\n' || c === '\r' || c === '\t') i++;
    else {
      if (!begun) return undefined;
      let end = i;
      while (end < text.length && !',}] \n\r\t'.includes(text[end]!)) end++;
      add(text.slice(i, Math.min(end, i + 100)), i);
      i = Math.max(end, i + 1);
    }
  }
  return begun ? found : undefined;
}

/** Index of the closing quote; −1 where there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 34) return i;
  }
  return -1;
}

function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && ' \n\r\t'.includes(text[i]!)) i++;
  return i;
}

function skipComment(text: string, at: number): number {
  const end = text[at + 1] === '/' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + (text[at + 1] === '/' ? 1 : 2);
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, code: string) => {
    if (code[0] === 'u' && code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' } as Record<string, string>)[code] ?? code;
  });
}
