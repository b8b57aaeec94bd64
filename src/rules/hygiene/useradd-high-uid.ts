import type { Check, Hit } from '../../types/rule.ts';
import { hasOption, optionValue } from '../commands.ts';
import { commandsOf } from '../dockerfile.ts';
import { numberOf } from '../hits.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const most = numberOf(context, 'maximumUid');
    return commandsOf(dockerfile, { origin: ['RUN'] }).flatMap((command): Hit[] => {
      if (command.name !== 'useradd' || hasOption(command, '-l', '--no-log-init')) return [];
      const uid = optionValue(command, '-u', '--uid') ?? '';
      if (!/^\d{1,10}$/.test(uid) || Number(uid) <= most) return [];
      return [{ data: { uid: Number(uid) }, evidence: [command.evidence] }];
    });
  });
