/** Gates under test: in front of a registry, with a real assessment in this process or one that the test makes up. */
import { defaultGateLimits, type GateOptions, type GatePolicy } from '../../../../src/app/server/gate/options.ts';
import { type RunningGate, runGate } from '../../../../src/app/server/gate/run.ts';
import type { Assess, Decision } from '../../../../src/app/server/types.ts';
import { defaultLimits } from '../../../../src/image/limits.ts';
import { loadRuleset } from '../../../../src/rules/load.ts';
import { scanTarget } from '../../../../src/scan.ts';
import type { ImageReport } from '../../../../src/types/report.ts';

export interface TestGate extends RunningGate {
  url: string;
  decisions: Decision[];
  logged: string[];
}

export const closedPolicy: GatePolicy = { undecided: 'closed', refusePulls: false, exceptions: [] };

/** A gate on loopback before `host`. */
export async function startGate(
  host: string,
  change: Partial<Omit<GateOptions, 'policy'>> & { policy?: Partial<GatePolicy> } = {},
): Promise<TestGate> {
  const decisions: Decision[] = [];
  const logged: string[] = [];
  const log = (fields: object, text: string): void => {
    logged.push(`${text} ${JSON.stringify(fields)}`);
  };
  const gate = await runGate({
    upstream: new URL(`http://${host}`),
    assess: realAssess,
    record: async (decision) => {
      decisions.push(decision);
    },
    ruleset: () => 'baseline 1',
    log: { info: log, warn: log, error: log },
    listen: { host: '127.0.0.1', port: 0 },
    env: { HOME: '/nonexistent' },
    ...change,
    registry: { certsDirs: [], retry: { attempts: 2, baseMs: 1, maxMs: 100 }, ...change.registry },
    limits: { ...defaultGateLimits, ...change.limits },
    policy: { ...closedPolicy, ...change.policy },
  });
  return { ...gate, url: `http://${gate.address}`, decisions, logged };
}

/** Fails what has a finding of high severity: the whole scan, as `tare scan registry:…@sha256:…` does it. */
export const realAssess: Assess = async ({ registry, repository, digest, documents, authorization, signal }) => {
  const { reports } = await scanTarget(`registry:${registry}/${repository}@${digest}`, {
    ...{ allPlatforms: true, verify: 'report', asOf: '2026-11-01', limits: defaultLimits, cache: null, concurrency: 1 },
    ...{ workers: 0, env: { HOME: '/nonexistent' }, signal, version: '0.0.0', trusted: ['**'] },
    ruleset: await loadRuleset([]),
    stdin: () => {
      throw new Error('there is no standard input');
    },
    source: {
      registry: {
        ...{ documents, certsDirs: [], attestations: false },
        ...(authorization === undefined ? {} : { authorization: { registry, header: authorization } }),
      },
    },
    gate: { failOn: 'high' },
  });
  return reports;
};

/** A report as far as the gate reads it. */
export function reportOf(digest: string, passed: boolean, score = passed ? 95 : 30): ImageReport {
  const findings = passed
    ? []
    : [
        {
          rule: 'run-as-root',
          severity: 'high',
          message: 'It runs as \u001b[31mroot\nhere.',
          outcome: 'fail',
          gain: 9,
          fingerprint: 'f1',
        },
      ];
  return {
    target: { digest },
    score: { value: score, grade: passed ? 'A' : 'F' },
    gate: passed ? { passed, reason: 'Nothing found.' } : { passed, reason: 'run-as-root is high.', failing: ['f1'] },
    findings,
  } as unknown as ImageReport;
}
