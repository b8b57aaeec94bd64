/** Puts one Dockerfile's report together: pure, and the only place that decides the order of its findings. */
import type { Facts } from '../types/facts.ts';
import type { DockerfileReport } from '../types/report.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Evidence, Finding, StatusEntry } from '../types.ts';

export interface DockerfileReportInput {
  version: string;
  ruleset: DockerfileReport['ruleset'];
  facts: Facts;
  findings: readonly Finding[];
  forecast: DockerfileReport['forecast'];
  gate: DockerfileReport['gate'];
  status: readonly StatusEntry[];
}

export function buildDockerfileReport(input: DockerfileReportInput): DockerfileReport {
  const { facts } = input;
  const dockerfile = facts.dockerfile?.known ? facts.dockerfile.value : undefined;
  const stage = dockerfile?.target === undefined ? undefined : dockerfile.stages[dockerfile.target];
  const root = stage && dockerfile?.stages[stage.root];
  return {
    schemaVersion: 1,
    tool: { name: 'tare', version: input.version },
    target: {
      name: facts.image.name,
      kind: 'dockerfile',
      stages: dockerfile?.stages.length ?? 0,
      ...(stage && { stage: stage.name ?? String(stage.index) }),
      ...(root && { base: root.base.scratch ? 'scratch' : root.base.text || root.base.written }),
    },
    ruleset: input.ruleset,
    forecast: input.forecast,
    findings: [...input.findings].sort(byPlace),
    status: [...input.status],
    gate: input.gate,
  };
}

/** In the order of the file; of one place the heaviest first. */
export function byPlace(a: Finding, b: Finding): number {
  const [one, other] = [start(a.evidence[0]), start(b.evidence[0])];
  return (
    one.line - other.line ||
    compareSeverity(countedSeverity(a), countedSeverity(b)) ||
    one.column - other.column ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}

function start(evidence: Evidence): { line: number; column: number } {
  return evidence.at === 'instruction' ? evidence.range.start : { line: 0, column: 0 };
}
