import type { Check } from '../../types/rule.ts';
import { baseImages } from '../bases.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { inManifest, placesOf, unknownHit } from '../hits.ts';
import { referenceText } from '../references.ts';

export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  // A base without a tag, or at a moving one, has a heavier fault of its own.
  if (dockerfile)
    return baseImages(dockerfile)
      .filter(({ reference: { tag, digest } }) => digest === undefined && tag !== undefined && tag !== 'latest')
      .map(({ shown, evidence }) => ({ data: { reference: shown }, evidence: [evidence] }));
  const { base } = facts;
  const at = inManifest('/annotations');
  if (!base.known) return unknownHit(base.reason, at);
  const { kind, claimed } = base.value;
  // The name in FROM is what the image says; the layers only show what lies at the bottom of it.
  const { reference, digest } = claimed ?? (base.value.via === 'layers' ? {} : base.value);
  if (kind === 'scratch' || digest !== undefined || reference?.digest !== undefined) return [];
  if (reference === undefined)
    return unknownHit('the base is known by its content alone, and how it was named is not recorded', at);
  return [{ data: { reference: referenceText(reference) }, evidence: placesOf(base, at) }];
};
