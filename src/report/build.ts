/** Puts one image's report together: pure, and the only place that decides the order of findings. */

import type { Distro, Package } from '../types/facts.ts';
import type { GateResult, ImageReport, ReportFinding, Score } from '../types/report.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Fact, Finding, StatusEntry } from '../types.ts';

export interface ReportInput {
  /** Version of tare. */
  version: string;
  /** `size` is worked out from the layers. */
  target: Omit<ImageReport['target'], 'size'>;
  ruleset: ImageReport['ruleset'];
  distro: Fact<Distro>;
  dockerfile?: ImageReport['dockerfile'];
  packages: Fact<Package[]>;
  findings: readonly Finding[];
  score: Score;
  /** Of `findings`, in their order. */
  gains: readonly number[];
  gate: GateResult;
  status: readonly StatusEntry[];
}

export function buildReport(input: ReportInput): ImageReport {
  const { distro, packages } = input;
  return {
    schemaVersion: 1,
    tool: { name: 'tare', version: input.version },
    target: { ...input.target, size: input.target.layers.reduce((sum, layer) => sum + layer.storedSize, 0) },
    ruleset: input.ruleset,
    distro: distro.known ? distro.value : null,
    ...(input.dockerfile && { dockerfile: input.dockerfile }),
    score: input.score,
    findings: input.findings.map((finding, i) => withGain(finding, input.gains[i] ?? 0)).sort(fixFirst),
    packages: packages.known ? packages.value.map(inventoryEntry).sort(byName) : [],
    status: [
      ...input.status,
      ...unknown('distro', distro, input.status),
      ...unknown('packages', packages, input.status),
    ],
    gate: input.gate,
  };
}

/** By gain, then severity, then rule id; the fingerprint settles the rest, so that two runs agree. */
export function fixFirst(a: ReportFinding, b: ReportFinding): number {
  return (
    b.gain - a.gain ||
    compareSeverity(countedSeverity(a), countedSeverity(b)) ||
    byCodeUnit(a.rule, b.rule) ||
    byCodeUnit(a.fingerprint, b.fingerprint)
  );
}

function withGain(finding: Finding, gain: number): ReportFinding {
  return { ...finding, gain };
}

function inventoryEntry({ name, version, type, layer, size, purl }: Package): ImageReport['packages'][number] {
  return { name, version, type, layer, size, purl };
}

function byName(a: ImageReport['packages'][number], b: ImageReport['packages'][number]): number {
  return (
    byCodeUnit(a.type, b.type) ||
    byCodeUnit(a.name, b.name) ||
    byCodeUnit(a.version, b.version) ||
    byCodeUnit(a.purl, b.purl) ||
    a.layer - b.layer
  );
}

/** An empty list must not read as "none": a fact that is not known says so in the status, once. */
function unknown(part: string, fact: Fact<unknown>, status: readonly StatusEntry[]): StatusEntry[] {
  if (fact.known || status.some((entry) => entry.part === part)) return [];
  return [{ part, level: 'warning', message: fact.reason }];
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
