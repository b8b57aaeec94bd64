import type { KnownBase } from '../../types/base.ts';
import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { KnownBases } from '../data.ts';
import { dataOf, inConfig, namesOf, numberOf, placesOf } from '../hits.ts';

/** By the base's own line where its layers are known, by the release that its files name, and by its age. An unknown age is none. */
export const check: Check = (facts, context) => {
  const { distro } = facts;
  if (distro.known && namesOf(context, 'without').includes(distro.value.id)) return [];
  const { bases } = dataOf<KnownBases>(context, 'known-bases');
  // A tag names a release; what is behind it on the day of the build, and how old, only the image tells.
  if (facts.image.kind === 'dockerfile') return byRelease(facts, context, bases) ?? [];
  return byLine(facts, context, bases) ?? byRelease(facts, context, bases) ?? byAge(facts, context) ?? [];
};

/** The layers are those of a release that another of its line came after. */
function byLine(facts: Facts, context: CheckContext, bases: readonly KnownBase[]): Hit[] | undefined {
  if (!facts.base.known) return undefined;
  const { reference, line, released } = facts.base.value;
  if (!reference || line === undefined || released === undefined) return undefined;
  const name = `${reference.registry}/${reference.repository}`;
  const newest = latest(bases.filter((one) => repositoryOf(one) === name && one.line === line));
  if (!newest || newest.created <= released || !isSettled(newest, facts.asOf, context)) return undefined;
  const data = {
    base: `${name}:${reference.tag ?? ''}`,
    created: released,
    newer: newest.image === `${name}:${reference.tag ?? ''}` ? 'its build' : newest.image,
    since: newest.created,
  };
  return [{ data, evidence: placesOf(facts.base, inConfig('/rootfs')) }];
}

/** os-release names a release whose successor is known. */
function byRelease({ distro, asOf }: Facts, context: CheckContext, bases: readonly KnownBase[]): Hit[] | undefined {
  if (!distro.known || !/^[0-9]{1,6}(\.[0-9]{1,6}){1,4}$/.test(distro.value.versionId)) return undefined;
  const { id, versionId, prettyName } = distro.value;
  const newer = latest(
    bases.filter(
      ({ distro: of, version, line }) =>
        of === id &&
        version !== undefined &&
        versionId.startsWith(`${line}.`) &&
        version.startsWith(`${line}.`) &&
        isLower(versionId, version),
    ),
  );
  if (!newer || !isSettled(newer, asOf, context)) return undefined;
  const data = { base: `${prettyName} (${versionId})`, newer: newer.version ?? '', since: newer.created };
  return [{ variant: 'release', data, evidence: placesOf(distro, inConfig('/rootfs')) }];
}

/** The step that made the lowest layer is the base's; where history says nothing, the base is no younger than the image. */
function byAge({ image, asOf }: Facts, context: CheckContext): Hit[] | undefined {
  const lowest = image.history.findIndex(({ layer }) => layer === 0);
  const step = dayOf(image.history[lowest]?.created, asOf);
  const created = step ?? dayOf(image.created, asOf);
  if (created === undefined) return undefined;
  const days = Math.round((Date.parse(asOf) - Date.parse(created)) / 86_400_000);
  if (days <= numberOf(context, 'maximumAgeDays')) return undefined;
  const evidence = inConfig(step === undefined ? '/created' : `/history/${lowest}`);
  return [{ variant: 'old', confidence: 'medium', data: { created, days, asOf }, evidence: [evidence] }];
}

/** Docker's first release was in 2013: an earlier time (0001, 1970, 1980) is a reproducible build's, one to come is nobody's. */
function dayOf(time: string | undefined, asOf: string): string | undefined {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(time ?? '')?.[0];
  return day !== undefined && day >= '2013-01-01' && day <= asOf && !Number.isNaN(Date.parse(day)) ? day : undefined;
}

function isSettled({ created }: KnownBase, asOf: string, context: CheckContext): boolean {
  return Date.parse(asOf) - Date.parse(created) >= numberOf(context, 'graceDays') * 86_400_000;
}

function latest(bases: readonly KnownBase[]): KnownBase | undefined {
  return bases.reduce<KnownBase | undefined>(
    (best, one) => (best && best.created >= one.created ? best : one),
    undefined,
  );
}

function repositoryOf({ image }: KnownBase): string {
  return image.slice(0, image.lastIndexOf(':'));
}

function isLower(a: string, b: string): boolean {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
