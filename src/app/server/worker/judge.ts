/** Names the rules, the policy and the program by which is graded: what they find is one grading of a digest, and the next is another. */
import { createHash } from 'node:crypto';
import type { AssessSettings } from '../assess/protocol.ts';

/** Twelve hex digits. The baseline's rules are those of the version. */
export function judgeOf({ rulesets, policy, trusted, version }: AssessSettings): string {
  const parts = [version, rulesets.map(({ text }) => text), policy?.text ?? '', trusted];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
