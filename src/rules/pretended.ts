/** A finding of a rule that was not judged: for scores of what is not there yet. */
import type { Rule } from '../types/rule.ts';
import type { Evidence, Finding, Severity } from '../types.ts';
import { measuredSeverity } from './run.ts';

/** By the rule's own severity unless another is given; it says nothing and is never reported. */
export function pretended({ metadata }: Rule, place: Evidence, weight?: number, severity?: Severity): Finding {
  return {
    rule: metadata.id,
    category: metadata.category,
    outcome: 'fail',
    severity: severity ?? (metadata.severity === 'measured' ? measuredSeverity(weight ?? 0) : metadata.severity),
    confidence: 'high',
    ...(weight !== undefined && { weight }),
    message: '',
    remediation: '',
    data: {},
    evidence: [place],
    fingerprint: '',
  };
}
