import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf } from '../software.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
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
