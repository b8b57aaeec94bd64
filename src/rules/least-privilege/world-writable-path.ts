import type { Facts } from '../../types/facts.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';
import { modesOf, opensToAll } from '../modes.ts';

export const check: Check = (facts) => {
  const modes = modesOf(facts);
  if (!modes) return inImage(facts);
  return (
    modes
      // A scratch folder that the same RUN removes is not in the image.
      .filter(({ removed }) => !removed)
      .filter(
        ({ mode, paths }) => opensToAll(mode) && !(paths.length > 0 && paths.every((path) => /^\/dev\//.test(path))),
      )
      .map(({ mode, paths, evidence }) => ({
        data: { mode, paths: listed(paths, 4) || 'files' },
        evidence: [evidence],
      }))
  );
};

function inImage({ worldWritable }: Facts): Hit[] {
  if (!worldWritable.known) return unknownHit(worldWritable.reason, inConfig('/rootfs'));
  const evidence = worldWritable.value.map(({ path, layer, kind, files }) => ({
    at: 'file' as const,
    path,
    layer,
    note: `${kind}${files > 1 ? `, ${files} files` : ''}`,
  }));
  if (!atLeastOne(evidence)) return [];
  const paths = listed(
    worldWritable.value.map(({ path }) => `/${path}`),
    6,
  );
  return [{ variant: 'image', data: { count: evidence.length, paths }, evidence }];
}
