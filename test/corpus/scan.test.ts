/**
 * Every image of the corpus, graded. The results are kept in expected.tsv, which `UPDATE=1` writes anew, and what an
 * independent script read from the same images must be what we read; where it is not, explained.tsv says why. That their reports
 * are valid in every format is held by test/e2e/formats.test.ts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderCycloneDx } from '../../src/report/sbom/cyclonedx.ts';
import { renderSpdx } from '../../src/report/sbom/spdx.ts';
import { baseline } from '../../src/rules/baseline.ts';
import { sbomOf } from '../../src/sbom.ts';
import { badRefusal, tare } from '../e2e/setup/cli.ts';
import { type CycloneDx, cycloneDxProblems, spdxProblems } from '../report/sbom/validate.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { differences } from './compare.ts';
import { readTable } from './facts.ts';
import { asOf, corpusImages, type Scanned, scanAll } from './images.ts';

const tableFile = join(import.meta.dirname, 'expected.tsv');
const explainedFile = join(import.meta.dirname, 'explained.tsv');
const head = ['file', 'image', 'format', 'layers', 'distro', 'packages', 'grade', 'score', 'said'];

describe.skipIf(!corpusDir)('every image of the corpus', () => {
  const results = new Map<string, Scanned[] | { error: Error }>();

  beforeAll(async () => {
    for (const path of corpusImages()) {
      try {
        results.set(path, await scanAll(corpus('images', path)));
      } catch (error) {
        results.set(path, { error: error as Error });
      }
    }
  }, 300_000);

  it('gives the results of the table', () => {
    const rows = [...results].flatMap(([path, result]) => rowsOf(path, result));
    const text = `${[head, ...rows].map((row) => row.join('\t')).join('\n')}\n`;
    if (process.env['UPDATE'] === '1') writeFileSync(tableFile, text);
    expect(text).toBe(existsSync(tableFile) ? readFileSync(tableFile, 'utf8') : '');
  });

  it('refuses only with its own words', () => {
    for (const [path, result] of results) {
      if (Array.isArray(result)) expect(result.length, path).toBeGreaterThan(0);
      else expect(result.error.name, `${path}: ${result.error.stack}`).toBe('SourceError');
    }
  });

  it('reads what an independent script read', () => {
    const found: string[] = [];
    for (const [path, result] of results) {
      const name = path.slice(path.indexOf('/') + 1);
      for (const difference of differences(name, Array.isArray(result) ? result : []))
        found.push(`${path}\t${difference}`);
    }
    const explained = readTable(explainedFile);
    expect(explained.filter((row) => !row['why'])).toEqual([]);
    expect(found.sort()).toEqual(explained.map((row) => `${row['file']}\t${row['difference']}`).sort());
  });

  it('gives a valid bill of materials with every package', () => {
    const options = { version: '0', asOf, ruleset: baseline() };
    for (const [path, result] of results) {
      if (!Array.isArray(result)) continue;
      for (const { image, report } of result) {
        const { input } = sbomOf(image, [], options);
        const bom = renderCycloneDx(input);
        const spdx = renderSpdx(input);
        expect([...cycloneDxProblems(bom), ...spdxProblems(spdx)], path).toEqual([]);
        const purls = new Set(report.packages.map(({ purl }) => purl));
        const listed = (JSON.parse(bom) as CycloneDx).components ?? [];
        expect(new Set(listed.flatMap(({ purl }) => (purl && purls.has(purl) ? [purl] : []))), path).toEqual(purls);
      }
    }
  }, 120_000);

  it('is the same on the command line, all targets in one run', async () => {
    const paths = [...results.keys()];
    const ran = await tare(
      ['scan', ...paths, '--format', 'json', '--all-platforms', '--as-of', asOf, '--fail-on', 'none', '--no-cache'],
      { cwd: corpus('images'), timeout: 280_000 },
    );
    const broken = paths.filter((path) => !Array.isArray(results.get(path)));
    const sentences = ran.stderr.trim().split('\n');
    expect(ran.code).toBe(2);
    expect(sentences).toHaveLength(broken.length);
    for (const sentence of sentences)
      expect(badRefusal({ code: 2, signal: null, stdout: '', stderr: sentence })).toBeUndefined();
    const { reports } = JSON.parse(ran.stdout) as { reports: Scanned['report'][] };
    const inProcess = [...results.values()].flatMap((result) => (Array.isArray(result) ? result : []));
    const figures = (report: Scanned['report']) => [
      report.score.grade,
      report.score.value,
      report.packages.length,
      report.findings.map((f) => f.rule),
    ];
    expect(reports.map(figures)).toEqual(inProcess.map(({ report }) => figures(report)));
  }, 300_000);
});

function rowsOf(path: string, result: Scanned[] | { error: Error }): string[][] {
  if (!Array.isArray(result)) return [[path, '', '', '', '', '', '', '', words(result.error.message)]];
  return result.map(({ report }) => {
    const { target, distro, packages, score } = report;
    const name = target.name.replace(corpus('images', path), '').replace(/^:/, '');
    const { os, architecture, variant } = target.platform ?? { os: '', architecture: '', variant: undefined };
    return [
      path,
      [name, [os, architecture, variant].filter(Boolean).join('/')].filter(Boolean).join(' '),
      target.kind,
      `${target.layers.length}`,
      distro ? `${distro.id} ${distro.versionId}`.trim() : '?',
      `${packages.length}`,
      score.grade,
      `${score.value}`,
      words(
        report.status
          .filter((entry) => entry.level !== 'info')
          .map((entry) => entry.message)
          .join(' / '),
      ),
    ];
  });
}

/** A message without the place of the corpus, on one line, and not too long for a table. */
function words(message: string): string {
  const text = message.replaceAll(`${corpus('images')}/`, '').replaceAll(/\s+/g, ' ');
  return text.length > 300 ? `${text.slice(0, 297)}…` : text;
}
