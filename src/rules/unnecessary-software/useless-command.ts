import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { tableOf } from '../hits.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const useless = tableOf(context, 'commands');
  return commandsOf(dockerfile, { origin: ['RUN', 'CMD', 'ENTRYPOINT'] }).flatMap((command) => {
    const why = useless.get(command.name);
    if (why === undefined || isOfUse(command, dockerfile)) return [];
    return [{ data: { command: command.name, instruction: command.origin, why }, evidence: [command.evidence] }];
  });
};

/** What the same step gives a reason for. */
function isOfUse(command: CommandFact, { commands, instructions }: DockerfileFacts): boolean {
  const { name, program, args, origin, instruction } = command;
  const { flags, mounts } = instructions[instruction]!;
  // A program of the image's own with a familiar name.
  if (program.text.includes('/') && !/^\/(?:usr\/)?s?bin\//.test(program.text)) return true;
  // The container is there to run it.
  if (origin === 'ENTRYPOINT' && command.parent === undefined && instructions[instruction]!.json) return true;
  const others = () => commands.filter((other) => other.instruction === instruction);
  switch (name) {
    case 'ssh':
      return mounts.some(({ type }) => type === 'ssh') || args.some(({ text }) => text === '-V');
    case 'vi':
    case 'vim':
      // Scripted: `vim +PlugInstall +qall`.
      return args.some(({ text }) => /^(?:\+|-c$|-e|-E|-s|--cmd$|--version$|--headless$)/.test(text));
    case 'kill':
      return others().some((other) => other.context.background);
    case 'mount':
      return flags.some((flag) => flag.name === 'security' && flag.value === 'insecure');
    case 'service':
      // Started, used and stopped in one step.
      return others().some((other) => other.name === 'service' && other.args.at(-1)?.text === 'stop');
    case 'systemctl':
      // Switching units on and off writes links and needs no daemon.
      return args.some(({ text }) =>
        /^(?:enable|disable|mask|unmask|set-default|preset|preset-all|is-enabled|--root|--root=.*)$/.test(text),
      );
    default:
      return false;
  }
}
