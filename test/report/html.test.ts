/** The HTML report without a browser; test/e2e/html.test.ts opens it in one. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { weigh } from '../../src/report/html/weigh.ts';
import { renderHtml } from '../../src/report/html.ts';
import { asImageReport } from '../../src/report/lint-as-image.ts';
import type { LayerInfo } from '../../src/types.ts';
import { debianService, fault, file, neglectedServer, report, staticBinary } from './fixtures.ts';
import { fixtureRules } from './rules.ts';

/** Made before any test: each finding of a fixture takes the next fingerprint. */
const first = debianService();
const html = (reports: Parameters<typeof renderHtml>[0], all = false) =>
  renderHtml(reports, { all, rules: fixtureRules });
/** What is between the style and the script: the part that a report fills. */
const bodyOf = (text: string) => /<body>([\s\S]*)<script>/.exec(text)![1]!;

test('looks as it was looked at', async () => {
  const lines = bodyOf(html([first])).replace(/(?=<(?:h[1-6]|section|li|tr|g|p|form|table|details)\b)/g, '\n');
  await expect(`${lines}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'golden', 'debian-service.html.txt'));
});

test('the same reports give the same bytes', () => {
  const reports = [first, staticBinary()];
  expect(html(structuredClone(reports))).toBe(html(reports));
});

test('the policy lets the one style and the one script run, and nothing else', () => {
  const text = html([first, neglectedServer()]);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)![1]!.replaceAll('&#39;', "'");
  const hash = (name: string) => {
    const parts = [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))];
    expect(parts).toHaveLength(1);
    return createHash('sha256').update(parts[0]![1]!).digest('base64');
  };
  expect(policy).toBe(
    `default-src 'none'; style-src 'sha256-${hash('style')}'; script-src 'sha256-${hash('script')}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'));
  // Neither would run under that policy, so that it would be a fault that nobody sees.
  expect(text).not.toMatch(/<[^>]+\s(?:style|on[a-z]+)=/i);
  expect(text).not.toMatch(/\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b/);
});

describe('what an image says', () => {
  const attacks = [
    '</script><script>alert(1)</script>',
    '<!--<script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '</title></style><svg onload=alert(1)>',
    '\u202egnp.exe\u2066\u0000\ud800',
    'javascript:alert(1)',
    '&lt;script&gt;',
    ']]>\u2028\u2029',
  ];
  const hostile = (text: string) =>
    report({
      name: text,
      layers: [
        [text, 5000, 1],
        [`RUN ${text}`, 900, 1],
      ],
      distro: { id: text, idLike: [], name: text, versionId: text, prettyName: text, distroless: false },
      packages: [[text, text, 0, 3000]],
      findings: Array.from({ length: 3 }, (_, i) => ({
        ...fault({ rule: `${text}${i}`, category: 'immutability', severity: 'high', message: text }),
        remediation: text,
        evidence: [{ ...file(text, 0), note: text }],
        suppression: { reason: text },
      })),
      status: [{ part: text, level: 'error', message: text }],
    });

  test.each(attacks)('%j stays text', (attack) => {
    const text = html([hostile(attack)]);
    // Tags and their attributes are those of a page about a harmless image.
    const harmless = html([hostile('x')]);
    const shape = (page: string) =>
      page.replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>/g, '').match(/<\/?[a-z0-9]+|<!--/gi);
    const labels = (page: string) => (shape(page) ?? []).filter((tag) => !/<\/?text$/.test(tag));
    expect(labels(text)).toEqual(labels(harmless));
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  });

  test.each(attacks)('%j stays data in what the script reads', (attack) => {
    const image = hostile(attack);
    const findings = Array.from({ length: 1200 }, (_, i) => image.findings[i % 3]!);
    const data = /<script type="application\/json">([\s\S]*?)<\/script>/.exec(html([{ ...image, findings }]))![1]!;
    expect(data).not.toMatch(/[<>&\u2028\u2029\u202e]/);
    expect(JSON.parse(data).rows).toHaveLength(700);
  });
});

test('several reports share the rows that are in the page', () => {
  const many = (name: string) => ({
    ...report({ name, layers: [] }),
    findings: Array.from({ length: 700 }, () => first.findings[0]!),
  });
  const text = html([many('a'), many('b')]);
  expect(text.match(/<li class="finding"/g)).toHaveLength(500);
  expect(text).toContain('The first 250 of 700 findings; the others need the page’s script.');
  expect([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)).toSatisfy(
    (ids: string[]) => new Set(ids).size === ids.length,
  );
});

test('a Dockerfile has a range, findings and notes, and nothing of layers', () => {
  const text = html([
    asImageReport({
      schemaVersion: 1,
      tool: { name: 'tare', version: '0.1.0' },
      target: { name: 'Dockerfile', kind: 'dockerfile', stages: 1 },
      ruleset: { name: 'baseline@1', version: '3f9c2a71', asOf: '2026-11-01' },
      forecast: { low: 60, high: 90, grades: { low: 'D', high: 'A' }, holding: [] },
      findings: [
        fault({ rule: 'run-as-root', category: 'least-privilege', severity: 'high', message: 'Runs as root' }),
      ],
      status: [],
      gate: { passed: false, reason: 'run-as-root is high', failOn: 'high' },
    }),
  ]);
  expect(text).toContain('an image of it reaches 60.0 to 90.0 of 100');
  expect(text).toContain('Root in a container is root to the kernel.');
  expect(text).not.toMatch(/Timeline of layers|What weighs what|Writable surface|>Inventory</);
});

describe('what weighs what', () => {
  const kinds = (
    layers: Parameters<typeof report>[0]['layers'],
    packages: Parameters<typeof report>[0]['packages'],
    origin?: LayerInfo['origin'],
  ) => {
    const made = report({
      name: 'x',
      layers,
      packages: packages ?? [],
      distro: { id: 'debian', idLike: [], name: '', versionId: '', prettyName: '', distroless: false },
    });
    if (origin) for (const layer of made.target.layers) layer.origin = origin;
    return weigh(made).map(({ parts }) => parts.map(({ name, drawn, kind }) => `${name} ${drawn} ${kind}`));
  };

  test('a base and steps that install its packages are tare, other layers are cargo', () => {
    const layers: Parameters<typeof report>[0]['layers'] = [
      ['ADD rootfs', 1000, 1],
      ['RUN apt-get install git', 500, 1],
      ['COPY . /app', 300, 1],
      ['ENV a=b', 0, 0],
    ];
    expect(
      kinds(layers, [
        ['libc6', '1', 0, 400],
        ['git', '1', 1, 450],
      ]),
    ).toEqual([
      ['files of no package 600 tare', 'libc6 400 tare'],
      ['git 450 tare', 'files of no package 50 tare'],
      ['files of no package 300 cargo'],
    ]);
    expect(kinds(layers.slice(0, 1), [], 'own')).toEqual([['files of no package 1000 cargo']]);
  });

  test('packages that count more than their layer holds share what it holds', () => {
    expect(
      kinds(
        [['ADD rootfs', 1000, 1]],
        [
          ['a', '1', 0, 1500],
          ['b', '1', 0, 500],
        ],
      ),
    ).toEqual([['a 750 tare', 'b 250 tare']]);
  });

  test('small ones are drawn together, and layers beyond a hundred', () => {
    const packages = Array.from({ length: 3000 }, (_, i): [string, string, number, number] => [`p${i}`, '1', 0, 10]);
    expect(kinds([['ADD rootfs', 30_000, 1]], packages)).toEqual([['3,000 small packages 30000 tare']]);
    const many = weigh(
      report({ name: 'x', layers: Array.from({ length: 300 }, (): [string, number, number] => ['COPY', 5, 1]) }),
    );
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toMatchObject({ name: '200 smaller layers', bytes: 1000 });
  });
});
