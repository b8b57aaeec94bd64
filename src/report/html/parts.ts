/** Pieces that several sections of the page are made of. */
import { count, thousands } from '../format.ts';
import { type Child, dataBlock, h, type Markup } from './markup.ts';

/** What a section knows of the page. */
export interface Place {
  /** Prefix of the image's ids. */
  id: string;
  /** Tells landmarks of several images apart; empty for one. */
  of: string;
  /** Packages that are in the page itself, and half as many findings; the script makes the others from data when they are asked for. */
  rows: number;
  /** Findings of low confidence and suppressed ones are shown from the beginning. */
  all: boolean;
}

/** A section of an image. Its heading is how it is found: landmarks of the same name for each image would be noise. */
export function section({ id }: Place, name: string, title: string, ...body: readonly Child[]): Markup {
  const heading = `${id}-${name}`;
  return h('section', { class: name }, h('h3', { id: heading, tabindex: -1 }, title), ...body);
}

/** A table that may be wider than the page: it scrolls by itself, by keyboard too. */
export function table(label: string, heads: readonly (string | [string, 'figure'])[], body: Markup): Markup {
  const cells = heads.map((head) =>
    typeof head === 'string' ? h('th', { scope: 'col' }, head) : h('th', { scope: 'col', class: 'figure' }, head[0]),
  );
  return h(
    'div',
    { class: 'scroll', role: 'group', 'aria-label': label, tabindex: 0 },
    h('table', {}, h('caption', {}, label), h('thead', {}, h('tr', {}, cells)), body),
  );
}

/** Share of a whole as a bar; the figure stands beside it, so readers of the screen's text pass it over. */
export function bar(share: number, kind: string): Markup {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return h(
    'svg',
    { class: 'bar', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'track', width: 100, height: 8 }),
    width > 0 && h('rect', { class: kind, width: Math.max(width, 1), height: 8 }),
  );
}

export interface ListParts {
  kind: 'findings' | 'packages';
  /** What one row is called. */
  noun: string;
  total: number;
  /** Controls; the script shows them. */
  controls: readonly Markup[];
  /** The rows in the page, in what holds them. */
  rows: Markup;
  /** What the script makes the others from; undefined where there are none. */
  rest?: unknown;
  inPage: number;
}

/** A list with filters. Without a script it is whole up to its number of rows, and says what is left. */
export function list(label: string, { kind, noun, total, controls, rows, rest, inPage }: ListParts): Markup {
  const left = total - inPage;
  return h(
    'div',
    { 'data-list': kind, 'data-noun': noun, 'data-total': total },
    h('form', { class: 'filters', role: 'search', 'aria-label': label, hidden: true }, ...controls),
    h('p', { class: 'count', role: 'status', 'aria-live': 'polite' }, count(total, noun)),
    rows,
    left > 0 &&
      h(
        'p',
        { class: 'left' },
        `The first ${thousands(inPage)} of ${count(total, noun)}; the others need the page’s script.`,
      ),
    h('button', { type: 'button', class: 'more', hidden: true }, 'Show more'),
    rest !== undefined && dataBlock(rest),
  );
}

export function searchBox(id: string, label: string): Markup {
  return h(
    'label',
    { for: id, class: 'field' },
    h('span', {}, label),
    h('input', { id, type: 'search', name: 'search', autocomplete: 'off', spellcheck: 'false' }),
  );
}

export function checkbox(name: string, value: string, label: Child, checked: boolean): Markup {
  return h('label', { class: 'check' }, h('input', { type: 'checkbox', name, value, checked }), h('span', {}, label));
}
