/** Every Dockerfile of the corpus through the whole pipeline, and the labelled ones against what their labels say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lintDockerfile } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { Finding } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';

const options: LintOptions = {
  asOf: '2026-11-01',
  ruleset: baseline(),
  trusted: [],
  gate: { failOn: 'high' },
  version: '0',
  strict: true,
};

/** The labels' names for the faults that our rules find. */
const rulesOf: Record<string, string[]> = {
  EnvGitSslNoVerify: ['tls-verification-disabled'],
  EnvNpmConfigStrictSsl: ['tls-verification-disabled'],
  EnvPythonHttpsVerify: ['tls-verification-disabled'],
  RunAptGetAllowUnauthenticated: ['package-signature-disabled'],
  RunChpasswd: ['password-set', 'empty-password'],
  RunPipTrustedHost: ['tls-verification-disabled'],
  RunUnsafeCurl: ['tls-verification-disabled'],
  RunUsingSudo: ['sudo-used'],
  RunYumNoGpgCheck: ['package-signature-disabled'],
  AliasIsUnique: ['duplicate-stage-name'],
  HealthcheckExists: ['missing-healthcheck'],
  ReferenceLatestTag: ['base-tag-latest', 'base-untagged'],
  RunUsingAPT: ['apt-instead-of-apt-get'],
  UserExists: ['run-as-root'],
};

/** Labels that say other than the file does, and why. */
const mislabelled: Record<string, string> = {
  'checkov__RunChpasswd__fail~Dockerfile': 'its name says fail, and it sets passwords; the label says pass',
};

const labels = corpusDir && existsSync(corpus('dockerfile-labelled', 'labels.tsv')) ? readLabels() : [];

describe.skipIf(!corpusDir)('labelled Dockerfiles', () => {
  it.each(labels)('$file: $rule $expected', async ({ path, file, rule, expected }) => {
    const rules = rulesOf[rule];
    expect(rules, `${rule} is not mapped to a rule of ours`).toBeDefined();
    const { findings } = await lintDockerfile(readFileSync(path, 'utf8'), file, options);
    const found = findings.some((finding) => rules!.includes(finding.rule));
    expect(found).toBe(expected === 'fail' || Object.hasOwn(mislabelled, file));
  });

  it('finds every line of the files that are nothing but faults', async () => {
    const lines = async (name: string, rule: string) => {
      const path = corpus('dockerfile-labelled', name);
      const { findings } = await lintDockerfile(readFileSync(path, 'utf8'), name, options);
      return findings.filter((finding) => finding.rule === rule).length;
    };
    const text = (name: string) => readFileSync(corpus('dockerfile-labelled', name), 'utf8');
    const runs = (name: string) => [...text(name).matchAll(/^RUN /gm)].length;
    for (const name of [
      'checkov__EnvGitSslNoVerify__fail~Dockerfile.run.basic',
      'checkov__EnvNpmConfigStrictSsl__fail~Dockerfile.run.basic',
      'checkov__EnvPythonHttpsVerify__fail~Dockerfile.run.basic',
    ])
      expect([name, await lines(name, 'tls-verification-disabled')]).toEqual([name, runs(name)]);
  });
});

describe.skipIf(!corpusDir)('Dockerfiles as found', () => {
  const names = corpusDir ? readdirSync(corpus('dockerfiles')).sort() : [];

  it('are judged without a rule that breaks, and every finding lies in its file', async () => {
    expect(names.length).toBeGreaterThan(800);
    for (const name of names) {
      const text = readFileSync(corpus('dockerfiles', name), 'utf8');
      const report = await lintDockerfile(text, name, options);
      const lines = text.split('\n').length;
      for (const finding of report.findings)
        expect(wellPlaced(finding, name, lines), `${name}: ${finding.message}`).toBe(true);
      const { low, high } = report.forecast;
      expect(0 <= low && low <= high && high <= 100, `${name}: ${low} to ${high}`).toBe(true);
    }
  }, 120_000);
});

function wellPlaced({ evidence, message, remediation }: Finding, file: string, lines: number): boolean {
  const texts = !/undefined|\{[a-z]\w*\}/.test(message.replace(/\$\{\w+\}/g, '')) && remediation.length > 0;
  return (
    texts &&
    evidence.every(
      (place) =>
        place.at === 'instruction' &&
        place.file === file &&
        place.range.start.line >= 1 &&
        place.range.end.line <= lines &&
        (place.range.start.line < place.range.end.line || place.range.start.column <= place.range.end.column),
    )
  );
}

function readLabels() {
  const rows = readFileSync(corpus('dockerfile-labelled', 'labels.tsv'), 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [path = '', tool = '', rule = '', expected = ''] = row.split('\t');
    const file = path.slice(path.lastIndexOf('/') + 1);
    // Files of other tools say what they are about by their names alone.
    return expected === 'pass' || expected === 'fail'
      ? [{ path: join(corpus(), path), file, tool, rule, expected }]
      : [];
  });
}
