import type { WordFact } from '../../types/dockerfile.ts';
import type { Check } from '../../types/rule.ts';
import { listed, namesOf } from '../hits.ts';
import { copyParts, eachInstruction } from '../stages.ts';

/** ADD of a URL, a repository or an archive does what COPY cannot. */
export const check: Check = (facts, context) => {
  const extensions = namesOf(context, 'extensions');
  return eachInstruction(facts, ['ADD'], (instruction) => {
    const { sources } = copyParts(instruction);
    if (sources.length === 0 || sources.some((source) => needsAdd(source, extensions))) return undefined;
    return { data: { sources: listed(sources.map(({ text }) => text)) }, evidence: [instruction.evidence] };
  });
};

function needsAdd({ text, value, open }: WordFact, extensions: readonly string[]): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^git@|\.git(?:#|$)/i.test(value)) return true;
  // The whole name, or its end, depends on the build.
  if (open.length > 0 && (/^["']?\$/.test(text) || !/\.\w+["']?$/.test(text))) return true;
  return extensions.some((extension) => value.endsWith(extension));
}
