import type { Check, Hit } from '../../types/rule.ts';
import { namesOf, tableOf } from '../hits.ts';
import { packageCalls } from '../package-actions.ts';
import { onDockerfile } from '../stages.ts';

/** An answer that is piped in, or a setting from before, counts. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const options = tableOf(context, 'options');
    const quiet = namesOf(context, 'quiet');
    const verbs = ['install', 'upgrade', 'dist-upgrade', 'remove'] as const;
    return packageCalls(dockerfile, { manager: [...options.keys()], verbs }).flatMap(({ command, action }): Hit[] => {
      const { manager, program, answered, optionsOpen, verbArgument } = action;
      if (answered || optionsOpen || quiet.includes(program)) return [];
      const data = { program, verb: verbArgument?.text ?? action.verb, option: options.get(manager)! };
      return [{ data, evidence: [command.evidence] }];
    });
  });
