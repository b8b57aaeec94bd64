import type { Check } from '../../types/rule.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';

export const check: Check = ({ readableSecrets }) => {
  if (!readableSecrets.known) return unknownHit(readableSecrets.reason, inConfig('/rootfs'));
  const evidence = readableSecrets.value.map(({ path, layer, mode, what }) => ({
    at: 'file' as const,
    path,
    layer,
    note: `${what}, mode ${mode.toString(8).padStart(4, '0')}`,
  }));
  if (!atLeastOne(evidence)) return [];
  return [
    { data: { count: evidence.length, names: listed(readableSecrets.value.map(({ path }) => `/${path}`)) }, evidence },
  ];
};
