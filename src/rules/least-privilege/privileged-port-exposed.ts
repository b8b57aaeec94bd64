import type { Check, Hit } from '../../types/rule.ts';
import { dockerfileOf, targetStage } from '../dockerfile.ts';
import { numberOf } from '../hits.ts';

/** Only with a user that is known not to be root: root binds any port, and that it is root has a rule of its own. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const os = dockerfile ? targetStage(dockerfile)?.os : facts.image.platform.os;
  const { user, ports } = facts;
  if (os === undefined || os === 'windows' || !user.known || !ports.known) return [];
  const { uid, name } = user.value;
  if (uid === 0 || (uid === undefined && name === undefined)) return [];
  const first = numberOf(context, 'first');
  const hits: Hit[] = [];
  for (const [at, port] of ports.value.entries()) {
    const place = ports.evidence[at];
    if (port.from > 0 && port.from < first && place)
      hits.push({ data: { port: port.spec, user: user.value.spec }, evidence: [place] });
  }
  return hits;
};
