import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, listed } from '../hits.ts';
import { heldHit, judgeSoftware, type Started, serviceName } from '../services.ts';
import { installHits, softwareLeft, softwareOf, startCommands } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
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

function inImage(facts: Facts, context: CheckContext): Hit[] {
  return judgeSoftware(facts, context, 'supervisor', (held, started, { programs = [] }) => {
    const names = programs.filter((name) => started.chain.has(name));
    const units = started.commands.filter(({ origin }) => origin === 'unit');
    const [hit] = heldHit(held);
    if (names.length > 0 || units.length > 0) {
      const evidence = [
        ...(started.commands[0] ? [started.commands[0].evidence] : []),
        ...units.map((unit) => unit.evidence),
        ...(hit?.evidence ?? []),
      ];
      if (!atLeastOne(evidence)) return [];
      const services = new Set(units.map(({ name }) => name));
      const data = {
        names: listed(names.length > 0 ? names : [started.commands[0]?.name ?? '']),
        count: services.size,
        services: listed(services),
      };
      return [{ variant: services.size > 0 ? 'several' : 'running', data, evidence }];
    }
    return hit ? [hit] : chained(started, daemonsOf(context));
  });
}

/** Several services in one start: in the background, through `service`, or as daemons that leave by themselves. */
function chained(started: Started, daemons: ReadonlySet<string>): Hit[] {
  const services = started.commands.filter((command) => {
    const { name, background, program } = command;
    if (serviceName(command) !== undefined) return true;
    if (started.programs.has(name)) return false;
    return daemons.has(name) || (background === true && program !== undefined && !quick.has(name));
  });
  const evidence = services.map((command) => command.evidence);
  // One service that the script starts so and then waits for is the workload itself.
  if (!atLeastOne(evidence) || started.main === '') return [];
  const names = new Set(services.map((command) => serviceName(command) ?? command.name));
  if (names.size === 1 && quick.has(started.main)) return [];
  return [{ variant: 'chained', data: { names: listed(names), count: names.size }, evidence, confidence: 'medium' }];
}

function daemonsOf(context: CheckContext): ReadonlySet<string> {
  return new Set(['daemon', 'ssh-server', 'monitoring'].flatMap((kind) => softwareOf(context, kind).programs ?? []));
}
