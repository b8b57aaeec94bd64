/** ExposedPorts (OCI image-spec, config.md): `port[-port][/protocol]`, tcp where no protocol is given. */

import type { ExposedPort } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import { configEvidence } from './evidence.ts';

const protocols = new Set(['tcp', 'udp', 'sctp']);

/** The declared ports, lowest first. What is no port is named in the status and left out. */
export function collectPorts(context: FactContext): Fact<ExposedPort[]> {
  const value: ExposedPort[] = [];
  const evidence: Evidence[] = [];
  for (const spec of context.image.config.container.exposedPorts.slice(0, 10_000)) {
    const port = parsePort(spec);
    if (!port) {
      const shown = spec.slice(0, 64);
      context.note({
        part: 'ports',
        level: 'warning',
        message: `the config exposes "${shown}", which is no port; left out`,
      });
      continue;
    }
    value.push(port);
    evidence.push(configEvidence(`/config/ExposedPorts/${spec.replaceAll('~', '~0').replaceAll('/', '~1')}`));
  }
  value.sort((a, b) => a.from - b.from || a.to - b.to || (a.protocol < b.protocol ? -1 : 1));
  return { known: true, value, evidence };
}

/** One declaration; undefined for a number outside 1–65535, a range that runs backwards, or an unknown protocol. */
export function parsePort(spec: string): ExposedPort | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/([A-Za-z]{1,8}))?$/.exec(spec.trim());
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  if (from < 1 || to > 65535 || to < from || !protocols.has(protocol)) return undefined;
  return { from, to, protocol, spec };
}
