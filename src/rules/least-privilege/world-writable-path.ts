import type { Check } from '../../types/rule.ts';
import { listed } from '../hits.ts';
import { modesOf, opensToAll } from '../modes.ts';

export const check: Check = (facts) =>
  (modesOf(facts) ?? [])
    // A scratch folder that the same RUN removes is not in the image.
    .filter(({ removed }) => !removed)
    .filter(
      ({ mode, paths }) => opensToAll(mode) && !(paths.length > 0 && paths.every((path) => /^\/dev\//.test(path))),
    )
    .map(({ mode, paths, evidence }) => ({ data: { mode, paths: listed(paths, 4) || 'files' }, evidence: [evidence] }));
