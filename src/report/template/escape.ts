/** How a value is written so that it stays a value: by the kind of file that comes out. */
import { markdownText } from '../markdown/escape.ts';
import { neutralise } from '../text.ts';

export type Escape = (value: unknown) => string;

/** By what stands before `.tpl`, `.tmpl` or `.template`, or else by the name's own ending: `report.md.tpl` makes Markdown. */
export function escapeFor(name: string): Escape {
  const plain = name.replace(/\.(?:tpl|tmpl|template)$/i, '');
  const ending = /\.([a-z0-9]+)$/i.exec(plain)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(byEnding, ending) ? byEnding[ending]! : asText;
}

/** One line, without control characters. */
export function asText(value: unknown): string {
  return neutralise(plainText(value));
}

export function asXml(value: unknown): string {
  return asText(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function asMarkdown(value: unknown): string {
  return markdownText(plainText(value));
}

/** A JSON value, quoted where it is a text. Harmless in a script element too. */
export function asJson(value: unknown): string {
  const text = JSON.stringify(value ?? null) ?? 'null';
  return text.replace(/[<>&\u2028\u2029\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A field (RFC 4180), always quoted; what a spreadsheet would take for a formula gets an apostrophe. */
export function asCsv(value: unknown): string {
  const text = asText(value);
  const shown = typeof value === 'string' && /^\s*[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${shown.replaceAll('"', '""')}"`;
}

/** Nothing for what is missing; JSON for what is no single value. */
export function plainText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const byEnding: Record<string, Escape> = {
  html: asXml,
  htm: asXml,
  xml: asXml,
  svg: asXml,
  md: asMarkdown,
  markdown: asMarkdown,
  json: asJson,
  csv: asCsv,
};
