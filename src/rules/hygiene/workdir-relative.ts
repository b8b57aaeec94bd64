import type { Check } from '../../types/rule.ts';
import { chainOf, onDockerfile, ownInstructions, partPlace } from '../stages.ts';

/** Below an absolute one, of this stage or of one that it starts from, it is well defined. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap((stage) => {
      const [, ...below] = chainOf(dockerfile, stage);
      if (below.some((other) => ownInstructions(dockerfile, other, 'WORKDIR').some(({ args }) => isSettled(args[0]!))))
        return [];
      const own = ownInstructions(dockerfile, stage, 'WORKDIR');
      const settled = own.findIndex(({ args }) => isSettled(args[0]!));
      return own.slice(0, settled < 0 ? own.length : settled).map((instruction) => ({
        data: { path: instruction.args[0]!.text },
        evidence: [partPlace(dockerfile, instruction, instruction.args[0]!)],
      }));
    }),
  );

/** Absolute, or in a variable that may be. */
function isSettled({ text, value, open }: { text: string; value: string; open: readonly string[] }): boolean {
  return /^["']?(?:[\\/]|[A-Za-z]:)/.test(value) || (open.length > 0 && /^["']?\$/.test(text));
}
