/** Instructions of which the last one of a stage holds. */
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import { onDockerfile, ownInstructions } from './stages.ts';

/** A hit for each one that a later one of the same stage replaces. */
export function repeatedHits(facts: Facts, keyword: string): Hit[] {
  return onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap((stage) => {
      const all = ownInstructions(dockerfile, stage, keyword);
      const last = all.at(-1);
      return all.slice(0, -1).map(
        ({ evidence }): Hit => ({
          data: { line: last!.range.start.line },
          evidence: [evidence, last!.evidence],
        }),
      );
    }),
  );
}
