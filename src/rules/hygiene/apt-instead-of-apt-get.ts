import type { Check } from '../../types/rule.ts';
import { packageCalls } from '../package-actions.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    packageCalls(dockerfile, { manager: 'apt', programs: ['apt'] }).map(({ command, action }) => {
      const verb = action.verbArgument?.text ?? '';
      const wanted = /^(?:search|show|policy|depends|rdepends|list|madison)$/.test(verb) ? 'apt-cache' : 'apt-get';
      return { data: { verb, wanted }, evidence: [command.evidence] };
    }),
  );
