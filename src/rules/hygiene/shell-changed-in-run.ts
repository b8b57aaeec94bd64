import type { Check } from '../../types/rule.ts';
import { operands } from '../commands.ts';
import { commandsOf } from '../dockerfile.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    commandsOf(dockerfile, { origin: ['RUN'] })
      .filter((command) => {
        if (!/^(?:ln|cp|mv|update-alternatives)$/.test(command.name)) return false;
        const words = operands(command).map(({ text }) => text);
        if (command.name === 'update-alternatives')
          return words.includes('/bin/sh') && command.args.some(({ text }) => /^--(?:install|set)$/.test(text));
        return words.length > 1 && /^\/(?:usr\/)?bin\/sh$/.test(words.at(-1)!) && !/(?:^|\/)sh\b/.test(words[0]!);
      })
      .map((command) => ({ data: { command: command.name }, evidence: [command.evidence] })),
  );
