import type { Check } from '../../types/rule.ts';
import { inConfig, placesOf, unknownHit } from '../hits.ts';
import { referenceText } from '../references.ts';

/**
 * What is missing costs as much as a base that nobody trusts (untrusted-registry), so that naming it never costs. A label earns
 * nothing: it is set as easily as it is inherited.
 */
export const check: Check = ({ base }) => {
  const at = inConfig('/rootfs');
  if (!base.known) return unknownHit(base.reason, at);
  const { kind, via, reference, likely, unnamed, conflict } = base.value;
  const evidence = placesOf(base, at);
  const named = reference === undefined ? 'its base' : referenceText(reference);
  if (conflict !== undefined) return [{ data: { reference: named, conflict }, evidence }];
  if (kind === 'scratch') return [];
  switch (via) {
    case 'label':
      return unknownHit('a label is no proof', at, { variant: 'label', data: { reference: named }, evidence });
    case 'history':
    case 'os-release':
      return unknownHit(unnamed ?? 'nothing names it', at, {
        variant: 'likely',
        data: { by: via === 'history' ? 'history' : 'files', likely: likely ?? '' },
        evidence,
      });
    default:
      return [];
  }
};
