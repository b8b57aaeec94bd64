import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { tableOf } from '../hits.ts';
import { packageCommand } from '../installs.ts';
import { dockerfileOptions } from '../option-table.ts';

/** An option that makes a package manager take what nobody signed. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const options = dockerfileOptions(tableOf(context, 'options'));
  const hits: Hit[] = [];
  for (const command of commandsOf(dockerfile)) {
    const option = options.find(command);
    // Indexing or looking at packages of one's own installs nothing.
    const verb = packageCommand(command)?.verb;
    if (option === undefined || verb === 'other' || verb === 'clean' || verb === 'remove') continue;
    hits.push({ data: { option, program: command.name }, evidence: [command.evidence] });
  }
  return hits;
};
