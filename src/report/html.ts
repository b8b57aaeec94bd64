/**
 * The page worth looking at: one file that asks nobody for anything. Its own policy (Content Security Policy Level 3)
 * lets one style and one script run, by their hashes, and nothing else; what an image says is text in it.
 */
import { createHash } from 'node:crypto';
import type { ImageReport } from '../types/report.ts';
import type { RuleMetadata } from '../types/rule.ts';
import type { RuleId } from '../types.ts';
import { count, platformName, points } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { findingsSection } from './html/findings.ts';
import { inventorySection } from './html/inventory.ts';
import { layersSection } from './html/layers.ts';
import { h, type Markup, shown, together, verbatim } from './html/markup.ts';
import type { Place } from './html/parts.ts';
import { scoreSection, topOf } from './html/score.ts';
import { pageScript } from './html/script.ts';
import { pageStyle } from './html/style.ts';
import { notesSection, surfaceSection } from './html/surface.ts';
import { treemapSection } from './html/treemap.ts';

/** Packages of all images that are in the page itself, and half as many findings: more would make it slow to open. */
const rowsInPage = 1000;
const leastRows = 20;

export function renderHtml(
  reports: readonly ImageReport[],
  { all, rules }: Pick<FormatOptions, 'all' | 'rules'>,
): string {
  const metadata = new Map((rules ?? []).map((rule) => [rule.id, rule]));
  const rows = Math.max(leastRows, Math.floor(rowsInPage / Math.max(1, reports.length)));
  const [first] = reports;
  const title = reports.length === 1 ? shown(first!.target.name, 200) : count(reports.length, 'report');
  const page = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: htmlPolicy() }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('title', {}, `${title}: tare`),
      h('link', { rel: 'icon', href: 'data:,' }),
      verbatim('style', pageStyle),
    ),
    h('body', {}, bodyOf(reports, rows, all ?? false, metadata), verbatim('script', pageScript)),
  );
  return `<!doctype html>\n${page.html}\n`;
}

/** What the page may load and run; a server that sends it says the same in a header. */
export function htmlPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(pageStyle)}`,
    `script-src ${hash(pageScript)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function bodyOf(
  reports: readonly ImageReport[],
  rows: number,
  all: boolean,
  rules: ReadonlyMap<RuleId, RuleMetadata>,
): Markup {
  const articles = reports.map((report, i) =>
    article(report, { id: `i${i + 1}`, of: reports.length > 1 ? ` of report ${i + 1}` : '', rows, all }, rules),
  );
  const [first] = reports;
  return together(
    h('a', { class: 'skip', href: '#content' }, 'Skip to the report'),
    h(
      'header',
      {},
      h('h1', {}, 'tare: hardening report'),
      h('button', { type: 'button', id: 'theme', 'aria-pressed': 'false', hidden: true }, 'Dark'),
    ),
    h('main', { id: 'content', tabindex: -1 }, reports.length > 1 && overview(reports), articles),
    h(
      'footer',
      { class: 'soft' },
      first &&
        shown(
          `tare ${first.tool.version}, judged by ${first.ruleset.name} (${first.ruleset.version}) as of ${first.ruleset.asOf}`,
        ),
    ),
  );
}

function overview(reports: readonly ImageReport[]): Markup {
  const rows = reports.map(({ target, score, gate }, i) =>
    h(
      'li',
      {},
      h('a', { href: `#i${i + 1}` }, shown(target.name, 400)),
      `${target.platform ? `, ${shown(platformName(target.platform), 100)}` : ''}: grade ${score.grade}, ${points(score.value)}, ${gate.passed ? 'passed' : 'failed'}`,
    ),
  );
  return h('nav', { 'aria-label': 'Reports' }, h('ol', {}, rows));
}

function article(report: ImageReport, place: Place, rules: ReadonlyMap<RuleId, RuleMetadata>): Markup {
  const sections: [string, string, Markup | undefined][] = [
    ['score', 'Score', scoreSection(report, place)],
    ['findings', 'Findings', findingsSection(report, place, rules)],
    ['weight', 'What weighs what', treemapSection(report, place)],
    ['layers', 'Timeline', layersSection(report, place)],
    ['surface', 'Writable surface', surfaceSection(report, place)],
    ['inventory', 'Inventory', inventorySection(report, place)],
    ['notes', 'Notes', notesSection(report, place)],
  ];
  const present = sections.filter(([, , markup]) => markup !== undefined);
  return h(
    'article',
    { 'aria-labelledby': place.id },
    topOf(report, place),
    h(
      'nav',
      { 'aria-label': `Sections${place.of}` },
      h(
        'ul',
        {},
        present.map(([name, label]) => h('li', {}, h('a', { href: `#${place.id}-${name}` }, label))),
      ),
    ),
    present.map(([, , markup]) => markup),
  );
}
