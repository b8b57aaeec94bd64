import type { CommandFact } from '../../types/dockerfile.ts';
import type { Check } from '../../types/rule.ts';
import { commandsOf, dockerfileOf, targetStage } from '../dockerfile.ts';
import { tableOf } from '../hits.ts';
import { packageCommands } from '../installs.ts';

/** The stage that ships compiles, and nothing is copied out of another. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const target = dockerfile && targetStage(dockerfile);
  if (!dockerfile || !target || dockerfile.stages.some(({ role }) => role === 'feeds')) return [];
  const builds = tableOf(context, 'builds');
  const commands = commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false });
  // A RUN that takes its build tools away again leaves none of them behind.
  const tidy = new Set(
    packageCommands(commands)
      .filter(({ verb }) => verb === 'remove')
      .map(({ command }) => command.instruction),
  );
  const found = commands.find((command) => !tidy.has(command.instruction) && isBuild(command, builds));
  if (!found) return [];
  const words = [found.name, ...found.args.slice(0, 1).map(({ text }) => text)].join(' ').trim();
  return [{ data: { command: words.slice(0, 80) }, evidence: [found.evidence] }];
};

/** By program, and where the table names some, by one of its first two words. */
function isBuild({ name, args, via }: CommandFact, builds: Map<string, string>): boolean {
  if (via.includes('xargs')) return false;
  const verbs = builds.get(name);
  if (verbs === undefined) return false;
  const words = args.filter(({ text }) => !text.startsWith('-')).slice(0, 2);
  if (args.some(({ text }) => text === '--version' || text === '--help' || text === '-v')) return false;
  return verbs === '' || verbs.split(' ').some((verb) => words.some(({ text }) => text === verb));
}
