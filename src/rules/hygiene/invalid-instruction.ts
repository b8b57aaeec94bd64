import type { Check } from '../../types/rule.ts';
import { faultRule } from '../faults.ts';
import { onDockerfile } from '../stages.ts';

/** A file without FROM has one fault, however many instructions it holds. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) => {
    const { errors, stages } = dockerfile;
    const own = errors.filter((error) => faultRule(error, dockerfile) === 'invalid-instruction');
    const missing =
      stages.length === 0
        ? own.findLast(({ code, instruction }) => code === 'no-stage' && instruction === 0)
        : undefined;
    return own
      .filter((error) => error.code !== 'no-stage' || error === missing)
      .map(({ message, evidence }) => ({ data: { error: message.replace(/\.$/, '') }, evidence: [evidence] }));
  });
