/** Setuid and setgid programs: which are the distribution's own, and which hand their privilege on. */
import type { Facts, PrivilegedFile } from '../types/facts.ts';
import { listedName } from '../types/names.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import type { EscalationBinaries } from './data.ts';
import { wayNote, waysBy } from './escalations.ts';
import { atLeastOne, dataOf, inConfig, listed, unknownHit } from './hits.ts';

type Bit = 'setuid' | 'setgid';

/**
 * All files with the bit in one hit. Its variant says the worst that is among them: `escalation` where the run user can
 * start one that is known to hand its privilege on, else the default where any is not the distribution's own, else `ordinary`.
 */
export function privilegedHits(facts: Facts, context: CheckContext, bit: Bit): Hit[] {
  const { privilegedFiles, user } = facts;
  // What is not known could be the worst that the rule knows: more evidence must never lower a score.
  if (!privilegedFiles.known) return unknownHit(privilegedFiles.reason, inConfig('/rootfs'), { severity: 'medium' });
  const known = programs(dataOf<EscalationBinaries>(context, 'escalation-binaries'));
  const ways = waysBy(facts, 'setuid');
  const judged = privilegedFiles.value
    .filter((file) => file[bit])
    .map((file) => judge(file, known, wayNote(ways.get(file.path))));
  const evidence = judged.map(({ evidence }) => evidence);
  if (!atLeastOne(evidence)) return [];
  const escalating = judged.filter(({ kind, file }) => kind === 'escalates' && file.reachable);
  const foreign = judged.filter(({ kind }) => kind !== 'ordinary');
  const root = !user.known || user.value.uid === 0 || user.value.uid === undefined;
  const named = escalating.length > 0 ? escalating : foreign.length > 0 ? foreign : judged;
  return [
    {
      variant:
        escalating.length > 0 ? 'escalation' : foreign.length > 0 ? 'default' : root ? 'ordinary' : 'ordinaryNonRoot',
      ...(escalating.length > 0 && { severity: 'medium' }),
      data: { count: judged.length, foreign: foreign.length, names: listed(named.map(({ file }) => `/${file.path}`)) },
      evidence,
    },
  ];
}

type Kind = 'escalates' | 'ordinary' | 'other';

/** The lists by name: an image may hold some hundred thousand such files. */
interface Programs {
  escalates: Map<string, string>;
  ordinary: Set<string>;
}

function programs({ escalates, ordinary }: EscalationBinaries): Programs {
  return {
    escalates: new Map(escalates.toReversed().map(({ name, why }) => [name, why])),
    ordinary: new Set(ordinary.map(({ name }) => name)),
  };
}

function judge(
  file: PrivilegedFile,
  known: Programs,
  way: string | undefined,
): { file: PrivilegedFile; kind: Kind; evidence: Evidence } {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const listed = listedName(name, known.escalates);
  const why = listed === undefined ? undefined : known.escalates.get(listed);
  // A familiar name proves nothing by itself: a distribution's own program belongs to one of its packages.
  const ordinary = file.package !== undefined && known.ordinary.has(name);
  const kind: Kind = why !== undefined ? 'escalates' : ordinary ? 'ordinary' : 'other';
  const notes = [
    `mode ${file.mode.toString(8).padStart(4, '0')}, owner ${file.uid}:${file.gid}`,
    file.package === undefined ? 'no package' : `package ${file.package}`,
    ...(why !== undefined ? [why] : []),
    ...(way !== undefined ? [way] : []),
  ];
  return { file, kind, evidence: { at: 'file', path: file.path, layer: file.layer, note: notes.join('; ') } };
}
