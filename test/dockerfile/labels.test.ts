/** The corpus' labelled Dockerfiles: what other tools' authors say of them, and what we say. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeDockerfile } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { Finding } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';

/** Checkov's check to our rules: one of them speaks where it fails, none where it passes. */
const rulesOf: Record<string, string[]> = {
  AliasIsUnique: ['duplicate-stage-name'],
  EnvGitSslNoVerify: ['tls-verification-disabled'],
  EnvNpmConfigStrictSsl: ['tls-verification-disabled'],
  EnvPythonHttpsVerify: ['tls-verification-disabled'],
  HealthcheckExists: ['missing-healthcheck'],
  ReferenceLatestTag: ['base-tag-latest', 'base-untagged'],
  RunAptGetAllowUnauthenticated: ['package-signature-disabled'],
  RunChpasswd: ['password-set'],
  RunPipTrustedHost: ['tls-verification-disabled'],
  RunUnsafeCurl: ['tls-verification-disabled'],
  RunUsingAPT: ['apt-instead-of-apt-get'],
  RunUsingSudo: ['sudo-used'],
  RunYumNoGpgCheck: ['package-signature-disabled'],
  UserExists: ['run-as-root'],
};

/** Where we say otherwise than the label, and why. */
const otherwise: Record<string, string> = {
  'checkov__RunChpasswd__fail~Dockerfile': 'it pipes passwords into chpasswd; its name says so, and the label does not',
  'checkov__example_UserExists__failure~Dockerfile':
    'the base may set a user: without looking into it this is unknown, not failed',
};

/** dockerfilelint's own files have no verdicts but their names: which rules speak at which lines, among those that the name is about. */
const told: [file: string, about: string[], says: string[]][] = [
  ['dockerfilelint__Dockerfile.arg-before-from', ['instruction-before-from', 'invalid-instruction'], []],
  ['dockerfilelint__Dockerfile.shell.pass', ['invalid-instruction', 'shell-changed-in-run'], []],
  ['dockerfilelint__Dockerfile.from-with-port-no-latest', ['base-tag-latest', 'base-untagged'], []],
  ['dockerfilelint__Dockerfile.multistage', ['base-tag-latest', 'base-untagged', 'copy-from-unknown-stage'], []],
  ['dockerfilelint__Dockerfile.debian', ['add-instead-of-copy', 'base-untagged'], []],
  ['dockerfilelint__Dockerfile.ubuntu', ['add-instead-of-copy', 'apt-lists-not-removed'], []],
  ['dockerfilelint__Dockerfile.mysql', ['apt-lists-not-removed', 'yes-flag-missing'], []],
  ['dockerfilelint__Dockerfile.mysql', ['apt-no-recommends'], ['apt-no-recommends@31']],
  ['dockerfilelint__Dockerfile.node', ['unverified-download', 'base-tag-latest'], []],
  ['dockerfilelint__Dockerfile.registry', ['apt-no-recommends', 'apt-lists-not-removed'], ['apt-no-recommends@6']],
  [
    'dockerfilelint__Dockerfile.misc',
    [
      'instruction-before-from',
      'invalid-instruction',
      'maintainer-deprecated',
      'sudo-used',
      'apt-upgrade',
      'dist-upgrade',
      'yes-flag-missing',
      'apt-lists-not-removed',
      'apk-no-cache',
      'invalid-port',
      'expose-invalid-format',
      'legacy-key-value',
      'workdir-relative',
      'add-instead-of-copy',
    ],
    [
      'instruction-before-from@4',
      'invalid-instruction@7',
      'maintainer-deprecated@9',
      'invalid-instruction@11',
      'sudo-used@12',
      'apt-upgrade@13',
      'yes-flag-missing@13',
      'yes-flag-missing@14',
      'dist-upgrade@15',
      'yes-flag-missing@15',
      'apt-lists-not-removed@16',
      'apk-no-cache@21',
      'invalid-port@24',
      'expose-invalid-format@25',
      'invalid-instruction@27',
      'legacy-key-value@29',
      'workdir-relative@32',
      'add-instead-of-copy@36',
    ],
  ],
];

async function findings(file: string): Promise<Finding[]> {
  const text = readFileSync(corpus('dockerfile-labelled', file), 'utf8');
  const judged = await judgeDockerfile(text, file, {
    asOf: '2026-11-01',
    ruleset: baseline(),
    trusted: [],
    gate: { failOn: 'high' },
    version: '0.0.0-test',
    strict: true,
  });
  return judged.findings;
}

const labels = corpusDir
  ? readFileSync(corpus('dockerfile-labelled', 'labels.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t') as [file: string, tool: string, rule: string, expected: string])
  : [];
const verdicts = labels.filter(([, tool]) => tool === 'checkov');

describe.skipIf(!corpusDir)('labelled Dockerfiles (skipped without the corpus)', () => {
  it('carry labels of checks that are all known here', () => {
    expect(verdicts.length).toBeGreaterThan(50);
    expect([...new Set(verdicts.map(([, , rule]) => rule))].sort()).toEqual(Object.keys(rulesOf).sort());
  });

  it.each(verdicts)('%s: %s %s is %s', async (path, _, check, expected) => {
    const file = basename(path);
    const own = (await findings(file)).filter(
      ({ rule, outcome }) => rulesOf[check]!.includes(rule) && outcome === 'fail',
    );
    const reversed = Object.hasOwn(otherwise, file);
    expect(own.length > 0, own.map(({ message }) => message).join('\n')).toBe((expected === 'fail') !== reversed);
  });

  it.each(told)('%s, as to %s', async (file, about, says) => {
    const found = (await findings(file)).filter(({ rule }) => about.includes(rule));
    const places = found.map(
      ({ rule, evidence: [place] }) => `${rule}@${place.at === 'instruction' ? place.range.start.line : 0}`,
    );
    expect(places.sort()).toEqual([...says].sort());
  });
});
