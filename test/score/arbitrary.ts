/** Generated findings, for property tests of the score and the reports. */
import fc from 'fast-check';
import { categoryNames } from '../../src/types/category.ts';
import { severities } from '../../src/types/severity.ts';
import type { Finding } from '../../src/types.ts';

/** A finding with only what the score reads of it; the rest is filled in. */
export function finding(part: Partial<Finding> & Pick<Finding, 'rule' | 'category'>): Finding {
  return {
    outcome: 'fail',
    severity: 'medium',
    confidence: 'high',
    message: `${part.rule} was found.`,
    remediation: 'Take it out.',
    data: {},
    evidence: [{ at: 'config', pointer: '/config/User' }],
    fingerprint: '0'.repeat(16),
    ...part,
  };
}

/** Rules belong to one category each, so a rule's category follows from its number. */
export const arbitraryFinding: fc.Arbitrary<Finding> = fc
  .record({
    number: fc.nat({ max: 20 }),
    severity: fc.constantFrom(...severities),
    confidence: fc.constantFrom('high', 'high', 'medium', 'low' as const),
    outcome: fc.constantFrom('fail', 'fail', 'unknown' as const),
    weight: fc.option(
      fc.nat({ max: 100 }).map((hundredths) => hundredths / 100),
      { freq: 4, nil: undefined },
    ),
    suppressed: fc.boolean(),
  })
  .map(({ number, severity, confidence, outcome, weight, suppressed }) =>
    finding({
      rule: `rule-${number}`,
      category: categoryNames[number % categoryNames.length]!,
      severity,
      confidence,
      outcome,
      ...(weight === undefined ? {} : { weight }),
      ...(suppressed ? { suppression: { reason: 'accepted' } } : {}),
    }),
  );

/** Most images have few findings; some have many, of few rules. */
export const arbitraryFindings: fc.Arbitrary<Finding[]> = fc.oneof(
  { weight: 3, arbitrary: fc.array(arbitraryFinding, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.array(arbitraryFinding, { maxLength: 60 }) },
);
