import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GateOptions, gate } from '../../src/score/gate.ts';
import { score } from '../../src/score/score.ts';
import type { Finding } from '../../src/types.ts';
import { arbitraryFindings, finding } from './arbitrary.ts';

const root = finding({ rule: 'run-as-root', category: 'least-privilege', severity: 'high' });
const key = finding({ rule: 'private-key', category: 'secrets-and-data', severity: 'critical' });
const shell = finding({ rule: 'shell-present', category: 'unnecessary-software', severity: 'low' });

function judge(findings: Finding[], options: GateOptions) {
  return gate(findings, score(findings), options);
}

describe('--fail-on', () => {
  test('fails at its severity and above, and names the worst', () => {
    expect(judge([shell, root], { failOn: 'high' })).toEqual({
      passed: false,
      reason: 'run-as-root is high, and --fail-on is high.',
      failOn: 'high',
      failing: [root.fingerprint],
    });
    expect(judge([shell, root, key], { failOn: 'low' }).reason).toBe(
      'private-key (critical) and 2 more findings reach --fail-on low.',
    );
    expect(judge([root, key], { failOn: 'high' }).reason).toBe(
      'private-key (critical) and 1 more finding reach --fail-on high.',
    );
  });

  test('of one severity, the one that costs most is the worst', () => {
    const old = finding({ rule: 'end-of-life-distro', category: 'trusted-source', severity: 'high' });
    const expected = 'run-as-root (high) and 1 more finding reach --fail-on high.';
    expect(judge([old, root], { failOn: 'high' }).reason).toBe(expected);
    expect(judge([root, old], { failOn: 'high' }).reason).toBe(expected);
  });

  test('passes below its severity', () => {
    expect(judge([shell, root], { failOn: 'critical' })).toEqual({
      passed: true,
      reason: 'No finding reaches --fail-on critical.',
      failOn: 'critical',
    });
  });

  test('none asks for nothing', () => {
    expect(judge([key], { failOn: 'none' })).toEqual({
      passed: true,
      reason: 'Nothing was asked of it: --fail-on is none and there is no --min-score.',
      failOn: 'none',
    });
  });

  test.each([
    ['suppressed', { suppression: { reason: 'accepted' } }],
    ['of low confidence', { confidence: 'low' }],
    ['unknown', { outcome: 'unknown' }],
    ['hygiene', { category: 'hygiene' }],
  ] as const)('passes a finding that is %s', (_, part) => {
    expect(judge([{ ...key, ...part }], { failOn: 'low' }).passed).toBe(true);
    expect(judge([key], { failOn: 'low' }).passed).toBe(false);
  });

  test('says how many could not be judged', () => {
    expect(
      judge(
        [
          { ...key, outcome: 'unknown' },
          { ...shell, outcome: 'unknown' },
        ],
        { failOn: 'high' },
      ).reason,
    ).toBe('No finding reaches --fail-on high, though 1 that might could not be judged.');
  });

  test('lets hygiene count where it is asked to', () => {
    const hygiene = finding({ rule: 'cd-instead-of-workdir', category: 'hygiene', severity: 'low' });
    expect(judge([hygiene], { failOn: 'low', hygiene: true }).passed).toBe(false);
  });

  test('takes a critical of medium confidence for a high', () => {
    const perhaps: Finding = { ...key, confidence: 'medium' };
    expect(judge([perhaps], { failOn: 'critical' }).passed).toBe(true);
    expect(judge([perhaps], { failOn: 'high' }).reason).toBe('private-key is high, and --fail-on is high.');
  });
});

describe('--min-score', () => {
  test('says how many points are missing', () => {
    expect(judge([root], { failOn: 'none', minScore: 90.5 })).toEqual({
      passed: false,
      reason: 'The score 87.5 is 3 below the minimum of 90.5.',
      failOn: 'none',
      minScore: 90.5,
    });
    expect(judge([root], { failOn: 'none', minScore: 87.51 }).reason).toBe(
      'The score 87.5 is 0.1 below the minimum of 87.51.',
    );
  });

  test('is met at the score itself, and both limits are told', () => {
    expect(judge([root], { failOn: 'critical', minScore: 87.5 })).toMatchObject({
      passed: true,
      reason: 'No finding reaches --fail-on critical; the score 87.5 meets the minimum of 87.5.',
    });
    expect(judge([key], { failOn: 'high', minScore: 80 }).reason).toBe(
      'private-key is critical, and --fail-on is high; the score 49.0 is 31 below the minimum of 80.',
    );
  });

  test('sees suppressed and unknown findings, which have cost their points', () => {
    const accepted: Finding = { ...key, suppression: { reason: 'accepted' } };
    expect(judge([accepted], { failOn: 'high', minScore: 50 }).passed).toBe(false);
    expect(judge([{ ...key, outcome: 'unknown' }], { failOn: 'high', minScore: 50 }).passed).toBe(false);
  });
});

test('a stricter gate never passes what a laxer one fails', () => {
  const order = ['none', 'critical', 'high', 'medium', 'low'] as const;
  fc.assert(
    fc.property(arbitraryFindings, fc.nat({ max: 100 }), (findings, minScore) => {
      const passed = order.map((failOn) => Number(judge(findings, { failOn, minScore }).passed));
      expect(passed).toEqual(passed.toSorted((a, b) => b - a));
    }),
  );
});

describe('gates of their own', () => {
  const hygiene = finding({ rule: 'missing-healthcheck', category: 'hygiene', severity: 'info' });
  const rules = (entries: [string, 'none' | 'info' | 'low'][]) => new Map(entries);

  test('a rule over its category, that over --fail-on', () => {
    const categories = new Map([['least-privilege', 'none'] as const]);
    expect(judge([root], { failOn: 'high', categories }).passed).toBe(true);
    expect(judge([root], { failOn: 'high', categories, rules: rules([['run-as-root', 'low']]) }).passed).toBe(false);
    expect(judge([shell, root], { failOn: 'high', rules: rules([['shell-present', 'info']]) }).reason).toBe(
      'run-as-root (high) and 1 more finding reach the gates that are set for them.',
    );
  });

  test('any fails on the lightest, and quality where it is asked for', () => {
    expect(judge([hygiene], { failOn: 'low' }).passed).toBe(true);
    const asked = judge([hygiene], { failOn: 'none', rules: rules([['missing-healthcheck', 'info']]) });
    expect(asked.reason).toBe('missing-healthcheck is info, and its gate is any.');
  });

  test('say what passed where they are all that was asked', () => {
    const passed = 'No finding reaches the gates that are set for rules and categories.';
    const rules = new Map([['private-key', 'info']] as const);
    expect(judge([shell], { failOn: 'none', rules }).reason).toBe(passed);
    expect(judge([shell], { failOn: 'none', categories: new Map([['secrets-and-data', 'low']] as const) }).reason).toBe(
      passed,
    );
    expect(judge([{ ...key, outcome: 'unknown' }], { failOn: 'none', rules }).reason).toBe(
      'No finding reaches the gates that are set for rules and categories, though 1 that might could not be judged.',
    );
    expect(judge([key], { failOn: 'none', rules: new Map([['private-key', 'none']] as const) }).reason).toContain(
      'Nothing was asked',
    );
  });

  test('severities move the gate alone', () => {
    const severities = new Map([['shell-present', 'critical'] as const]);
    expect(judge([shell], { failOn: 'critical', severities })).toMatchObject({ passed: false });
    expect(judge([root], { failOn: 'high', severities: new Map([['run-as-root', 'info'] as const]) }).passed).toBe(
      true,
    );
  });
});
