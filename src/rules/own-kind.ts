/** What a user's own rule can be for: the form of a kind of thing. own-kinds.ts has them all. */
import type { Facts } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';

/** Types of fields, as CEL calls them. */
export type FieldType = 'string' | 'int' | 'bool' | 'list<string>';

/** A field: its type and what it is, for the documentation. */
type Field = readonly [type: FieldType, what: string];

/** One thing with the values of its fields, and where it was seen. */
export interface Item {
  values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  evidence: Evidence;
}

/** What there is of a kind; `unknown` says why this is not all, or nothing. */
export interface Listing {
  items: Item[];
  unknown?: string;
}

/** Something that `for:` can name. A field that a thing lacks is '', 0, false or an empty list. */
export interface Kind {
  /** As `for:` has it; of a kind with several things also the variable that lists them all. */
  name: string;
  /** The variable that holds one of them. */
  item: string;
  on: readonly ('image' | 'dockerfile')[];
  /** For the documentation. */
  what: string;
  /** There is one of it at most; every rule may look at it. */
  single?: true;
  /** Field that names a thing in `{names}`. */
  named: string;
  fields: Readonly<Record<string, Field>>;
  read(facts: Facts): Listing;
}

/** What an expression calls a kind that it looks at beside its own: the one thing, or the list of all. */
export function variableOf({ single, item, name }: Kind): string {
  return single ? item : name;
}

/** Reads a fact's list where it is known. */
export function eachOf<T>(fact: Fact<readonly T[]>, item: (value: T, index: number) => Item): Listing {
  return fact.known ? { items: fact.value.map(item) } : { items: [], unknown: fact.reason };
}

/** Reads a fact that is one thing. */
export function oneOf<T>(fact: Fact<T>, values: (value: T) => Item['values'], fallback: Evidence): Listing {
  if (!fact.known) return { items: [], unknown: fact.reason };
  return { items: [{ values: values(fact.value), evidence: fact.evidence[0] ?? fallback }] };
}

/** Part of a fact's value, as a fact. */
export function partOf<T, V>(fact: Fact<T>, read: (value: T) => readonly V[]): Fact<readonly V[]> {
  return fact.known ? { ...fact, value: read(fact.value) } : fact;
}

/** Several listings as one. */
export function together(...listings: readonly Listing[]): Listing {
  const unknown = listings.map((listing) => listing.unknown).filter((reason) => reason !== undefined);
  return {
    items: listings.flatMap(({ items }) => items),
    ...(unknown.length > 0 && { unknown: [...new Set(unknown)].join('; ') }),
  };
}
