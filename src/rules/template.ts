/**
 * Message templates. `{name}` is a value of the hit; `{name:bytes}` writes bytes as MB (10^6);
 * `{name:file|files}` writes a count with its noun. Any other brace is text.
 */

const placeholder = /\{([a-z][A-Za-z0-9]*)(?::([^{}]*))?\}/g;
/** Longest value that a message shows; the whole value stays in the finding's data. */
const longestValue = 300;

/** Fills a template. Values come from the image, so control characters are written out. Throws on a placeholder without value. */
export function fillTemplate(template: string, data: Readonly<Record<string, string | number>>): string {
  return template.replace(placeholder, (_, name: string, format: string | undefined) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    if (value === undefined) throw new Error(`the template needs a value for {${name}}`);
    if (format === undefined) return oneLine(String(value));
    if (typeof value !== 'number') throw new Error(`{${name}:${format}} needs a number`);
    if (format === 'bytes') return formatBytes(value);
    const [one, many] = format.split('|') as [string, string];
    return `${value} ${value === 1 ? one : many}`;
  });
}

/** Names that a template reads, in order of appearance. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1]!);
}

/** What is wrong with a template's formats, if anything; used when a rule is read. */
export function templateProblem(template: string): string | undefined {
  for (const [whole, , format] of template.matchAll(placeholder)) {
    if (format === undefined || format === 'bytes') continue;
    if (!/^[^|]+\|[^|]+$/.test(format))
      return `${whole} has no known format; use {name}, {name:bytes} or {name:one|many}`;
  }
  return undefined;
}

/** Decimal units, as registries and SCORING use them: 1 MB = 10^6 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${round(bytes / 1e6)} MB`;
  return `${round(bytes / 1e9)} GB`;
}

function round(value: number): string {
  return value < 100 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** Control, format and line-separator characters could forge lines or colours in a terminal or log. */
function oneLine(text: string): string {
  const cut = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Cs}/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
