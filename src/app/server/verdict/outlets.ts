import { createHash } from 'node:crypto';
import { renderJson } from '../../../report/json.ts';
import { renderSarif } from '../../../report/sarif.ts';
import { baseline } from '../../../rules/baseline.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import type { ImageReport } from '../../../types/report.ts';
import type { Verdict } from '../types.ts';
import type { Way } from './config.ts';
import type { Surroundings } from './deliver.ts';
import { quarantine } from './quarantine.ts';
import { attachReport } from './referrer.ts';
import { sendSlack } from './slack.ts';
import { sendWebhook } from './webhook.ts';

/** Where verdicts are told, as the queue sees it. */
export interface Outlet {
  name: string;
  /** Does nothing for a verdict that does not go this way. @throws DeliveryError (`permanent`: no other try can help). */
  deliver(verdict: Verdict, reports: readonly ImageReport[], signal: AbortSignal): Promise<void>;
}

export interface OutletSurroundings extends Omit<Surroundings, 'signal'> {
  /** How registries are reached to write to them; with the guard. */
  registry: RegistryOptions;
  log: { info(fields: object, text: string): void };
}

/** The ways out of the options as outlets, by name. */
export function createOutlets(ways: readonly Way[], surroundings: OutletSurroundings): Map<string, Outlet> {
  return new Map(
    ways.map((way) => [
      way.name,
      {
        name: way.name,
        async deliver(verdict, reports, signal) {
          if (way.wants(verdict)) await go(way, verdict, reports, { ...surroundings, signal });
        },
      },
    ]),
  );
}

async function go(
  way: Way,
  verdict: Verdict,
  reports: readonly ImageReport[],
  surroundings: OutletSurroundings & Surroundings,
): Promise<void> {
  const { registry: options, env, signal, log } = surroundings;
  const { registry, repository, tag, digest } = verdict;
  const named = { outlet: way.name, registry, repository, tag, digest };
  if (way.kind === 'webhook') await sendWebhook(way.destination, verdict, deliveryId(way.name, verdict), surroundings);
  else if (way.kind === 'slack') await sendSlack(way.url, verdict, surroundings);
  else if (way.kind === 'attach') {
    const rules = baseline().rules.map(({ metadata }) => metadata);
    const files = { report: Buffer.from(renderJson(reports)), sarif: Buffer.from(renderSarif(reports, { rules })) };
    log.info({ ...named, ...(await attachReport(verdict, files, { options, env, signal })) }, 'report attached');
  } else log.info({ ...named, ...(await quarantine(verdict, way.policy, { options, env, signal })) }, 'quarantine');
}

/** The same for the same verdict, however often it is sent: a receiver knows a repetition by it. */
function deliveryId(way: string, { registry, repository, tag, digest, ruleset, gradedAt }: Verdict): string {
  const parts = [way, registry, repository, tag ?? '', digest, ruleset, gradedAt];
  return `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}
