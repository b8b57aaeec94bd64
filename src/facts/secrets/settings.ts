/**
 * Reads the settings of configuration formats with the place of each value. Tolerant and linear: a file that a program
 * would refuse still leaks what it holds. Keys are joined by dots, list items are `[]`.
 */

export interface Setting {
  /** `auths.registry.example.com.auth`; INI: `section.key`. */
  path: string;
  /** Last key alone. */
  key: string;
  /** Unquoted. */
  value: string;
  /** Where the value begins, one-based. */
  line: number;
  column: number;
}

const most = 20_000;
const deepest = 64;

/** `key = value` or `key: value` lines with `[section]` heads; `#` and `;` begin comments. Also dotenv, properties and npmrc. */
export function iniSettings(text: string): Setting[] {
  const found: Setting[] = [];
  let section = '';
  let line = 0;
  for (const raw of eachLine(text)) {
    line++;
    if (found.length >= most) break;
    const indent = raw.length - raw.trimStart().length;
    const body = raw.trim();
    if (body === '' || body[0] === '#' || body[0] === ';' || /^\/\/\s/.test(body) || body[0] === '!') continue;
    const head = /^\[\s*([^\]]{1,300})\]/.exec(body);
    if (head) {
      section = head[1]!.trim();
      continue;
    }
    const cut = separator(body);
    if (cut < 1) continue;
    const key = body
      .slice(0, cut)
      .replace(/^(export|set)\s+/i, '')
      .trim()
      .slice(0, 300);
    const rest = body.slice(cut + 1, cut + 20_000).trimStart();
    const value = unquoted(rest).trimEnd();
    if (key === '') continue;
    const column = indent + body.indexOf(rest, cut + 1) + (rest !== '' && rest[0] !== value[0] ? 1 : 0) + 1;
    found.push({ path: section ? `${section}.${key}` : key, key, value, line, column });
  }
  return found;
}

/** Block mappings and lists of scalars, by indentation; flow style, anchors and multi-line scalars are passed over. */
export function yamlSettings(text: string): Setting[] {
  const found: Setting[] = [];
  const stack: { indent: number; key: string }[] = [];
  let line = 0;
  for (const raw of eachLine(text)) {
    line++;
    if (found.length >= most) break;
    const body = raw.trimStart();
    if (body === '' || body[0] === '#' || body.startsWith('---')) continue;
    let indent = raw.length - body.length;
    let rest = body;
    while (rest.startsWith('- ')) {
      while (stack.length > 0 && stack.at(-1)!.indent >= indent) stack.pop();
      if (stack.length < deepest) stack.push({ indent, key: '[]' });
      const inner = rest.slice(2).trimStart();
      indent += rest.length - inner.length;
      rest = inner;
    }
    const match = /^("[^"]{1,300}"|'[^']{1,300}'|:?[^\s:#"'{[][^:#]{0,300}?)\s*:(?:\s+(.*))?$/.exec(
      rest.slice(0, 20_000),
    );
    if (!match) continue;
    while (stack.length > 0 && stack.at(-1)!.indent >= indent) stack.pop();
    const key = unquoted(match[1]!.trim());
    const written = (match[2] ?? '')
      .replace(/^(![\w!:./-]{1,60}|&\w{1,60})\s+/, '')
      .replace(/\s+#.*$/, '')
      .trim();
    if (written === '' || written === '|' || written === '>' || written === '|-' || written === '>-') {
      if (stack.length < deepest) stack.push({ indent, key });
      continue;
    }
    const value = unquoted(written);
    const column = raw.indexOf(value, raw.length - rest.length + match[1]!.length) + 1;
    found.push({
      path: [...stack.map((part) => part.key), key].join('.'),
      key,
      value,
      line,
      column: Math.max(1, column),
    });
  }
  return found;
}

/** Text of elements and values of attributes: `servers.server.password`, `configuration.add@value`. Comments are passed over. */
export function xmlSettings(text: string): Setting[] {
  const found: Setting[] = [];
  const stack: string[] = [];
  const at = placer(text);
  const tag = /<!--|<!\[CDATA\[|<(\/?)([A-Za-z_][\w.:-]{0,200})([^<>]{0,8000})>/g;
  let content = 0;
  for (let match = tag.exec(text); match && found.length < most; match = tag.exec(text)) {
    if (match[0] === '<!--' || match[0] === '<![CDATA[') {
      const end = text.indexOf(match[0] === '<!--' ? '-->' : ']]>', tag.lastIndex);
      if (end < 0) break;
      tag.lastIndex = end + 3;
      continue;
    }
    const [, close, name, rest] = match as unknown as [string, string, string, string];
    if (close) {
      const value = text.slice(content, match.index).trim();
      if (value !== '' && value.length <= 20_000 && stack.at(-1) === name && !value.includes('<'))
        found.push({ path: stack.join('.'), key: name, value: entities(value), ...at(text.indexOf(value, content)) });
      if (stack.lastIndexOf(name) >= 0) stack.length = stack.lastIndexOf(name);
    } else {
      if (stack.length < deepest) stack.push(name);
      const from = match.index + 1 + name.length;
      for (const [whole, key, , double, single] of rest.matchAll(
        /([\w.:-]{1,100})\s*=\s*("([^"]{0,8000})"|'([^']{0,8000})')/g,
      )) {
        const value = double ?? single ?? '';
        const offset = from + rest.indexOf(whole!) + whole!.length - value.length - 1;
        found.push({ path: `${stack.join('.')}@${key}`, key: key!, value: entities(value), ...at(offset) });
      }
      if (rest.trimEnd().endsWith('/')) stack.pop();
    }
    content = tag.lastIndex;
  }
  return found;
}

/** A function from offsets, asked in rising order, to line and column. */
export function placer(text: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let next = text.indexOf('\n', start); next >= 0 && next < offset; next = text.indexOf('\n', start)) {
      line++;
      start = next + 1;
    }
    return { line, column: Math.max(1, offset - start + 1) };
  };
}

/** Quotes at both ends taken off. */
export function unquoted(text: string): string {
  const first = text[0];
  if ((first === '"' || first === "'" || first === '`') && text.length > 1) {
    const end = text.indexOf(first, 1);
    if (end > 0) return text.slice(1, end);
  }
  return text;
}

/** The first `=`; a colon only where there is none. */
function separator(body: string): number {
  const equals = body.indexOf('=');
  return equals >= 0 ? equals : body.indexOf(':');
}

function* eachLine(text: string): IterableIterator<string> {
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    yield text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
    start = end + 1;
  }
}

function entities(text: string): string {
  return text.replace(
    /&(lt|gt|amp|quot|apos);/g,
    (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" })[name]!,
  );
}
