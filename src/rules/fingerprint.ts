/** Names a finding by what it is about, so that it can be recognised after a rebuild. */
import { createHash } from 'node:crypto';
import type { Evidence, RuleId } from '../types.ts';

/**
 * First 16 hex digits of a sha256 over the rule and its places. Layer numbers, lines and digests are left out, and
 * the order of the evidence does not matter, so that the same fault keeps its name when the image is rebuilt.
 * `about` and then `twin` tell apart findings of one rule at the same places.
 */
export function fingerprint(rule: RuleId, evidence: readonly Evidence[], twin = 0, about?: string): string {
  const places = [...new Set(evidence.map(place))].sort();
  const hash = createHash('sha256').update(JSON.stringify([rule, places]));
  if (about !== undefined) hash.update(JSON.stringify(about));
  if (twin > 0) hash.update(`#${twin}`);
  return hash.digest('hex').slice(0, 16);
}

/** One piece of evidence without what a rebuild changes. */
export function place(evidence: Evidence): string {
  switch (evidence.at) {
    case 'file':
      return `file:${withoutDigests(evidence.path)}`;
    case 'config':
      return `${evidence.document ?? 'config'}:${withoutIndexes(withoutDigests(evidence.pointer))}`;
    case 'instruction':
      return `instruction:${evidence.file}:${evidence.stage}`;
  }
}

function withoutDigests(text: string): string {
  return text.replace(/[0-9a-f]{64}/g, '*');
}

/** Positions in lists that grow with each build step: history, layers, manifests. */
function withoutIndexes(pointer: string): string {
  return pointer.replace(/(\/(?:history|diff_ids|layers|manifests))\/\d+/g, '$1/*');
}
