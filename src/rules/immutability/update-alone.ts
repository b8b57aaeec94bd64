import type { CommandFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { type PackageCommand, packageCommand, systemFamilies } from '../installs.ts';

/** The index is fetched and nothing in the same RUN uses it. */
export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const byInstruction = new Map<number, CommandFact[]>();
  for (const command of commandsOf(dockerfile, { origin: ['RUN'] })) {
    const list = byInstruction.get(command.instruction);
    if (list) list.push(command);
    else byInstruction.set(command.instruction, [command]);
  }
  const hits: Hit[] = [];
  for (const commands of byInstruction.values()) {
    const calls = commands.map(packageCommand).filter((call) => call !== undefined);
    const update = calls.find((call) => call.verb === 'update' && systemFamilies.has(call.family));
    if (!update || calls.some((call) => uses(call, update)) || commands.some((command) => mayInstall(command)))
      continue;
    const { program, verbArgument, command } = update;
    hits.push({ data: { command: `${program} ${verbArgument?.text ?? ''}`.trim() }, evidence: [command.evidence] });
  }
  return hits;
};

function uses(call: PackageCommand, update: PackageCommand): boolean {
  return (
    call.family === update.family &&
    call !== update &&
    call.verb !== 'clean' &&
    call.verb !== 'update' &&
    call.verb !== 'remove'
  );
}

/** Scripts, functions and installers that call the package manager themselves. */
function mayInstall({ name, program, context, args }: CommandFact): boolean {
  if (context.function !== undefined) return true;
  if (name === '' || /[/\\]/.test(program.text.replace(/^\/(?:usr\/)?s?bin\//, '')) || /\.(?:sh|py|pl|rb)$/.test(name))
    return true;
  if (/^(?:sh|bash|dash|ash|zsh|source|\.|eval|python[\d.]*|perl|ruby|node)$/.test(name)) return args.length > 0;
  if (name.includes('install')) return true;
  return /^(?:gdebi|dpkg|mk-build-deps|npx|playwright|rosdep|apt-key|add-apt-repository|apt-cache|apt-file|aptitude|tasksel|debootstrap|make|ansible-playbook|puppet|chef-solo|salt-call|apt-list|apt-show-versions|apt-cacher|apt-fast|xargs|cat)$/.test(
    name,
  );
}
