import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { heldHit, isWorkload, judgeSoftware } from '../services.ts';
import { installHits, softwareLeft, softwareOf, startCommands } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const kind = softwareOf(context, 'init');
  const programs = new Set(kind.programs);
  const hits: Hit[] = [];
  // Any program may be called init; these folders hold the system's.
  const started = startCommands(dockerfile).find(
    ({ name, program }) =>
      programs.has(name) && /^(?:\/(?:usr\/)?s?bin\/|\/(?:usr\/)?lib\/systemd\/|[^/]+$)/.test(program.text),
  );
  if (started)
    hits.push({ variant: 'started', data: { names: started.program.text, count: 1 }, evidence: [started.evidence] });
  const enabled = commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false }).find(
    ({ name, args }) =>
      (name === 'systemctl' && args[0]?.text === 'enable') || (name === 'rc-update' && args[0]?.text === 'add'),
  );
  if (enabled && !started)
    hits.push({
      variant: 'units',
      data: { names: enabled.args.at(-1)?.text ?? '', count: 1 },
      evidence: [enabled.evidence],
    });
  return [
    ...hits,
    ...installHits(dockerfile, softwareLeft(dockerfile, kind), started || enabled ? {} : { severity: 'medium' }),
  ];
};

function inImage(facts: Facts, context: CheckContext): Hit[] {
  return judgeSoftware(facts, context, 'init', (held, started, { programs = [], common = [] }) => {
    const first = started.commands[0];
    // Any program may be called init; a system's is one that a package of init systems owns.
    const main = programs.includes(started.main)
      ? held.some((item) => isWorkload(item, started)) || !common.includes(started.main)
      : false;
    const [hit] = heldHit(held);
    if (main && first) {
      const places = hit?.evidence ?? [first.evidence];
      return [{ variant: 'running', data: { names: started.main, count: 1 }, evidence: [first.evidence, ...places] }];
    }
    // Nothing starts it: dead weight that can be started.
    return hit ? [{ ...hit, severity: 'medium' }] : [];
  });
}
