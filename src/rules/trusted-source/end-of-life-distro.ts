import type { Distro, Facts } from '../../types/facts.ts';
import type { Runtime } from '../../types/inventory.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence, Fact } from '../../types.ts';
import type { EndOfLife, EndOfLifeRuntimes, SupportedRelease } from '../data.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, dataOf, inConfig, namesOf, placesOf, unknownHit } from '../hits.ts';
import { wildcard } from '../wild.ts';

/** A distribution or version without dates is said with low confidence, which costs nothing; one that hides its name counts as failed. */
export const check: Check = (facts, context) => {
  const { distro, asOf } = facts;
  const hits = [...judged(distro, asOf, context), ...runtimesPast(facts, context)];
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

/** Runtimes that no distribution keeps up: what its own packages bring is as old as it is itself. */
function runtimesPast({ runtimes, packages, asOf }: Facts, context: CheckContext): Hit[] {
  if (!runtimes.known) return [];
  const others = namesOf(context, 'otherPackages');
  const kept = new Set(
    (packages.known ? packages.value : [])
      .filter(({ version, vendor }) => !others.some((one) => wildcard(one, version) || wildcard(one, vendor ?? '')))
      .map(({ name }) => name),
  );
  const found = new Map<string, { hit: Omit<Hit, 'evidence'>; evidence: Evidence[] }>();
  for (const runtime of runtimes.value) {
    if (runtime.package !== undefined && (!packages.known || kept.has(runtime.package))) continue;
    const past = endOf(runtime, asOf, context);
    if (!past) continue;
    const key = `${runtime.name} ${runtime.version}`;
    const known = found.get(key) ?? { hit: past, evidence: [] };
    known.evidence.push({ at: 'file', path: runtime.path, layer: runtime.layer, note: `${past.data['distro']}` });
    found.set(key, known);
  }
  return [...found.values()].flatMap(({ hit, evidence }) => (atLeastOne(evidence) ? [{ ...hit, evidence }] : []));
}

function endOf({ name, version }: Runtime, asOf: string, context: CheckContext): Omit<Hit, 'evidence'> | undefined {
  const known = dataOf<EndOfLifeRuntimes>(context, 'end-of-life-runtimes').runtimes.find((one) => one.name === name);
  const release = known && releaseOf({ versionId: version }, known.releases);
  if (!known || !release?.end || asOf <= release.end) return undefined;
  return {
    variant: 'runtime',
    data: { distro: `${known.title} ${version}`, name: known.title, end: release.end, asOf },
    ...(known.tool && { severity: 'medium' }),
  };
}

/** The release whose version has the most leading parts in common, whole; by codename where there is no version. */
function releaseOf(
  { versionId, codename }: Pick<Distro, 'versionId' | 'codename'>,
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
