import type { ImageReport } from '../../../src/types/report.ts';

/** Rules that speak of the medium itself: where the image came from, what it can carry. */
const mediumRules = new Set(['untrusted-registry', 'missing-attestation']);

/**
 * What must be the same of one image whatever medium it came through: everything but names, stored digests and
 * compressed sizes. Findings that speak of the medium itself keep their rule, outcome and weight.
 */
export function sameness(report: ImageReport) {
  return {
    grade: report.score.grade,
    value: report.score.value,
    categories: report.score.categories,
    distro: report.distro,
    packages: report.packages,
    layers: report.target.layers.map(({ index, diffID, size, entries, createdBy }) => ({
      index,
      diffID,
      size,
      entries,
      createdBy,
    })),
    findings: report.findings
      // A name that a medium happens to carry weighs nothing.
      .filter((finding) => !(mediumRules.has(finding.rule) && finding.gain === 0))
      .map((finding) => ({
        rule: finding.rule,
        severity: finding.severity,
        gain: finding.gain,
        ...(mediumRules.has(finding.rule)
          ? {}
          : { message: finding.message, evidence: finding.evidence, fingerprint: finding.fingerprint }),
      })),
  };
}
