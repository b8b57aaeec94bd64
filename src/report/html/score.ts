/** The top of an image's part: grade, score and verdict, then where the points went. */
import type { ImageReport, LedgerLine } from '../../types/report.ts';
import { bytes, count, platformName, points } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { bar, type Place, section, table } from './parts.ts';

export function topOf(report: ImageReport, { id }: Place): Markup {
  const { target, score, gate } = report;
  const figures =
    target.kind === 'dockerfile'
      ? `an image of it reaches ${points(score.value)} to ${points(score.ceiling)} of 100`
      : `${points(score.value)} of 100${score.ceiling > score.value ? `, up to ${points(score.ceiling)} if what is unknown passes` : ''}`;
  return h(
    'div',
    { class: 'top' },
    h('span', { class: `grade g${score.grade}`, 'aria-hidden': 'true' }, score.grade),
    h(
      'div',
      {},
      h('h2', { id }, shown(target.name, 400)),
      h('p', { class: 'figures' }, h('b', {}, `Grade ${score.grade}`), `, ${figures}`),
      h(
        'p',
        {},
        h('span', { class: gate.passed ? 'passed' : 'failed' }, gate.passed ? '✓ Passed: ' : '✗ Failed: '),
        shown(gate.reason),
      ),
      h('p', { class: 'soft' }, about(report)),
      target.digest && h('p', { class: 'soft' }, h('code', {}, target.digest)),
    ),
  );
}

function about({ target, distro, packages, dockerfile }: ImageReport): string {
  const built =
    dockerfile && `Dockerfile ${dockerfile.file}, stage ${dockerfile.stage}: ${joinWords[dockerfile.match]}`;
  const parts = [
    target.platform && platformName(target.platform),
    distro && (distro.id === 'scratch' ? 'no operating system' : distro.prettyName || distro.name || distro.id),
    ...(target.kind === 'dockerfile'
      ? []
      : [
          `${bytes(target.layers.reduce((sum, { size }) => sum + size, 0))} in ${count(target.layers.length, 'layer')}, ${bytes(target.size)} stored`,
          count(packages.length, 'package'),
        ]),
    built,
  ];
  return parts.flatMap((part) => (part ? [shown(part, 300)] : [])).join(' · ');
}

const joinWords = {
  same: 'every instruction has its step',
  drifted: 'some instructions have no step',
  other: 'the image was not built from it',
  unknown: 'the history does not say',
} as const;

/** The categories and the ledger; nothing for a Dockerfile, which has a range instead. */
export function scoreSection({ score }: ImageReport, place: Place): Markup | undefined {
  if (score.categories.length === 0) return undefined;
  const categories = score.categories.map(({ category, points: whole, left }) => {
    const share = whole > 0 ? left / whole : 1;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, category),
      h('td', { class: 'figure' }, points(Math.floor(left * 10) / 10)),
      h('td', { class: 'figure' }, points(whole)),
      h('td', {}, bar(share, share >= 0.9 ? 'good' : share >= 0.5 ? 'fair' : 'bad')),
    );
  });
  return section(
    place,
    'score',
    'Score',
    table(
      'Points by category',
      ['Category', ['Left', 'figure'], ['Of', 'figure'], 'Share'],
      h('tbody', {}, categories),
    ),
    score.ledger.length === 0
      ? h('p', {}, 'Nothing is lost.')
      : table(
          `Ledger: where ${points(100 - score.value)} points went`,
          ['Lost to', 'Category', ['Points', 'figure']],
          h('tbody', {}, score.ledger.map(ledgerRow)),
        ),
  );
}

function ledgerRow({ rules, category, points: lost, kind }: LedgerLine): Markup {
  const names = rules.map((rule, i) => [i > 0 && ', ', h('code', {}, shown(rule, 200))]);
  const lead = kind === 'cap' ? 'the cap on scores with ' : kind === 'rounding' ? 'rounding down ' : '';
  return h(
    'tr',
    {},
    h('td', {}, lead, names),
    h('td', {}, category ?? ''),
    h('td', { class: 'figure' }, `−${lost < 0.1 ? lost.toFixed(2) : points(lost)}`),
  );
}
