import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTable, renderTables } from '../../src/report/table.ts';
import { cells } from '../../src/report/text.ts';
import { arbitraryReport } from './arbitrary.ts';
import { debianService, fault, file, neglectedServer, report, staticBinary } from './fixtures.ts';

const plain = (width: number, all = false) => ({ colour: false, width, all });

describe('looks as it was looked at', () => {
  test.each([
    ['static-binary-80', () => renderTable(staticBinary(), plain(80))],
    ['debian-service-80', () => renderTable(debianService(), plain(80))],
    ['debian-service-120-all', () => renderTable(debianService(), plain(120, true))],
    ['neglected-server-80', () => renderTable(neglectedServer(), plain(80))],
    ['neglected-server-40', () => renderTable(neglectedServer(), plain(40))],
    ['two-images-80', () => renderTables([staticBinary(), debianService()], plain(80))],
  ])('%s', async (name, render) => {
    await expect(render()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${name}.txt`));
  });
});

test('wasted bytes are said above the layers, where there are any to speak of', () => {
  const one = { ...debianService(), waste: { bytes: 12_345_678, efficiency: 0.999999 } };
  expect(renderTable(one, plain(80))).toContain('\n  12.3 MB wasted: 99.9 % efficient\n');
  expect(renderTable({ ...one, waste: { bytes: 900_000, efficiency: 0.5 } }, plain(80))).not.toContain('wasted');
});

test('colour adds escape sequences and changes nothing else', () => {
  for (const make of [staticBinary, debianService, neglectedServer]) {
    const one = make();
    const coloured = renderTable(one, { colour: true, width: 80 });
    expect(coloured).toContain('\x1b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderTable(one, plain(80)));
  }
});

test('the goldens keep to the width in their names', () => {
  for (const [name, width] of [
    ['neglected-server-40', 40],
    ['debian-service-80', 80],
    ['debian-service-120-all', 120],
  ] as const) {
    const golden = readFileSync(join(import.meta.dirname, 'golden', `${name}.txt`), 'utf8');
    expect(Math.max(...golden.split('\n').map(cells))).toBeLessThanOrEqual(width);
  }
});

describe('findings of low confidence', () => {
  const low = fault({
    rule: 'perhaps',
    category: 'immutability',
    severity: 'high',
    confidence: 'low',
    message: 'Perhaps.',
  });
  const one = report({ name: 'x', layers: [], findings: [low] });

  test('are counted, and shown when asked', () => {
    expect(renderTable(one, plain(80))).toContain('1 finding of low confidence is not shown: --all shows it.');
    expect(renderTable(one, plain(80))).not.toContain('perhaps');
    expect(renderTable(one, plain(80, true))).toMatch(/HIGH {2}perhaps {2}low confidence/);
    expect(renderTable(one, plain(80, true))).not.toContain('not shown');
  });
});

test('evidence that the finding left out is counted', () => {
  const many = fault({
    rule: 'setuid-file',
    category: 'least-privilege',
    severity: 'low',
    message: 'Many.',
    data: { moreEvidence: 1500 },
    evidence: [file('a', 0), file('b', 1), file('c', 2), file('d', 3), file('e', 3)],
  });
  expect(renderTable(report({ name: 'x', layers: [], findings: [many] }), plain(80))).toContain(
    '+ 1,502 more elsewhere',
  );
  const few = { ...many, data: {} };
  expect(renderTable(report({ name: 'x', layers: [], findings: [few] }), plain(80))).toContain(
    '+ 2 more in 1 other layer',
  );
});

describe('an image that attacks the reader', () => {
  const attack = '\x1b[2J\x1b[1;1H\x9b31m\x1b]0;owned\x07\r\n PASSED  all is well\u202e\u2066';
  const hostile = () =>
    report({
      name: `evil${attack}`,
      layers: [
        [`/bin/sh -c #(nop) ${attack}`, 10, 1],
        [`RUN ${attack.repeat(500)}`, 20, 2],
      ],
      distro: { id: attack, idLike: [attack], name: attack, versionId: attack, prettyName: attack, distroless: false },
      packages: [[`p${attack}`, attack, 0, 5]],
      findings: [
        fault({
          rule: 'run-as-root',
          category: 'least-privilege',
          severity: 'high',
          message: `USER ${attack}`,
          remediation: `Change ${attack}`,
          evidence: [
            file(`etc/${attack}`, 0),
            { at: 'config', pointer: `/config/Labels/${attack}`, note: attack },
            {
              at: 'instruction',
              file: attack,
              stage: 0,
              range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
            },
          ],
          suppression: { reason: attack, expires: attack },
        }),
      ],
      status: [{ part: attack, level: 'warning', message: attack }],
    });

  test.each([40, 80, 120])('controls nothing at %d columns', (width) => {
    for (const all of [false, true]) {
      const text = renderTables([hostile(), hostile()], plain(width, all));
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(text).toContain('\\x1b[2J');
      expect(text).not.toMatch(/^ PASSED {2}all is well/m);
      expect(Math.max(...text.split('\n').map(cells))).toBeLessThanOrEqual(width);
    }
  });

  test('cannot reach past our own colours', () => {
    const text = renderTable(hostile(), { colour: true, width: 80 });
    expect(text.replace(/\x1b\[\d{1,2}m/g, '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

test('any report, at any width: no control reaches the terminal, and no line is too long', () => {
  fc.assert(
    fc.property(arbitraryReport, fc.integer({ min: 40, max: 140 }), fc.boolean(), (one, width, all) => {
      const text = renderTable(one, plain(width, all));
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      for (const line of text.split('\n')) expect(cells(line)).toBeLessThanOrEqual(width);
      expect(text).not.toMatch(/ $/m);
      expect(text.endsWith('\n')).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test.each([0, 1, 39, Number.NaN, 100_000])('a width of %d is brought within bounds', (width) => {
  const widest = Math.max(...renderTable(debianService(), plain(width)).split('\n').map(cells));
  expect(widest).toBeLessThanOrEqual(width > 140 ? 140 : width >= 1 ? 40 : 80);
});
