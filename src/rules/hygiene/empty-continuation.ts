import type { Check } from '../../types/rule.ts';
import { listed } from '../hits.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, ({ instructions }) =>
    instructions
      .filter(({ emptyLines }) => emptyLines.length > 0)
      .map(({ keyword, emptyLines, evidence }) => ({
        data: { keyword, count: emptyLines.length, lines: listed(emptyLines.map(String)) },
        evidence: [evidence],
      })),
  );
