/** Text in Markdown (GitHub Flavored Markdown, GitLab Flavored Markdown) from strings that an image provided. */
import { neutralise } from '../text.ts';

const zeroWidthSpace = '&#8203;';

/**
 * One line of text that stays text: no markup, no HTML, no math, no mention of a person (`@`), an issue (`#1`, `!1`) or
 * an address that turns into a link. Not for inside a code span.
 */
export function markdownText(text: string): string {
  return neutralise(text)
    .replace(live, (found) => entities[found] ?? (markup.includes(found) ? `\\${found}` : `${found}${zeroWidthSpace}`))
    .replace(/^(\s*)([-+=:#!/])/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

const markup = '\\`*_[]|~^';
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&dollar;' };
/** Markup and entities, then the beginnings of what GitHub or GitLab links by itself. */
const live = /[\\`*_[\]|~^&<>$]|@(?=[\w-])|(?:#|!|%|GH-)(?=\d)|:(?=\/\/)|\b(?:www|mailto|xmpp)(?=[.:])/gi;

/**
 * A code span, for paths and instructions: nothing in it is markup. `cell`: inside a table, where a bar ends a cell
 * even in code (GFM, section 4.10).
 */
export function markdownCode(text: string, { cell = false } = {}): string {
  const shown = neutralise(text);
  if (shown.trim() === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  const span = `${fence}${pad}${shown}${pad}${fence}`;
  return cell ? span.replaceAll('|', '\\|') : span;
}

/** Text inside an HTML element that Markdown leaves alone, such as a summary on a line of its own. */
export function htmlText(text: string): string {
  return neutralise(text).replace(/[&<>"']|@(?=[\w-])/g, (found) =>
    found === '@' ? `@${zeroWidthSpace}` : `&#${found.charCodeAt(0)};`,
  );
}
