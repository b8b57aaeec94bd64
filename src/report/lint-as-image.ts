/** A Dockerfile's report in the shape of an image's, for the formats that pipelines read: SARIF, JUnit, annotations and kin. */
import type { DockerfileReport, ImageReport } from '../types/report.ts';

/** The score is the best within reach, the ceiling the same: those formats show findings, and scores beside them. */
export function asImageReport(report: DockerfileReport): ImageReport {
  const { schemaVersion, tool, target, ruleset, forecast, findings, status, gate } = report;
  return {
    schemaVersion,
    tool,
    target: { name: target.name, kind: 'dockerfile', size: 0, layers: [] },
    ruleset,
    distro: null,
    score: {
      value: forecast.low,
      ceiling: forecast.high,
      grade: forecast.grades.low,
      categories: [],
      ledger: [],
    },
    findings: findings.map((finding) => ({
      ...finding,
      gain: forecast.holding.find(({ rule }) => rule === finding.rule)?.points ?? 0,
    })),
    packages: [],
    status,
    gate,
  };
}
