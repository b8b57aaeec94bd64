/** Tools that people use and services do not: what the image holds of one kind, judged against what it runs. */
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import { inConfig, unknownHit } from './hits.ts';
import { needOf, sorted } from './need.ts';
import { type Known, type Present, present, presentHit } from './present.ts';

/**
 * One hit for what the container does not use. What it uses is only mentioned, and so are the names of a multi-call binary,
 * which is there once whatever it is called. `excused`: what belongs to something else.
 */
export function toolHits(facts: Facts, kind: Known, excused: (item: Present) => boolean = () => false): Hit[] {
  if (!facts.tools.known) return unknownHit(facts.tools.reason, inConfig('/rootfs'));
  const need = needOf(facts, 'health');
  const { unused, used, applets } = sorted(
    present(facts, kind).filter((item) => !excused(item)),
    need,
  );
  return [
    ...presentHit(unused, { variant: 'present', ...need.doubt }),
    ...presentHit(used, { variant: 'used', severity: 'info', confidence: 'low' }),
    ...presentHit(applets, { variant: 'applet', severity: 'info', confidence: 'low' }),
  ];
}
