/** How a package manager is told what to do. */
import type { ArgumentFact } from '../../types/dockerfile.ts';
import type { OptionFact, PackageVerb } from '../../types/package-action.ts';
import type { OptionGrammar } from './options.ts';

/** One manager: its verbs, its options with values, and how it writes versions. */
export interface Manager extends OptionGrammar {
  family: string;
  /** From the word of the verb to what is done; '' = there is none. */
  verb(word: string, options: readonly OptionFact[], operands: readonly ArgumentFact[]): PackageVerb;
  /** Operands are packages from the first on (pacman). */
  verbless?: boolean;
  /** Words that the verb stands behind: `dnf module install`, `yarn global add`. */
  prefixes?: ReadonlySet<string>;
  /** Operator between a name and its version. */
  version?: RegExp;
}

/** A list in one string, for tables that are read. */
export const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** `install: in add` gives both words the verb. */
export function verbs(table: Partial<Record<PackageVerb, string>>): Manager['verb'] {
  const byWord = new Map<string, PackageVerb>();
  for (const [verb, list] of Object.entries(table))
    for (const word of list.split(' ')) byWord.set(word, verb as PackageVerb);
  return (word) => byWord.get(word) ?? 'other';
}
