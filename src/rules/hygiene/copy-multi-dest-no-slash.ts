import type { Check } from '../../types/rule.ts';
import { copyParts, eachInstruction, partPlace } from '../stages.ts';

/** Dots are folders, and a variable may hold the slash. */
export const check: Check = (facts) =>
  eachInstruction(facts, ['COPY', 'ADD'], (instruction, dockerfile) => {
    const { sources, destination } = copyParts(instruction);
    if (!destination || sources.length < 2) return undefined;
    const { value, open } = destination;
    if (
      /[\\/]$|(?:^|[\\/])\.{1,2}$/.test(value) ||
      (open.length > 0 && /[$}\w]$/.test(destination.text) && endsOpen(destination.text))
    )
      return undefined;
    return {
      data: { instruction: instruction.keyword, count: sources.length, destination: destination.text },
      evidence: [partPlace(dockerfile, instruction, destination)],
    };
  });

/** The last part of the text is a variable. */
function endsOpen(text: string): boolean {
  return /\$(?:\w+|\{[^{}]*\})["']?$/.test(text.slice(-256));
}
