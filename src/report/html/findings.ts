/** The findings, fix-first, and what the script needs to show those that are not in the page from the beginning. */
import type { ImageReport, ReportFinding } from '../../types/report.ts';
import type { RuleMetadata } from '../../types/rule.ts';
import { countedSeverity, severities } from '../../types/severity.ts';
import type { LayerInfo, RuleId } from '../../types.ts';
import { instruction, placeNames, placesByLayer, points } from '../format.ts';
import { h, type Markup, shown } from './markup.ts';
import { checkbox, list, type Place, searchBox, section } from './parts.ts';

const placesShown = 20;
const placesOfAll = 500;

/**
 * A finding as the script gets it, every string neutralised: severity and category as numbers, 1 for low confidence and
 * 2 for suppressed, badge, rule, message, gain, then numbers of words (what mends it, why, the reason of a
 * suppression; −1 for none), places by the words of their layer, and how many more there are.
 */
export type FindingRow = [
  severity: number,
  category: number,
  flags: number,
  badge: string,
  rule: string,
  message: string,
  gain: string,
  mend: number,
  why: number,
  suppressed: number,
  places: [lead: number, names: string[]][],
  more: number,
];

export interface FindingRows {
  /** Sentences that many findings share. */
  words: string[];
  categories: string[];
  rows: FindingRow[];
}

export function findingsSection(report: ImageReport, place: Place, rules: ReadonlyMap<RuleId, RuleMetadata>): Markup {
  const total = report.findings.length;
  if (total === 0) return section(place, 'findings', 'Findings', h('p', {}, 'Nothing to mend.'));
  const { words, categories, rows } = findingRows(report, place.all, rules);
  // A finding takes more elements than a package.
  const most = Math.ceil(place.rows / 2);
  const inPage = rows.slice(0, most);
  const rest = rows.slice(most);
  const items = inPage.map((row) => findingItem(row, words, categories));
  return section(
    place,
    'findings',
    'Findings, the most rewarding first',
    list(`Filter findings${place.of}`, {
      ...{ kind: 'findings', noun: 'finding', total, inPage: inPage.length },
      controls: controls(report, place, categories),
      rows: h('ol', { class: 'rows', 'data-rows': true }, items),
      ...(rest.length > 0 && { rest: { words, categories, rows: rest } }),
    }),
  );
}

function controls({ findings }: ImageReport, { id, all }: Place, categories: readonly string[]): Markup[] {
  const present = severities.filter((severity) => findings.some((finding) => countedSeverity(finding) === severity));
  const low = findings.some(({ confidence }) => confidence === 'low');
  const suppressed = findings.some(({ suppression }) => suppression !== undefined);
  return [
    searchBox(`${id}-find`, 'Search rule, text and place'),
    h(
      'label',
      { for: `${id}-category`, class: 'field' },
      h('span', {}, 'Category'),
      h(
        'select',
        { id: `${id}-category`, name: 'category' },
        h('option', { value: '' }, 'all'),
        categories.map((category, i) => h('option', { value: i }, category)),
      ),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Severity'),
      present.map((severity) => checkbox('severity', String(severities.indexOf(severity)), severity, true)),
    ),
    ...(low || suppressed
      ? [
          h(
            'fieldset',
            {},
            h('legend', {}, 'Also show'),
            low && checkbox('flag', '1', 'low confidence', all),
            suppressed && checkbox('flag', '2', 'suppressed', all),
          ),
        ]
      : []),
  ];
}

/** All findings in their order. */
export function findingRows(report: ImageReport, all: boolean, rules: ReadonlyMap<RuleId, RuleMetadata>): FindingRows {
  const words: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (text: string | undefined): number => {
    if (text === undefined || text === '') return -1;
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, words.length);
    return words.push(shown(text)) - 1;
  };
  const leads = new Map<LayerInfo | undefined, string>();
  const categories = [...new Set(report.findings.map(({ category }) => category))];
  const rows = report.findings.map((finding): FindingRow => {
    const { places, more } = placesOf(finding, report.target.layers, all ? placesOfAll : placesShown, leads);
    const { suppression } = finding;
    return [
      severities.indexOf(countedSeverity(finding)),
      categories.indexOf(finding.category),
      (finding.confidence === 'low' ? 1 : 0) + (suppression ? 2 : 0),
      badgeOf(finding),
      shown(finding.rule, 200),
      shown(finding.message),
      finding.gain > 0 ? `+${points(finding.gain)}` : '',
      numberOf(finding.remediation),
      numberOf(rules.get(finding.rule)?.why),
      numberOf(suppression && `${suppression.reason}${suppression.expires ? `, until ${suppression.expires}` : ''}`),
      places.map(([lead, names]) => [numberOf(lead), names]),
      more,
    ];
  });
  return { words, categories, rows };
}

function badgeOf(finding: ReportFinding): string {
  const severity = countedSeverity(finding);
  if (finding.outcome === 'unknown') return `unknown (${severity})`;
  return finding.confidence === 'low' ? `${severity}?` : severity;
}

type Groups = { places: [string, string[]][]; more: number };

function placesOf(
  { evidence }: ReportFinding,
  layers: readonly LayerInfo[],
  most: number,
  leads: Map<LayerInfo | undefined, string>,
): Groups {
  const places: [string, string[]][] = [];
  let room = most;
  let more = 0;
  for (const { layer, index, evidence: some } of placesByLayer(evidence, layers)) {
    const names = placeNames(some);
    const kept = names.slice(0, room);
    room -= kept.length;
    more += names.length - kept.length;
    if (kept.length === 0) continue;
    const lead = index === undefined ? 'At' : layer ? leadOf(layer, leads) : `Layer ${index}`;
    places.push([lead, kept.map(({ place, notes }) => shown([place, ...notes].join(', '), 400))]);
  }
  return { places, more };
}

function leadOf(layer: LayerInfo, leads: Map<LayerInfo | undefined, string>): string {
  let lead = leads.get(layer);
  if (lead === undefined) {
    const { index, createdBy, line } = layer;
    const by = createdBy ? shown(instruction(createdBy), 120) : '';
    lead = `Layer ${index}${line === undefined ? '' : `, line ${line}`}${by && ` (${by})`}`;
    leads.set(layer, lead);
  }
  return lead;
}

/** The script's `finding` makes the same of the same row; a test holds the two together. */
export function findingItem(row: FindingRow, words: readonly string[], categories: readonly string[]): Markup {
  const [severity, category, flags, badge, rule, message, gain, mend, why, suppressed, places, more] = row;
  const line = (label: string, number: number) => number >= 0 && h('p', {}, h('b', {}, label), ` ${words[number]}`);
  return h(
    'li',
    { class: 'finding', 'data-severity': severity, 'data-category': category, 'data-flags': flags },
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('span', { class: `badge s${severity}` }, badge),
        ' ',
        h('code', { class: 'rule' }, rule),
        ' ',
        h('span', { class: 'message' }, message),
        ' ',
        h('span', { class: 'gain' }, gain),
      ),
      line(badge.startsWith('unknown') ? 'To know:' : 'Mend:', mend),
      line('Why:', why),
      line('Suppressed:', suppressed),
      h('p', {}, h('b', {}, 'Category:'), ` ${categories[category]}`),
      h(
        'ul',
        { class: 'places' },
        places.map(([lead, names]) =>
          h(
            'li',
            {},
            `${words[lead]}: `,
            names.map((name, i) => [i > 0 && ', ', h('code', {}, name)]),
          ),
        ),
        more > 0 && h('li', {}, `and ${more} more`),
      ),
    ),
  );
}
