import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type FormatOptions, formatNames, formatter } from '../../src/report/formats.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { UsageError } from '../../src/types.ts';
import { arbitraryReport } from './arbitrary.ts';
import { debianService, fault, file, neglectedServer, report, staticBinary } from './fixtures.ts';
import { echoedRules, fixtureRules } from './rules.ts';
import { formatProblems, hasXmllint, problemsOf, template, xsdProblems } from './validate.ts';

/** Made before any test: each finding of a fixture takes the next fingerprint. */
const first = debianService();

const options: FormatOptions = { colour: false, width: 80, rules: fixtureRules, template };

async function rendered(format: string, reports: readonly ImageReport[], more: Partial<FormatOptions> = {}) {
  return (await formatter(format))(reports, { ...options, ...more });
}

test('finds every name that it lists', async () => {
  expect(formatNames).toEqual([
    ...['table', 'json', 'sarif', 'junit', 'gitlab-codequality', 'gitlab-container-scanning', 'github', 'markdown'],
    ...['checkstyle', 'html', 'template'],
  ]);
  for (const name of formatNames) expect(await rendered(name, [debianService()])).toMatch(/\n$/);
});

test.each(['yaml', '__proto__', 'constructor', ''])('refuses %j in a sentence', async (name) => {
  await expect(formatter(name)).rejects.toThrow(UsageError);
  await expect(formatter(name)).rejects.toThrow(`There is no format "${name}": use one of table, json, sarif`);
});

describe('what its readers ask for', () => {
  test('holds for the fixtures, alone and together', async () => {
    const all = [staticBinary(), debianService(), neglectedServer()];
    for (const reports of [...all.map((one) => [one]), all]) {
      expect(await formatProblems(reports, fixtureRules)).toEqual([]);
      expect(await formatProblems(reports, [])).toEqual([]);
    }
  });

  test('holds whatever an image says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryReport, { minLength: 1, maxLength: 2 }), async (reports) => {
        expect(await formatProblems(reports, echoedRules(reports))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('holds for text that attacks each of them', async () => {
    const attacks = [
      '::error file=x::owned\n::set-output name=a::b',
      '%0A::add-mask::x',
      ']]></failure><failure message="x',
      '"><script>alert(1)</script>',
      '[click](https://evil.example)![x](https://evil.example/x.png)',
      '@everyone #1 !2 %3 GH-4 www.evil.example `code` | cell',
      '```\n# heading\n/close\n<details>',
      '../../../etc/passwd',
      'https://evil.example/a:b@c',
      '__proto__',
      '\u202egnp.exe\u0000\ud800\ufffe',
      '=cmd|calc!A1',
      '$\u007b{ github.token }} {{ x }} {0}',
    ];
    const findings = attacks.map((text, i) => ({
      ...fault({ rule: `rule-${i}`, category: 'immutability', severity: 'high', message: text }),
      remediation: text,
      data: { [text]: text },
      evidence: [
        { ...file(text, 0), note: text },
        { at: 'config' as const, pointer: text },
        {
          at: 'instruction' as const,
          file: text.replaceAll('../', ''),
          stage: 0,
          range: { start: { line: 1, column: 1 }, end: { line: 1, column: 9 } },
        },
      ] as ImageReport['findings'][number]['evidence'],
      suppression: i % 2 === 0 ? { reason: text } : undefined,
    }));
    const reports = attacks.map((text) => {
      const kept = findings.map(({ suppression, ...one }) => (suppression ? { ...one, suppression } : one));
      return report({
        name: text,
        layers: [[text, 10, 1]],
        findings: kept,
        status: [{ part: text, level: 'error', message: text }],
      });
    });
    for (const one of reports) expect(await formatProblems([one], echoedRules([one]))).toEqual([]);
    expect(await formatProblems(reports, echoedRules(reports))).toEqual([]);
  });

  test('is really asked: each check finds what is spoiled', async () => {
    const reports = [debianService()];
    const spoiled: [string, (text: string) => string][] = [
      ['json', (text) => text.replace('"grade": "', '"grade": "E')],
      ['sarif', (text) => text.replace('"version": "2.1.0"', '"version": "2.0.0"')],
      ['sarif', (text) => text.replace('"startLine": 1', '"startLine": 0')],
      ['sarif', (text) => text.replace('"uri": "shop', '"uri": "../shop')],
      ['junit', (text) => text.replace('failures="', 'failures="9')],
      ['junit', (text) => text.replace('</testsuite>', '')],
      ['checkstyle', (text) => text.replace('severity="error"', 'severity="fatal"')],
      ['github', (text) => text.replace('::error', 'plain\n::error')],
      ['markdown', (text) => text.replace('The container', '<b>The container')],
      ['html', (text) => text.replace('The container', '<img src=x>The container')],
      ['html', (text) => text.replace('<li class', '<li onclick="x" class')],
      ['gitlab-codequality', (text) => text.replace('"critical"', '"high"')],
      ['gitlab-container-scanning', (text) => text.replace('"High"', '"high"')],
    ];
    for (const [format, spoil] of spoiled) {
      const text = await rendered(format, reports);
      expect(problemsOf(format, text)).toEqual([]);
      expect(problemsOf(format, spoil(text)), `${format} spoiled by ${spoil}`).not.toEqual([]);
    }
  });
});

describe('looks as it was looked at', () => {
  test.each(formatNames.filter((name) => name !== 'table' && name !== 'html'))('%s', async (name) => {
    const text = await rendered(name, [first]);
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `debian-service.${name}.txt`));
  });
});

describe.skipIf(!hasXmllint)('xmllint, where it is installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tare-xsd-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('finds JUnit valid by the schema of the xUnit plugin', async () => {
    const reports = [
      [staticBinary()],
      [debianService(), neglectedServer()],
      ...fc.sample(fc.array(arbitraryReport), 30),
    ];
    const files: string[] = [];
    for (const [i, some] of reports.entries()) {
      files.push(join(folder, `${i}.xml`));
      writeFileSync(files.at(-1)!, await rendered('junit', some, { all: i % 2 === 0 }));
    }
    expect(xsdProblems(files)).toBe('');
    writeFileSync(join(folder, 'bad.xml'), '<testsuites><testsuite/></testsuites>');
    expect(xsdProblems([join(folder, 'bad.xml')])).toContain('testsuite');
  });
});
