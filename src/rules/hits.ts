/** What checks have in common: building hits, and reading parameters and data. */
import type { CheckContext, Hit } from '../types/rule.ts';
import type { Evidence, Fact } from '../types.ts';

type Places = [Evidence, ...Evidence[]];

/** The evidence that a fact came with, or a place to point at where it has none. */
export function placesOf(fact: Fact<unknown>, fallback: Evidence): Places {
  const [first, ...rest] = fact.known ? fact.evidence : [];
  return first ? [first, ...rest] : [fallback];
}

/** One hit that says why it cannot be judged. */
export function unknownHit(reason: string, at: Evidence, more: Partial<Hit> = {}): Hit[] {
  return [{ data: {}, evidence: [at], unknown: reason, ...more }];
}

/** A place in the image config. */
export function inConfig(pointer: string, note?: string): Evidence {
  return { at: 'config', pointer, document: 'config', ...(note !== undefined && { note }) };
}

/** A place in the manifest. */
export function inManifest(pointer: string, note?: string): Evidence {
  return { at: 'config', pointer, document: 'manifest', ...(note !== undefined && { note }) };
}

/** One segment of a JSON pointer (RFC 6901, section 3). */
export function pointerPart(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A list with at least one item, for a hit's evidence. */
export function atLeastOne<T>(items: T[]): items is [T, ...T[]] {
  return items.length > 0;
}

/** Names in the order given, each once, for a message: all of them up to `most`, then how many more. */
export function listed(names: Iterable<string>, most = 8): string {
  const all = [...new Set(names)];
  if (all.length <= most) return all.join(', ');
  return `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
}

/** A parameter that is a number. Throws where the ruleset and the check disagree. */
export function numberOf(context: CheckContext, name: string): number {
  const value = context.parameters[name];
  if (typeof value !== 'number') throw new Error(`the parameter ${name} is no number`);
  return value;
}

/** A parameter that is a text. Throws where the ruleset and the check disagree. */
export function textOf(context: CheckContext, name: string): string {
  const value = context.parameters[name];
  if (typeof value !== 'string') throw new Error(`the parameter ${name} is no text`);
  return value;
}

/** A parameter that is true or false. Throws where the ruleset and the check disagree. */
export function flagOf(context: CheckContext, name: string): boolean {
  const value = context.parameters[name];
  if (typeof value !== 'boolean') throw new Error(`the parameter ${name} is not true or false`);
  return value;
}

/** A parameter that is a list of texts. Throws where the ruleset and the check disagree. */
export function namesOf(context: CheckContext, name: string): string[] {
  const value = context.parameters[name];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
    throw new Error(`the parameter ${name} is no list of texts`);
  return value as string[];
}

/** A parameter that is a table of texts. Throws where the ruleset and the check disagree. */
export function tableOf(context: CheckContext, name: string): Map<string, string> {
  const value = context.parameters[name];
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error(`the parameter ${name} is no table`);
  return new Map(Object.entries(value as Record<string, string>));
}

/** A data file that the rule's metadata names; the build has checked its shape. */
export function dataOf<T>(context: CheckContext, name: string): T {
  if (!Object.hasOwn(context.data, name)) throw new Error(`the data file ${name} is not among the rule's data`);
  return context.data[name] as T;
}
