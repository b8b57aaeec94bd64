/** Which files are known to lead the run user, or the account that its workload goes on as, to root. */
import type { Facts } from '../types/facts.ts';
import type { Escalation } from '../types/surface.ts';

/** Ways of one kind by path; none where they are not known. */
export function waysBy({ escalations }: Facts, kind: Escalation['kind']): ReadonlyMap<string, Escalation['certainty']> {
  const ways = escalations.known ? escalations.value.filter((way) => way.kind === kind) : [];
  return new Map(ways.map(({ path, certainty }) => [path, certainty]));
}

/** For a note beside the file; undefined where it leads nowhere. */
export function wayNote(certainty: Escalation['certainty'] | undefined): string | undefined {
  return certainty && (certainty === 'known' ? 'a way to root for the user' : 'it may lead the user to root');
}
