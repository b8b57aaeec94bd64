/**
 * Reads `name = value` around a keyword, in whatever notation: env files, JSON, YAML, properties, INI, TOML, XML,
 * shell, Dockerfiles, program text, HTTP headers, query strings, command-line options. By code and not by a pattern,
 * so that each byte is looked at once and most keywords are done with after a few of them.
 */
import { isBlank, isLineEnd, isName, isQuote, slice } from './bytes.ts';

export interface Assignment {
  name: string;
  /** Where the name begins. */
  nameStart: number;
  value: string;
  valueStart: number;
  valueEnd: number;
  quoted: boolean;
  /** `flag`: an option of a command; `call`: an argument behind a name; else the sign. */
  sign: 'colon' | 'equals' | 'flag' | 'call' | 'element';
  /** The value goes on past what was read. */
  cut: boolean;
}

const longestName = 64;
const longestValue = 512;

/** The assignment to the name that [from, to) is a part of; undefined where there is none. */
export function readAssignment(bytes: Buffer, from: number, to: number): Assignment | undefined {
  let end = to;
  while (end - to < longestName && isName(bytes[end])) end++;
  if (isName(bytes[end])) return undefined;
  let start = from;
  while (from - start < longestName && isName(bytes[start - 1])) start--;
  const sign = readSign(bytes, start, end);
  if (!sign) return undefined;
  const value = readValue(bytes, sign.at, sign.kind);
  if (!value) return undefined;
  return { name: slice(bytes, start, end), nameStart: start, ...value, sign: sign.kind };
}

/** `dbPassword_2` → `db password 2`. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim();
}

/** Where a value could begin behind a name, and by what sign. */
function readSign(bytes: Buffer, start: number, end: number): { at: number; kind: Assignment['sign'] } | undefined {
  let at = end;
  let quoted = false;
  for (
    let i = 0;
    i < 5 && (isQuote(bytes[at]) || bytes[at] === 0x5d || bytes[at] === 0x29 || bytes[at] === 0x5c);
    i++
  ) {
    quoted ||= isQuote(bytes[at]);
    at++;
  }
  const close = at;
  for (let i = 0; i < 24 && isBlank(bytes[at]); i++) at++;
  const code = bytes[at];
  const after = bytes[at + 1];
  if (code === 0x3d) {
    // = but not == and =~
    if (after === 0x3d || after === 0x7e) return undefined;
    return { at: after === 0x3e ? at + 2 : at + 1, kind: 'equals' };
  }
  if (code === 0x3a) {
    if (after === 0x3a || after === 0x3f) return undefined;
    if (after === 0x3d) return { at: at + 2, kind: 'equals' };
    if (after === 0x2d && bytes[start - 1] === 0x7b) return { at: at + 2, kind: 'equals' };
    return { at: at + 1, kind: 'colon' };
  }
  // ?= += ||= ??=
  if ((code === 0x3f || code === 0x2b || code === 0x7c) && (after === 0x3d || bytes[at + 2] === 0x3d)) {
    return { at: after === 0x3d ? at + 2 : at + 3, kind: 'equals' };
  }
  if (code === 0x3e && bytes[start - 1] === 0x3c) return { at: at + 1, kind: 'element' };
  if (code === 0x2c && quoted) return { at: at + 1, kind: 'call' };
  if (at === close) return undefined;
  if (quoted) {
    const attribute = /^(?:value|content|Value)\s?=/.exec(slice(bytes, at, at + 10));
    return attribute ? { at: at + attribute[0].length, kind: 'equals' } : undefined;
  }
  if (bytes[start] === 0x2d) return { at, kind: 'flag' };
  if (/(?:^|[\s;&|])(?:ENV|setenv|set)[ \t]+$/.test(slice(bytes, start - 9, start))) return { at, kind: 'flag' };
  // `const key string = "…"`: one word of a type.
  const type = /^[A-Za-z][\w.]{0,30} ?= ?/.exec(slice(bytes, at, at + 36));
  return type && isQuote(bytes[at + type[0].length]) ? { at: at + type[0].length, kind: 'equals' } : undefined;
}

function readValue(
  bytes: Buffer,
  from: number,
  kind: Assignment['sign'],
): Pick<Assignment, 'value' | 'valueStart' | 'valueEnd' | 'quoted' | 'cut'> | undefined {
  let at = from;
  for (let i = 0; i < 24 && isBlank(bytes[at]); i++) at++;
  if (kind === 'colon') at = skipType(bytes, at);
  at = skipPrefix(bytes, at);
  let escapes = 0;
  while (escapes < 3 && bytes[at] === 0x5c) {
    at++;
    escapes++;
  }
  const quote = isQuote(bytes[at]) ? bytes[at] : undefined;
  if (quote !== undefined) at++;
  else at -= escapes;
  if (quote !== undefined) at = skipScheme(bytes, at);
  let end = at;
  const most = Math.min(bytes.length, at + longestValue);
  if (quote === undefined) while (end < most && !stopsWord(bytes[end]!)) end++;
  else while (end < most && bytes[end] !== quote && bytes[end] !== 0x5c && !isLineEnd(bytes[end])) end++;
  if (end === at) return undefined;
  return {
    value: slice(bytes, at, end),
    valueStart: at,
    valueEnd: end,
    quoted: quote !== undefined,
    cut: end === at + longestValue,
  };
}

/** `: string = "…"`, `: &str = "…"`: the value stands behind the type. */
function skipType(bytes: Buffer, at: number): number {
  if (isQuote(bytes[at])) return at;
  const type = /^[&A-Za-z][\w.'<>[\]& ]{0,40}= ?/.exec(slice(bytes, at, at + 46));
  return type && isQuote(bytes[at + type[0].length]) ? at + type[0].length : at;
}

/** `r"…"`, `@"…"`, a YAML tag, and the scheme of an Authorization header. */
function skipPrefix(bytes: Buffer, at: number): number {
  const code = bytes[at];
  if (code === 0x21) {
    const tag = /^!!?[a-z]{1,8} +/.exec(slice(bytes, at, at + 12));
    return tag ? at + tag[0].length : at;
  }
  if (isQuote(bytes[at + 1]) && code !== undefined && /[@rbufL]/.test(String.fromCharCode(code))) return at + 1;
  return skipScheme(bytes, at);
}

function skipScheme(bytes: Buffer, at: number): number {
  const code = bytes[at];
  // B b T t S
  if (code !== 0x42 && code !== 0x62 && code !== 0x54 && code !== 0x74 && code !== 0x53) return at;
  const scheme = /^(?:Bearer|bearer|BEARER|Token|token|SSWS|Bot) +/.exec(slice(bytes, at, at + 12));
  return scheme ? at + scheme[0].length : at;
}

/** White space, quotes, and what ends a word in shells, lists, markup and query strings. */
const stops = Uint8Array.from({ length: 256 }, (_, code) =>
  code <= 0x20 || code >= 0x7f || '"\'`<>;,&|)}]'.includes(String.fromCharCode(code)) ? 1 : 0,
);

function stopsWord(code: number): boolean {
  return stops[code] === 1;
}
