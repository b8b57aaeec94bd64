import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, listed } from '../hits.ts';
import { heldHit, judgeSoftware, startOf } from '../services.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const kind = softwareOf(context, 'ssh-server');
  const hits = installHits(dockerfile, softwareLeft(dockerfile, kind));
  const programs = new Set(kind.programs);
  const started = commandsOf(dockerfile, { shipped: true, deferred: false }).find(
    ({ name, origin, args }) =>
      (programs.has(name) && origin !== 'RUN') ||
      (name === 'service' && /^sshd?$/.test(args[0]?.text ?? '')) ||
      (name === 'systemctl' && args.some(({ text }) => /^sshd?(\.service)?$/.test(text))),
  );
  if (!started) return hits;
  const hit: Hit = { variant: 'started', data: { names: started.name, count: 1 }, evidence: [started.evidence] };
  return [...hits, hit];
};

function inImage(facts: Facts, context: CheckContext): Hit[] {
  return judgeSoftware(facts, context, 'ssh-server', (held, started, { programs = [] }) => {
    const names = new Set([...programs, 'ssh']);
    const command = startOf(started.commands, names);
    const parts = facts.hostParts.known ? facts.hostParts.value.filter(({ kind }) => kind === 'ssh-host-key') : [];
    const keys = parts.map(({ path, layer }): Evidence => ({ at: 'file', path, layer, note: 'host key' }));
    const [hit] = heldHit(held);
    if (!hit) {
      if (!atLeastOne(keys)) return [];
      return [
        { variant: 'keys', data: { names: listed(parts.map(({ path }) => path)), count: keys.length }, evidence: keys },
      ];
    }
    hit.evidence.push(...(command ? [command.evidence] : []), ...keys);
    // An image that is there to be logged in to was asked for: somebody has to look, and the score stays.
    // Beside other services it is a way in, not what the image is for.
    const daemons = new Set(softwareOf(context, 'daemon').programs);
    const alone = !started.commands.some(({ name }) => daemons.has(name));
    if (names.has(started.main)) return [{ ...hit, variant: 'workload', confidence: alone ? 'low' : 'medium' }];
    return [{ ...hit, ...(command && { variant: 'running' }) }];
  });
}
