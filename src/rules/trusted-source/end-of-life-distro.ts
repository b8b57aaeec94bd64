import type { Distro } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Fact } from '../../types.ts';
import type { EndOfLife, SupportedRelease } from '../data.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { dataOf, inConfig, namesOf, placesOf, unknownHit } from '../hits.ts';

/** A distribution or version without dates is said with low confidence, which costs nothing; one that hides its name counts as failed. */
export const check: Check = (facts, context) => {
  const { distro, asOf } = facts;
  const hits = judged(distro, asOf, context);
  // A tag that names no release says nothing of its age.
  return dockerfileOf(facts) ? hits.filter(({ unknown }) => unknown === undefined) : hits;
};

function judged(distro: Fact<Distro>, asOf: string, context: CheckContext): Hit[] {
  const at = inConfig('/rootfs');
  if (!distro.known) return unknownHit(distro.reason, at, { variant: 'unnamed', confidence: 'medium' });
  const { id, prettyName } = distro.value;
  if (namesOf(context, 'without').includes(id)) return [];
  const [place] = placesOf(distro, at);
  const found = dataOf<EndOfLife>(context, 'end-of-life').distros.find(({ ids }) => ids.includes(id));
  if (!found) return unknownHit(`no support dates are known for ${prettyName}`, place, { confidence: 'low' });
  if (found.rolling) return [];
  const release = releaseOf(distro.value, found.releases);
  if (!release)
    return unknownHit(`no support dates are known for this version of ${found.name}`, place, { confidence: 'low' });
  if (release.end === undefined || asOf <= release.end) return [];
  const data = {
    distro: prettyName,
    name: found.name,
    support: found.support,
    end: release.end,
    asOf,
    note: release.note ?? '',
  };
  return [{ ...(release.note !== undefined && { variant: 'noted' }), data, evidence: placesOf(distro, at) }];
}

/** The release whose version has the most leading parts in common, whole; by codename where there is no version. */
function releaseOf(
  { versionId, codename }: Distro,
  releases: readonly SupportedRelease[],
): SupportedRelease | undefined {
  if (versionId === '') return releases.find((release) => codename !== undefined && release.codename === codename);
  const parts = versionId.split(/[._-]/);
  let best: { release: SupportedRelease; length: number } | undefined;
  for (const release of releases) {
    const wanted = release.version?.split('.') ?? [];
    if (wanted.length > (best?.length ?? 0) && wanted.every((part, i) => part === parts[i]))
      best = { release, length: wanted.length };
  }
  return best?.release;
}
