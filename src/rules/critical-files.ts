/** Findings about files that have no place in an image: those that are sure in one, the doubtful ones in another. */
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import type { CriticalFile, CriticalKind } from '../types/secrets.ts';
import type { Confidence, Evidence } from '../types.ts';
import { inConfig, listed, unknownHit } from './hits.ts';
import { formatBytes } from './template.ts';

/** At most one hit for each confidence. `hidden` is the variant where no file of it is left in the rootfs. */
export function criticalHits({ criticalFiles }: Facts, kind: CriticalKind): Hit[] {
  if (!criticalFiles.known) return unknownHit(criticalFiles.reason, inConfig('/rootfs'));
  const own = criticalFiles.value.filter((file) => file.kind === kind);
  return (['high', 'medium', 'low'] as Confidence[]).flatMap((confidence) => {
    const files = own.filter((file) => file.confidence === confidence).sort(liveFirst);
    const [first, ...rest] = files.map(evidenceOf);
    if (!first) return [];
    return [
      {
        variant: files.some(({ state }) => state === 'live') ? 'default' : 'hidden',
        confidence,
        data: {
          count: files.length,
          names: listed(files.map(({ path }) => `/${path}`)),
          titles: listed(files.map(({ title }) => title)),
          bytes: files.reduce((sum, { size }) => sum + size, 0),
        },
        evidence: [first, ...rest] as [Evidence, ...Evidence[]],
      },
    ];
  });
}

function evidenceOf({ title, path, layer, size, count, state, by, owner, inherited }: CriticalFile): Evidence {
  const notes = [
    title,
    formatBytes(size),
    count === undefined ? '' : `${count} entries`,
    state === 'live' ? '' : by === undefined ? state : `${state} in layer ${by}`,
    owner === undefined ? '' : `package ${owner}`,
    inherited ? 'from the base' : '',
  ].filter(Boolean);
  return { at: 'file', path, layer, note: notes.join('; ') };
}

function liveFirst(a: CriticalFile, b: CriticalFile): number {
  return Number(a.state !== 'live') - Number(b.state !== 'live') || b.size - a.size || (a.path < b.path ? -1 : 1);
}
