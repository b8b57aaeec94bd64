import type { Check } from '../../types/rule.ts';
import { inManifest, unknownHit } from '../hits.ts';

export const check: Check = ({ attestations }) => {
  const at = inManifest('');
  if (!attestations.known) return unknownHit(attestations.reason, at);
  return attestations.value.some(({ kind }) => kind !== 'other') ? [] : [{ data: {}, evidence: [at] }];
};
