/** Fixers' answers for all findings of a file, made ready to be tried. */
import type { Finding, RuleId } from '../types.ts';
import type { Change, Edit, FixContext } from './change.ts';
import { collide } from './edits.ts';
import { fixers } from './fixers.ts';

/** Findings that one change mends, and the ways to do so, best first. */
export interface Proposal {
  findings: Finding[];
  ways: readonly Change[];
}

/** What a way is for: the edits to make, and what they promise. */
export interface Attempt {
  proposal: Proposal;
  change: Change;
}

/** In the order of the file. Suppressed findings are let be. */
export function propose(findings: readonly Finding[], context: FixContext): Proposal[] {
  const out = new Map<string, Proposal>();
  for (const finding of findings) {
    const fixer = finding.suppression ? undefined : fixers.get(finding.rule);
    const ways = (fixer?.(finding, context) ?? []).filter(({ edits }) => edits.length > 0 && isPossible(edits));
    if (ways.length === 0) continue;
    // Several findings may ask for the very same change.
    const key = JSON.stringify(ways[0]!.edits);
    const known = out.get(key);
    if (known) known.findings.push(finding);
    else out.set(key, { findings: [finding], ways });
  }
  return [...out.values()].sort((a, b) => startOf(a) - startOf(b));
}

/** Attempts that can be made at once; where two cannot, the safe one goes first, then the one further up. */
export function compatible(attempts: readonly Attempt[]): Attempt[] {
  const chosen: Attempt[] = [];
  // Edits of the chosen by the stretches of text that they lie in, so that each is held against its neighbours alone.
  const taken = new Map<number, Edit[]>();
  for (const attempt of [...attempts].sort((a, b) => Number(a.change.unsafe) - Number(b.change.unsafe))) {
    const { edits } = attempt.change;
    const free = edits.every((edit) =>
      stretches(edit).every((at) => !taken.get(at)?.some((other) => collide(edit, other))),
    );
    if (!free) continue;
    chosen.push(attempt);
    for (const edit of edits)
      for (const at of stretches(edit)) {
        const list = taken.get(at);
        if (list) list.push(edit);
        else taken.set(at, [edit]);
      }
  }
  return chosen;
}

function stretches({ start, end }: Edit): number[] {
  const out: number[] = [];
  for (let at = start >> 8; at <= end >> 8; at++) out.push(at);
  return out;
}

/** How many findings of each rule go. */
export function mendedBy(attempts: readonly Attempt[]): Map<RuleId, number> {
  const out = new Map<RuleId, number>();
  for (const { proposal } of attempts)
    for (const { rule } of proposal.findings) out.set(rule, (out.get(rule) ?? 0) + 1);
  return out;
}

function isPossible(edits: readonly Edit[]): boolean {
  return edits.every((a, at) => edits.slice(at + 1).every((b) => !collide(a, b)));
}

function startOf({ ways }: Proposal): number {
  return Math.min(...ways[0]!.edits.map(({ start }) => start));
}
