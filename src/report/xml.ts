/** XML 1.0 (W3C, fifth edition) from strings that an image provided. */
import { neutralise } from './text.ts';

/** Attributes in the order given; one that is undefined is left out. */
export type Attributes = Record<string, string | number | undefined>;

/** An element with a text, with children that are elements, or with nothing in it. */
export function element(name: string, attributes: Attributes, content: string | readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${xmlText(String(value))}"`)
    .join('');
  if (typeof content === 'string') return `<${name}${written}>${xmlLines(content)}</${name}>`;
  if (content.length === 0) return `<${name}${written}/>`;
  return `<${name}${written}>\n${content.join('\n').replace(/^( *)(?=<)/gm, '$1  ')}\n</${name}>`;
}

export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

/**
 * One line. What XML may not hold at all (section 2.2) is written out as `\xNN` with everything else that would be
 * obeyed or hidden; what is left to escape is markup.
 */
function xmlText(text: string): string {
  return neutralise(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Only the writer's own line breaks are real: a line is neutralised by itself. */
function xmlLines(text: string): string {
  return text.split('\n').map(xmlText).join('\n');
}
