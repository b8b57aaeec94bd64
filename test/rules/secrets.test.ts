/** What the rules about secrets share: whose a secret is, what lets it be, and what no image can show. */
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { pathFits } from '../../src/rules/glob.ts';
import { judge } from '../../src/rules/run.ts';
import { ruleOf, suppressionOf } from '../../src/rules/secrets.ts';
import type { SecretFact, SecretSighting } from '../../src/types/secrets.ts';
import { known, makeFacts, unknown } from '../support/facts.ts';

const sighting = (where: SecretSighting['where'], changes: Partial<SecretSighting> = {}): SecretSighting => ({
  where,
  evidence: where === 'file' ? { at: 'file', path: 'srv/app/.env', layer: 0 } : { at: 'config', pointer: `/${where}` },
  state: 'live',
  confidence: 'high',
  ...changes,
});
const fact = (first: SecretSighting, ...rest: SecretSighting[]): SecretFact => ({
  detector: 'github-pat',
  title: 'GitHub token',
  kind: 'api-token',
  severity: 'critical',
  confidence: 'high',
  masked: 'ghp_****',
  fingerprint: '0123456789abcdef',
  sightings: [first, ...rest],
});

describe('the rule of a secret', () => {
  it('is what it opens where a file holds it, else where it stands', () => {
    const cases: [string, SecretFact][] = [
      ['api-token', fact(sighting('file'), sighting('env'))],
      ['secret-in-env', fact(sighting('env'), sighting('run'))],
      ['secret-in-arg', fact(sighting('run'), sighting('arg'), sighting('label'))],
      ['secret-in-label', fact(sighting('run'), sighting('label'))],
      ['secret-in-run', fact(sighting('run'))],
      ['secret-in-env', fact(sighting('env'), sighting('file', { confidence: 'low' }))],
      ['registry-credential', { ...fact(sighting('run')), detector: 'docker-login', kind: 'registry-credential' }],
    ];
    for (const [rule, secret] of cases) expect(ruleOf(secret)).toBe(rule);
  });
});

describe('allow rules', () => {
  const secret = { ...fact(sighting('file')), allowedBy: [3] };
  it.each([
    [{ path: 'srv/**' }, true],
    [{ path: '/srv/*/.env' }, true],
    [{ path: 'srv/*' }, false],
    [{ fingerprint: '0123456789abcdef' }, true],
    [{ fingerprint: '0123456789abcdee' }, false],
    [{ detector: 'github-pat', path: '**' }, true],
    [{ detector: 'github-pat', path: 'etc/**' }, false],
    [{ stopWord: 'x' }, false],
    [{ path: '**', expires: '2026-11-01' }, true],
    [{ path: '**', expires: '2026-10-31' }, false],
  ])('%o: %s', (rule, fits) => {
    expect(suppressionOf(secret, [{ reason: 'r', ...rule }], '2026-11-01') !== undefined).toBe(fits);
  });

  it('that need the value are those that the collector marked', () => {
    const rule = { reason: 'r', pattern: 'ghp_.*' };
    const other = { reason: 'o', path: 'none' };
    expect(suppressionOf(secret, [other, other, other, rule], '2026-11-01')).toEqual({ reason: 'r' });
    expect(suppressionOf(secret, [rule], '2026-11-01')).toBeUndefined();
  });

  it('by path say nothing of a secret that stands elsewhere too', () => {
    const both = fact(sighting('file'), sighting('env'));
    expect(suppressionOf(both, [{ reason: 'r', path: 'srv/**' }], '2026-11-01')).toBeUndefined();
    const doubtful = fact(sighting('file'), sighting('env', { confidence: 'low' }));
    expect(suppressionOf(doubtful, [{ reason: 'r', path: 'srv/**' }], '2026-11-01')).toEqual({ reason: 'r' });
  });
});

describe('path patterns', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['**/c', 'a/b/c', true],
    ['**/c', 'c', true],
    ['a/**/c', 'a/c', true],
    ['a/**/c/*.key', 'a/x/y/c/z.key', true],
    ['*.key', 'a/z.key', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxcyyb', false],
  ])('%s, %s: %s', (pattern, path, fits) => expect(pathFits(pattern, path)).toBe(fits));

  it('take no time to fail', () => {
    expect(pathFits('**/a*a*a*a*a*b/**/c'.repeat(20), 'aaaaaaaaaaaaaaaaaaaaaaaa/'.repeat(150))).toBe(false);
  });
});

describe('what is not known', () => {
  it('counts, and as heavily as anything that could have been found', () => {
    const { findings } = judge(
      makeFacts({
        secrets: unknown('r'),
        criticalFiles: unknown('r'),
        accountPasswords: unknown('r'),
        readableSecrets: unknown('r'),
      }),
      baseline(),
      { strict: true },
    );
    expect(findings.map(({ rule, outcome, severity }) => `${rule} ${outcome} ${severity}`).sort()).toEqual([
      'api-token unknown critical',
      'cloud-credential unknown critical',
      'database-dump-present unknown high',
      'database-file-present unknown medium',
      'empty-password unknown critical',
      'env-file-present unknown medium',
      'password-in-file unknown high',
      'password-set unknown medium',
      'private-key unknown critical',
      'registry-credential unknown critical',
      'root-owned-secret-readable unknown medium',
      'secret-in-arg unknown high',
      'secret-in-env unknown critical',
      'secret-in-label unknown high',
      'secret-in-run unknown high',
      'shell-history-present unknown medium',
      'state-file-present unknown high',
      'vcs-directory-present unknown medium',
    ]);
    for (const { message } of findings) expect(message).toMatch(/: r$/);
  });

  it('is not made up: a known list without a secret is clean', () => {
    expect(judge(makeFacts({ secrets: known([]) }), baseline(), { strict: true }).findings).toEqual([]);
  });
});
