import type { Check } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** The majority decides; capitals where it is even. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const named = dockerfile.instructions.flatMap((instruction) =>
      instruction.trigger ? [instruction, instruction.trigger] : [instruction],
    );
    const known = named.filter(({ invalid }) => !invalid);
    const lower = known.filter(({ name }) => name.text === name.text.toLowerCase()).length;
    const upper = known.filter(({ name }) => name.text === name.text.toUpperCase()).length;
    const wanted = (text: string) => (lower > upper ? text.toLowerCase() : text.toUpperCase());
    return known
      .filter(({ name }) => name.text !== wanted(name.text))
      .map(({ name, stage }) => ({
        data: { written: name.text, wanted: wanted(name.text), case: lower > upper ? 'lower case' : 'capitals' },
        evidence: [partPlace(dockerfile, { stage }, name)],
      }));
  });
