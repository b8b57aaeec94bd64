import type { CommandFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { packagesLeft } from '../installs.ts';

/** One hit for each stage that uses both, and one for an image that keeps both. */
export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const commands = commandsOf(dockerfile, { origin: ['RUN'] });
  const hits = dockerfile.stages.flatMap(({ index }): Hit[] => {
    const used = bothOf((tool) => commands.find(({ name, stage }) => name === tool && stage === index));
    return used ? [{ data: {}, evidence: used }] : [];
  });
  if (hits.length > 0) return hits;
  const left = packagesLeft(dockerfile);
  const installed = bothOf((tool) => left.find(({ name }) => name === tool)?.command);
  return installed ? [{ variant: 'installed', data: {}, evidence: installed }] : [];
};

/** The place where the second of the two comes in, then the first's. */
function bothOf(
  find: (tool: string) => CommandFact | undefined,
): [CommandFact['evidence'], CommandFact['evidence']] | undefined {
  const wget = find('wget');
  const curl = find('curl');
  if (!wget || !curl) return undefined;
  return wget.index > curl.index ? [wget.evidence, curl.evidence] : [curl.evidence, wget.evidence];
}
