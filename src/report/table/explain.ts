/** `--explain`: what a rule's metadata says of why it asks, and where to read on. */
import type { RuleMetadata } from '../../types/rule.ts';
import { prose } from '../format.ts';
import type { FormatOptions } from '../formats.ts';
import { referenceName } from '../rule-help.ts';

/** By rule: labels and their texts, in the order of the table. Empty where nobody asked. */
export type Explanations = ReadonlyMap<string, readonly (readonly [label: string, text: string])[]>;

/** The explanations of the rules that judged, where the options want them. */
export function explanations({ explain, rules }: FormatOptions): Explanations {
  return new Map(explain ? (rules ?? []).map((rule) => [rule.id, linesOf(rule)]) : []);
}

function linesOf(rule: RuleMetadata): [string, string][] {
  const see = rule.references.map((reference): [string, string] => ['see', prose(referenceName(reference))]);
  return [['why', prose(rule.why)], ...see];
}
