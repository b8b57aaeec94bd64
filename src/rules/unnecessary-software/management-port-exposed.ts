import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import type { ManagementPorts } from '../data.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { atLeastOne, dataOf, inConfig, listed, pointerPart, unknownHit } from '../hits.ts';

export const check: Check = (facts, context) => {
  const { ports } = facts;
  const inFile = dockerfileOf(facts) !== undefined;
  if (!ports.known) return unknownHit(ports.reason, inConfig('/config/ExposedPorts'));
  const known = dataOf<ManagementPorts>(context, 'management-ports').ports;
  const evidence: Evidence[] = [];
  const names: string[] = [];
  for (const [at, exposed] of ports.value.entries()) {
    const matches = known.filter(
      ({ port, protocol }) => protocol === exposed.protocol && exposed.from <= port && port <= exposed.to,
    );
    if (matches.length === 0) continue;
    const note = listed(
      matches.map(({ name, why }) => `${name}: ${why}`),
      3,
    );
    const own = inFile ? ports.evidence[at] : undefined;
    evidence.push(own ? { ...own, note } : inConfig(`/config/ExposedPorts/${pointerPart(exposed.spec)}`, note));
    names.push(...matches.map(({ port, protocol, name }) => `${port}/${protocol} (${name})`));
  }
  return atLeastOne(evidence) ? [{ data: { ports: listed(names), count: new Set(names).size }, evidence }] : [];
};
