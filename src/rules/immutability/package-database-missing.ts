import type { Distro, Facts, PackageDatabase } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import type { Distros } from '../data.ts';
import { dataOf, inConfig, namesOf, numberOf, placesOf, unknownHit } from '../hits.ts';

type Format = Distros['distros'][number]['packages'];

export const check: Check = (facts, context) => {
  const { packageDatabases: databases, distro } = facts;
  if (!databases.known) return unknownHit(databases.reason, inConfig('/rootfs'));
  if (distro.known && namesOf(context, 'without').includes(distro.value.id)) return [];
  const limit = numberOf(context, expected(facts, context) ? 'namedBytes' : 'unownedBytes');
  const live = databases.value.filter(({ deletedIn }) => deletedIn === undefined);
  const unowned = facts.osFootprint.known ? facts.osFootprint.value.unownedBytes : 0;
  // A database cut down to nothing is as good as none; one that cannot be read shows no packages either, and is let be.
  const emptied = live.filter(({ packages, unread }) => packages === 0 && unread === undefined);
  if (live.length > emptied.length) return [];
  const data = { distro: distro.known ? distro.value.prettyName : 'its system', bytes: unowned };
  if (emptied.length > 0)
    return unowned > limit
      ? [{ variant: 'emptied', data, evidence: [placeOf(emptied[0]!), ...emptied.slice(1).map(placeOf)] }]
      : [];
  const deleted = databases.value.filter(({ deletedIn }) => deletedIn !== undefined);
  if (deleted.length > 0) return [deletedHit(deleted, data)];
  if (!facts.osFootprint.known) return unknownHit(facts.osFootprint.reason, inConfig('/rootfs'));
  if (unowned <= limit) return [];
  return [{ data, evidence: placesOf(distro, inConfig('/rootfs')) }];
};

/** The distribution keeps a database of its own; by its kin where it is not listed itself. */
function expected({ distro }: Facts, context: CheckContext): boolean {
  if (!distro.known) return false;
  const format = formatOf(distro.value, dataOf<Distros>(context, 'distros').distros);
  return format !== undefined && format !== 'none';
}

function formatOf({ id, idLike }: Distro, known: Distros['distros']): Format | undefined {
  for (const name of [id, ...idLike]) {
    const found = known.find((entry) => entry.id === name);
    if (found) return found.packages;
  }
  return undefined;
}

/** Points at the layer that took the database away. */
function deletedHit(deleted: readonly PackageDatabase[], data: Hit['data']): Hit {
  const [first, ...rest] = deleted.map(
    ({ path, layer, deletedIn }): Evidence => ({
      at: 'file',
      path,
      layer: deletedIn!,
      note: `deleted here; layer ${layer} holds it`,
    }),
  );
  return {
    variant: 'deleted',
    data: { ...data, path: `/${deleted[0]!.path}`, layer: deleted[0]!.deletedIn! },
    evidence: [first!, ...rest],
  };
}

function placeOf({ path, layer }: PackageDatabase): Evidence {
  return { at: 'file', path, layer };
}
