import type { Check } from '../../types/rule.ts';
import { hasOption } from '../commands.ts';
import { commandsOf } from '../dockerfile.ts';
import { downloadOf } from '../downloads.ts';
import { onDockerfile } from '../stages.ts';

export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    commandsOf(dockerfile, { origin: ['RUN'] })
      .filter((command) => command.name === 'wget' && downloadOf(command) !== undefined)
      .filter(
        (command) =>
          !hasOption(
            command,
            '-q',
            '--quiet',
            '--no-verbose',
            '--progress',
            '--show-progress',
            '--output-file',
            '--append-output',
          ) &&
          !command.args.some(
            ({ text, dynamic }) =>
              /^-(?:nv|[oab])/.test(text) || (dynamic && /^\$\{?\w{0,64}(?:opt|arg|flag)/i.test(text)),
          ) &&
          !command.redirects.some(
            ({ operator, descriptor }) => operator.startsWith('&>') || (operator.startsWith('>') && descriptor === 2),
          ),
      )
      .map((command) => ({ data: {}, evidence: [command.evidence] })),
  );
