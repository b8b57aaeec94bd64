import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { type NamedImage, usedImages } from '../bases.ts';
import type { TrustedRegistries } from '../data.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, dataOf, flagOf, listed, placesOf } from '../hits.ts';
import { compilePattern, matchesPattern, type Pattern } from '../pattern.ts';
import { inReference, referenceText } from '../references.ts';

/** What is not named cannot be judged by its name: an unnamed base is the business of another rule. */
export const check: Check = (facts, context) => {
  const patterns = trustedPatterns(context);
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) return used(usedImages(dockerfile), patterns, context.trusted.length > 0);
  return [...base(facts, patterns), ...own(facts, patterns, context.trusted.length > 0)];
};

function trustedPatterns(context: CheckContext): Pattern[] {
  const defaults = flagOf(context, 'defaults') ? dataOf<TrustedRegistries>(context, 'trusted-registries').patterns : [];
  return [...defaults.map(({ pattern }) => pattern), ...context.trusted].map(compilePattern);
}

/** Every image that the build reads: what it starts from, and what it takes files out of. */
function used(images: readonly NamedImage[], patterns: readonly Pattern[], declared: boolean): Hit[] {
  return images
    .filter(({ reference }) => !patterns.some((pattern) => matchesPattern(pattern, reference)))
    .map(({ reference, evidence, via, open, shown }) => ({
      variant: via === 'from' ? 'base' : 'copied',
      data: { reference: shown, repository: `${reference.registry}/${reference.repository}` },
      evidence: [evidence],
      confidence: declared && !open ? 'high' : 'medium',
    }));
}

/**
 * The image that this one was built on. No heavier than a base that is not known at all (unverified-base), so that to name it never
 * costs. Where the layers show another base, the files speak against the name, or only a label gives it, it is a hint.
 */
function base({ base }: Facts, patterns: readonly Pattern[]): Hit[] {
  if (!base.known) return [];
  const { via, claimed, conflict } = base.value;
  const reference = claimed?.reference ?? base.value.reference;
  if (reference === undefined || patterns.some((pattern) => matchesPattern(pattern, reference))) return [];
  return [
    {
      variant: 'base',
      severity: 'medium',
      confidence: claimed || conflict !== undefined || via === 'label' ? 'low' : base.value.confidence,
      data: { reference: referenceText(reference), repository: `${reference.registry}/${reference.repository}` },
      evidence: [inReference(reference), ...placesOf(base, inReference(reference))],
    },
  ];
}

/** The image's own name. Nobody but the user knows which registry is theirs, so without a word from them this is a hint. */
function own({ origin }: Facts, patterns: readonly Pattern[], declared: boolean): Hit[] {
  if (!origin.known) return [];
  const { pulledFrom, references } = origin.value;
  const foreign = (pulledFrom ? [pulledFrom] : references).filter(
    (reference) => !patterns.some((pattern) => matchesPattern(pattern, reference)),
  );
  const evidence = foreign.map(inReference);
  if (!atLeastOne(evidence)) return [];
  return [
    {
      variant: declared ? 'own' : 'ownUndeclared',
      data: {
        references: listed(foreign.map(referenceText), 3),
        repository: `${foreign[0]!.registry}/${foreign[0]!.repository}`,
      },
      evidence,
      confidence: declared ? 'high' : 'low',
    },
  ];
}
