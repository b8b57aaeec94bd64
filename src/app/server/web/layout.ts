/** What all pages have around them, and pieces that several are made of. */
import { createHash } from 'node:crypto';
import { type Child, h, type Markup, shown } from '../../../report/html/markup.ts';
import type { Repository } from '../types.ts';
import { siteStyle } from './style.ts';

/** Its name changes with it, so that browsers may keep it. */
export const stylePath = `/style-${createHash('sha256').update(siteStyle).digest('hex').slice(0, 12)}.css`;

const places: readonly (readonly [string, string])[] = [
  ['/', 'Repositories'],
  ['/queue', 'Queue'],
  ['/decisions', 'Decisions'],
  ['/api/docs', 'API'],
];

/** Content-Type of a page. */
export const htmlType = 'text/html; charset=utf-8';

export interface PageParts {
  title: string;
  /** Address of the place that it belongs to. */
  at?: string;
  /** Somebody is signed in. */
  signedIn?: boolean;
  body: Child;
}

/** A whole document. Every foreign string in it was escaped by `h`. */
export function page({ title, at, signedIn = false, body }: PageParts): string {
  const links = places.map(([href, label]) =>
    h('li', {}, h('a', { href, 'aria-current': href === at ? 'page' : undefined }, label)),
  );
  const out = h('li', {}, h('form', { method: 'post', action: '/sign-out' }, h('button', {}, 'Sign out')));
  const document = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('title', {}, `${shown(title, 200)}: tare`),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('link', { rel: 'stylesheet', href: stylePath }),
    ),
    h(
      'body',
      {},
      h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
      h('header', {}, h('strong', {}, 'tare'), h('nav', { 'aria-label': 'Site' }, h('ul', {}, links, signedIn && out))),
      h('main', { id: 'content', tabindex: -1 }, h('h1', {}, shown(title, 512)), body),
    ),
  );
  return `<!doctype html>\n${document.html}\n`;
}

/** A table that scrolls by itself where it is wider than the page, by keyboard too. */
export function table(
  label: string,
  heads: readonly (string | [string, 'figure'])[],
  rows: readonly (readonly Child[])[],
  none: string,
): Markup {
  if (rows.length === 0) return h('p', {}, none);
  const figure = heads.map((head) => typeof head !== 'string');
  const columns = heads.map((head) =>
    h(
      'th',
      { scope: 'col', class: typeof head === 'string' ? undefined : 'figure' },
      typeof head === 'string' ? head : head[0],
    ),
  );
  const body = rows.map(([first, ...rest]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, first),
      rest.map((cell, i) => h('td', { class: figure[i + 1] ? 'figure' : undefined }, cell)),
    ),
  );
  return h(
    'div',
    { class: 'scroll', role: 'group', 'aria-label': label, tabindex: 0 },
    h('table', {}, h('caption', {}, label), h('thead', {}, h('tr', {}, columns)), h('tbody', {}, body)),
  );
}

export function gradeMark(grade: string | undefined): Child {
  if (grade === undefined) return h('span', { class: 'soft' }, 'none yet');
  return h('span', { class: `grade ${/^[A-F]$/.test(grade) ? `g${grade}` : ''}` }, shown(grade, 2));
}

export function passMark(passed: boolean | undefined): Child {
  if (passed === undefined) return '';
  return h('span', { class: passed ? 'good' : 'bad' }, passed ? 'passed' : 'failed');
}

/** To the minute, UTC. */
export function timeMark(at: string): Markup {
  return h('time', { class: 'time', datetime: at }, `${at.slice(0, 10)} ${at.slice(11, 16)}`);
}

export function digestLink(digest: string): Markup {
  return h('a', { href: `/images/${encodeURIComponent(digest)}` }, h('code', {}, shown(digest.slice(0, 19), 19)));
}

/** Address of a repository's page, whatever its name. */
export function repositoryPath({ registry, repository }: Repository): string {
  return `/repositories/${`${registry}/${repository}`.split('/').map(encodeURIComponent).join('/')}`;
}

export function repositoryLink(named: Repository): Markup {
  return h('a', { href: repositoryPath(named) }, shown(`${named.registry}/${named.repository}`, 512));
}

/** To the next page of a list, filters kept. */
export function nextLink(path: string, query: Record<string, string | undefined>, next: string | undefined): Child {
  if (next === undefined) return false;
  const search = new URLSearchParams(
    Object.entries({ ...query, cursor: next }).filter((pair): pair is [string, string] => Boolean(pair[1])),
  );
  return h('p', {}, h('a', { href: `${path}?${search}`, rel: 'next' }, 'Next page'));
}

export function textField(name: string, label: string, value: string | undefined): Markup {
  return h(
    'label',
    {},
    h('span', {}, label),
    h('input', { type: 'search', name, value: value ?? '', autocomplete: 'off' }),
  );
}

export function choice(
  name: string,
  label: string,
  /** Values with their words; those that are their own words alone. */
  options: readonly (string | readonly [string, string])[],
  value: string | undefined,
): Markup {
  const all = [['', 'any'] as const, ...options].map((option) => {
    const [key, words] = typeof option === 'string' ? [option, option] : option;
    return h('option', { value: key, selected: key === (value ?? '') }, words);
  });
  return h('label', {}, h('span', {}, label), h('select', { name }, all));
}
