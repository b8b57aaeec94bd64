/** Puts one image's report together: pure, and the only place that decides the order of findings. */

import type { Distro, Facts, Package } from '../types/facts.ts';
import type { LanguagePackage, Waste } from '../types/inventory.ts';
import type { GateResult, ImageReport, ReportFinding, Score, WhatIf } from '../types/report.ts';
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
  languagePackages?: Fact<LanguagePackage[]>;
  /** What a container of it starts with. */
  container?: Pick<Facts, 'user' | 'ports' | 'surface'>;
  waste?: Fact<Waste>;
  whatIf?: WhatIf | undefined;
  findings: readonly Finding[];
  score: Score;
  /** Of `findings`, in their order. */
  gains: readonly number[];
  gate: GateResult;
  status: readonly StatusEntry[];
}

export function buildReport(input: ReportInput): ImageReport {
  const { distro, packages, languagePackages, container } = input;
  return {
    schemaVersion: 1,
    tool: { name: 'tare', version: input.version },
    target: { ...input.target, size: input.target.layers.reduce((sum, layer) => sum + layer.storedSize, 0) },
    ruleset: input.ruleset,
    distro: distro.known ? distro.value : null,
    ...(input.dockerfile && { dockerfile: input.dockerfile }),
    score: input.score,
    ...(input.whatIf && { whatIf: input.whatIf }),
    findings: input.findings.map((finding, i) => withGain(finding, input.gains[i] ?? 0)).sort(fixFirst),
    packages: [
      ...(packages.known ? packages.value.map(inventoryEntry) : []),
      ...(languagePackages?.known ? once(languagePackages.value) : []),
    ].sort(byName),
    ...(container?.user.known && { user: container.user.value }),
    ...(container?.ports.known && { ports: container.ports.value }),
    ...(container?.surface.known && { surface: container.surface.value }),
    ...(input.waste?.known && { waste: wasteOf(input.waste.value) }),
    status: [
      ...input.status,
      ...unknown('distro', distro, input.status),
      ...unknown('packages', packages, input.status),
      ...(languagePackages ? unknown('language-packages', languagePackages, input.status) : []),
    ],
    gate: input.gate,
  };
}

/** The share in millionths: the same image gives the same digits everywhere. */
function wasteOf({ bytes, efficiency }: Waste): NonNullable<ImageReport['waste']> {
  return { bytes, efficiency: Math.floor(efficiency * 1e6) / 1e6 };
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

type InventoryEntry = ImageReport['packages'][number];

function inventoryEntry({ name, version, type, layer, size, purl, licence }: Package): InventoryEntry {
  // In the order in which the JSON report shows them.
  return { name, version, size, layer, type, purl, ...(licence !== undefined && { licence }) };
}

/** A version that lies in several places of a layer is one entry; it is for development where all of them are. */
function once(packages: readonly LanguagePackage[]): InventoryEntry[] {
  const entries = new Map<string, InventoryEntry>();
  for (const { name, version, type, layer, size, purl, licence, dev } of packages) {
    const key = `${purl} ${version} ${layer}`;
    const same = entries.get(key);
    if (same) {
      same.size += size;
      if (!dev) delete same.dev;
    } else {
      entries.set(key, {
        ...{ name, version, size, layer, type, purl },
        ...(dev && { dev }),
        ...(licence !== undefined && { licence }),
      });
    }
  }
  return [...entries.values()];
}

function byName(a: InventoryEntry, b: InventoryEntry): number {
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
