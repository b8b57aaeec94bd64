import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { judge, measuredSeverity } from '../../src/rules/run.ts';
import type { Check, Hit, RuleMetadata, Ruleset } from '../../src/types/rule.ts';
import { type Evidence, UsageError } from '../../src/types.ts';
import { makeFacts } from '../support/facts.ts';

const at: Evidence = { at: 'config', pointer: '/config/User', document: 'config' };
const metadata = (changes: Partial<RuleMetadata> = {}): RuleMetadata => ({
  id: 'made-up',
  title: 'Something is made up',
  category: 'least-privilege',
  severity: 'medium',
  confidence: 'high',
  on: ['image'],
  why: 'because',
  message: { default: 'plain {name}', other: 'other {name}' },
  remediation: { default: 'mend {name}' },
  references: [],
  parameters: {},
  data: [],
  ...changes,
});
const rulesetOf = (check: Check, changes: Partial<RuleMetadata> = {}, more: Partial<Ruleset> = {}): Ruleset => ({
  name: 'test@1',
  version: '0',
  rules: [{ metadata: metadata(changes), check }],
  data: {},
  ...more,
});
const run = (hits: Hit[], changes: Partial<RuleMetadata> = {}) =>
  judge(
    makeFacts(),
    rulesetOf(() => hits, changes),
    { strict: true },
  ).findings;
const hit = (changes: Partial<Hit> = {}): Hit => ({ data: { name: 'x' }, evidence: [at], ...changes });

describe('judge', () => {
  it('finds nothing wrong with a clean scratch image', () => {
    expect(judge(makeFacts(), baseline(), { strict: true })).toEqual({ findings: [], status: [] });
  });

  it('fills templates by variant, falling back to the default', () => {
    const [one] = run([hit({ variant: 'other' })]);
    expect(one).toMatchObject({
      message: 'other x',
      remediation: 'mend x',
      severity: 'medium',
      confidence: 'high',
      outcome: 'fail',
      data: { name: 'x' },
    });
    expect(run([hit({ variant: 'toString' })])[0]?.message).toBe('plain x');
    expect(run([hit({ severity: 'low', confidence: 'low' })])[0]).toMatchObject({ severity: 'low', confidence: 'low' });
  });

  it('says why where it cannot tell', () => {
    const [one] = run([{ data: {}, evidence: [at], unknown: 'the layer is gone' }]);
    expect(one).toMatchObject({
      outcome: 'unknown',
      severity: 'medium',
      message: 'Cannot tell: Something is made up; the layer is gone',
      remediation: 'Make the missing evidence readable and scan again.',
      data: { reason: 'the layer is gone' },
    });
    const own = { message: { default: '-', unknown: 'who knows: {reason}' }, remediation: { default: 'do it' } };
    expect(run([{ data: {}, evidence: [at], unknown: 'gone' }], own)[0]).toMatchObject({
      message: 'who knows: gone',
      remediation: 'do it',
    });
  });

  it('reads a measured severity from the weight', () => {
    expect([1, 0.25, 0.249, 0.1, 0.099, 0].map(measuredSeverity)).toEqual([
      'medium',
      'medium',
      'low',
      'low',
      'info',
      'info',
    ]);
    expect(run([hit({ weight: 0.33 })], { severity: 'measured' })[0]).toMatchObject({
      weight: 0.33,
      severity: 'medium',
    });
    for (const weight of [undefined, Number.NaN, 1.1, -0.1]) {
      expect(() => run([hit(weight === undefined ? {} : { weight })], { severity: 'measured' })).toThrow(
        'weight from 0 to 1',
      );
    }
  });

  it('turns a rule that breaks into an unknown finding and goes on', () => {
    const broken: Check = () => {
      throw new TypeError('no such thing');
    };
    const ruleset = {
      ...rulesetOf(broken),
      rules: [
        { metadata: metadata(), check: broken },
        { metadata: metadata({ id: 'next' }), check: () => [hit()] },
      ],
    };
    const { findings, status } = judge(makeFacts(), ruleset);
    expect(findings.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['made-up', 'unknown'],
      ['next', 'fail'],
    ]);
    expect(status).toMatchObject([
      { part: 'made-up', level: 'error', message: expect.stringContaining('no such thing') },
    ]);
    expect(() => judge(makeFacts(), ruleset, { strict: true })).toThrow('no such thing');
  });

  it('treats a missing placeholder as a broken rule', () => {
    const ruleset = rulesetOf(() => [{ data: {}, evidence: [at] }]);
    expect(judge(makeFacts(), ruleset).findings[0]).toMatchObject({ outcome: 'unknown' });
    expect(() => judge(makeFacts(), ruleset, { strict: true })).toThrow('{name}');
  });

  it('counts a disabled rule as unknown, no lighter than what it would have found', () => {
    const disabled = { disabled: { 'made-up': 'acme.yaml' } };
    const judged = (check: Check, changes: Partial<RuleMetadata> = {}) =>
      judge(makeFacts(), rulesetOf(check, changes, disabled));
    const silent = judged(() => []);
    expect(silent.findings).toMatchObject([
      {
        outcome: 'unknown',
        severity: 'medium',
        confidence: 'high',
        message: expect.stringContaining('disabled in acme.yaml'),
      },
    ]);
    expect(silent.status).toMatchObject([{ part: 'made-up', level: 'info' }]);
    expect(
      judged(() => [hit({ severity: 'high' }), hit({ severity: 'low' })])
        .findings.map(({ severity }) => severity)
        .sort(),
    ).toEqual(['high', 'medium']);
    expect(judged(() => [hit({ weight: 0.1 })], { severity: 'measured' }).findings).toMatchObject([
      { weight: 1, outcome: 'unknown' },
    ]);
  });

  it('leaves out rules for other targets', () => {
    expect(run([hit()], { on: ['dockerfile'] })).toEqual([]);
    const ruleset = rulesetOf(() => [hit()], { on: ['dockerfile'] });
    expect(judge(makeFacts(), ruleset, { target: 'dockerfile' }).findings).toHaveLength(1);
  });

  it('gives rules their parameters, their data and no other, and the trusted patterns of ruleset and options', () => {
    let seen: unknown;
    const ruleset = rulesetOf(
      (_, context) => {
        seen = context;
        return [];
      },
      { parameters: { most: 3 }, data: ['a'] },
      { data: { a: 1, b: 2 }, trusted: ['ghcr.io/a/**'] },
    );
    judge(makeFacts(), ruleset, { trusted: ['ghcr.io/b/**'] });
    expect(seen).toEqual({
      parameters: { most: 3 },
      data: { a: 1 },
      trusted: ['ghcr.io/a/**', 'ghcr.io/b/**'],
      allowedSecrets: [],
    });
  });

  it('refuses a trusted pattern that is none', () => {
    expect(() => judge(makeFacts(), baseline(), { trusted: ['https://ghcr.io'] })).toThrow(UsageError);
  });

  it('orders findings the same whatever order the hits came in, and tells twins apart', () => {
    const hits = [
      hit({ data: { name: 'b' } }),
      hit({ data: { name: 'a' } }),
      hit({ evidence: [{ at: 'file', path: 'etc/passwd', layer: 0 }] }),
    ];
    const one = run(hits);
    expect(run([...hits].reverse())).toEqual(one);
    expect(new Set(one.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('keeps a bounded list of evidence and says how much more there was', () => {
    const many = Array.from({ length: 5000 }, (_, i): Evidence => ({ at: 'file', path: `f${i}`, layer: 0 }));
    const [one] = run([hit({ evidence: [at, ...many] })]);
    expect(one?.evidence).toHaveLength(1000);
    expect(one?.data['moreEvidence']).toBe(4001);
    expect(run([hit({ evidence: [at, ...many.slice(0, -1)] })])[0]?.fingerprint).not.toBe(one?.fingerprint);
  });
});
