/** HTML from strings that an image provided: markup can only be made by `h`, which escapes every text and attribute. */
import { prose } from '../format.ts';
import { neutralise } from '../text.ts';

declare const made: unique symbol;

/** A piece of a document in which every foreign string is escaped. */
export interface Markup {
  readonly html: string;
  readonly [made]: true;
}
export type Child = Markup | string | number | undefined | false | readonly Child[];
/** An attribute that is undefined or false is left out; true stands without a value. */
export type Attributes = Record<string, string | number | boolean | undefined>;

const voids = new Set(['meta', 'link', 'input', 'br']);

/** An element. Its name and the names of its attributes are the program's own, never an image's. */
export function h(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  let written = '';
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    written += value === true ? ` ${key}` : ` ${key}="${escaped(String(value))}"`;
  }
  return markup(voids.has(name) ? `<${name}${written}>` : `<${name}${written}>${inner(children)}</${name}>`);
}

/** Several pieces one after the other. */
export function together(...children: readonly Child[]): Markup {
  return markup(inner(children));
}

/** A style or a script of the program's own, word for word: its hash is in the policy. */
export function verbatim(name: 'style' | 'script', text: string): Markup {
  return markup(`<${name}>${text}</${name}>`);
}

/**
 * Values for the page's script, in a block that no browser runs. Nothing in it can end the block or begin another
 * (HTML, "Restrictions for contents of script elements"): `<`, `>` and `&` are written as escapes of JSON.
 */
export function dataBlock(values: unknown): Markup {
  const text = JSON.stringify(values).replace(
    /[<>&\u007f-\u00a0\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return markup(`<script type="application/json">${text}</script>`);
}

/** One line of an image's own words as they are shown, cut where it is an attack on the reader. Not escaped. */
export function shown(words: string, longest = 2000): string {
  const line = prose(words.length > 2 * longest ? words.slice(0, 2 * longest) : words);
  return neutralise(line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line);
}

function markup(html: string): Markup {
  return { html } as Markup;
}

function inner(children: readonly Child[]): string {
  let text = '';
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (typeof child === 'string') text += escaped(child);
    else if (typeof child === 'number') text += String(child);
    else text += 'html' in child ? child.html : inner(child);
  }
  return text;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return neutralise(text).replace(/[&<>"']/g, (found) => entities[found]!);
}
