/** Upgrades of everything that is installed, in place of a newer base. */

import type { Facts } from '../types/facts.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import { hasOption } from './commands.ts';
import { commandsOf, dockerfileOf } from './dockerfile.ts';
import { namesOf } from './hits.ts';
import { packageCommands, type Verb } from './installs.ts';

/** One hit for each upgrade by one of the rule's managers that names no package. Security-only upgrades are no fault. */
export function upgradeHits(facts: Facts, context: CheckContext, verb: Verb): Hit[] {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const managers = new Set<string>(namesOf(context, 'managers'));
  const calls = packageCommands(commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false }));
  return calls
    .filter(
      (call) =>
        managers.has(call.family) &&
        call.verb === verb &&
        (verb === 'dist-upgrade' || call.packages.length === 0) &&
        !hasOption(call.command, '--security', '--download-only', '-d', '--simulate', '-s', '--dry-run'),
    )
    .map(({ program, verbArgument, command }) => ({
      data: { command: `${program} ${verbArgument?.text ?? ''}`.trim() },
      evidence: [command.evidence],
    }));
}
