import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** Only where the build context is known. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const { context, instructions } = dockerfile;
    if (!context) return [];
    return context.sources.flatMap(({ instruction: index, arg, path, ignored }): Hit[] => {
      if (!ignored) return [];
      const outer = instructions[index]!;
      const instruction = outer.trigger ?? outer;
      const data = { instruction: instruction.keyword, path, ignoreFile: context.ignoreFile ?? 'the ignore file' };
      return [{ data, evidence: [partPlace(dockerfile, outer, instruction.args[arg] ?? instruction)] }];
    });
  });
