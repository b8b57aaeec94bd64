/** os-release(5): shell-compatible assignments, read without a shell. */
import { lines } from './text.ts';

/** Parses assignments; comments and lines that are none are passed over, the last assignment of a name wins. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const raw of lines(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (equals < 1 || line.startsWith('#')) continue;
    const name = line.slice(0, equals).trim();
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
    if (values.size < 256) values.set(name, unquote(line.slice(equals + 1).trim()));
  }
  return values;
}

/** Quotes and backslashes as a POSIX shell takes them (2.2 Quoting); an unterminated quote ends with the line. */
function unquote(value: string): string {
  let out = '';
  let quote = '';
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    if (quote === "'") {
      if (c === "'") quote = '';
      else out += c;
    } else if (c === '\\' && i + 1 < value.length) {
      const next = value[++i]!;
      out += quote === '"' && !'"$`\\'.includes(next) ? `\\${next}` : next;
    } else if (c === quote) quote = '';
    else if (quote === '' && (c === '"' || c === "'")) quote = c;
    else if (quote === '' && (c === ' ' || c === '\t')) break;
    else out += c;
  }
  return out;
}
