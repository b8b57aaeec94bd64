import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, listed } from '../hits.ts';
import { installHits, softwareLeft, softwareOf, startCommands } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const kind = softwareOf(context, 'supervisor');
  const hits = installHits(dockerfile, softwareLeft(dockerfile, kind, true));
  const programs = new Set(kind.programs);
  const start = startCommands(dockerfile);
  const supervisor = start.find(({ name }) => programs.has(name));
  if (supervisor && hits.length === 0) {
    const hit: Hit = {
      variant: 'started',
      data: { names: supervisor.name, count: 1 },
      evidence: [supervisor.evidence],
    };
    return [hit];
  }
  if (supervisor || hits.length > 0) return hits;
  // Several services in one start: all but the last go to the background, or are handed to `service NAME start`.
  const services = start.filter(
    ({ name, args, context: { background, substitution } }) =>
      !substitution &&
      ((background && !quick.has(name)) ||
        (name === 'service' && args[1]?.text === 'start') ||
        (name === 'systemctl' && args[0]?.text === 'start')),
  );
  const evidence = services.map((command) => command.evidence);
  if (!atLeastOne(evidence)) return [];
  const names = services.map(({ name, args }) => (name === 'service' ? (args[0]?.text ?? name) : name));
  return [
    { variant: 'chained', data: { names: listed(names), count: services.length }, evidence, confidence: 'medium' },
  ];
};

/** In the background for a moment: no services. */
const quick = new Set(['', 'sleep', 'tail', 'wait', 'echo', 'kill', 'true', 'cat', 'sh', 'bash']);
