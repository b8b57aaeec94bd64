/** Two reports to one comparison: pure. Findings are the same where their fingerprints are, or where they say the same. */
import type { DiffFigure, DiffFinding, DiffSide, ImageDiff } from '../types/diff.ts';
import type { ImageReport, ReportFinding } from '../types/report.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Severity } from '../types.ts';
import { comparePackages } from './packages.ts';

/** What counts as worse beside a lower score: a new finding from this severity on. */
export interface DiffOptions {
  failOn: Severity | 'none';
  /** Version of tare. */
  version: string;
}

/** Compares an image with the one before it. */
export function diffReports(before: ImageReport, after: ImageReport, options: DiffOptions): ImageDiff {
  const score = figure(before.score.value, after.score.value, 10);
  const { added, gone } = unpaired(before.findings, after.findings);
  const reasons: string[] = [];
  if (score.change < 0) reasons.push(`The score fell by ${(-score.change).toFixed(1)}.`);
  const heavy = added.filter((finding) => counts(finding, options.failOn));
  if (heavy.length > 0) {
    const rules = [...new Set(heavy.map(({ rule }) => rule))].join(', ');
    const number = heavy.length === 1 ? 'A new finding is' : `${heavy.length} new findings are`;
    reasons.push(`${number} ${options.failOn} or heavier: ${rules}.`);
  }
  const left = new Map(before.score.categories.map((item) => [item.category, item.left]));
  return {
    schemaVersion: 1,
    tool: { name: 'tare', version: options.version },
    old: sideOf(before),
    new: sideOf(after),
    worse: reasons.length > 0,
    reasons,
    score,
    categories: after.score.categories.map(({ category, left: now }) => ({
      category,
      ...figure(tenths(left.get(category) ?? 0), tenths(now), 10),
    })),
    findings: { added: added.map(brief), gone: gone.map(brief), kept: after.findings.length - added.length },
    packages: comparePackages(before.packages, after.packages),
    size: {
      stored: figure(before.target.size, after.target.size, 1),
      unpacked: figure(unpacked(before), unpacked(after), 1),
    },
    notes: notesOn(before, after),
  };
}

/**
 * What the other has not. A finding whose evidence moved (the same user set in another file, say) has another
 * fingerprint and reads the same: each that went is the one that came.
 */
function unpaired(before: readonly ReportFinding[], after: readonly ReportFinding[]) {
  const had = new Set(before.map(({ fingerprint }) => fingerprint));
  const has = new Set(after.map(({ fingerprint }) => fingerprint));
  const added: ReportFinding[] = [];
  const moved = new Map<string, ReportFinding[]>();
  for (const finding of before) {
    if (has.has(finding.fingerprint)) continue;
    const saying = sayingOf(finding);
    const same = moved.get(saying);
    if (same) same.push(finding);
    else moved.set(saying, [finding]);
  }
  for (const finding of after)
    if (!had.has(finding.fingerprint) && !moved.get(sayingOf(finding))?.shift()) added.push(finding);
  const left = new Set([...moved.values()].flat());
  return { added, gone: before.filter((finding) => left.has(finding)) };
}

function sayingOf({ rule, outcome, severity, confidence, message, suppression }: ReportFinding): string {
  return JSON.stringify([rule, outcome, severity, confidence, message, suppression !== undefined]);
}

/** As the gate counts: sure enough, and not let be. */
function counts(finding: ReportFinding, failOn: DiffOptions['failOn']): boolean {
  if (failOn === 'none' || finding.category === 'hygiene') return false;
  if (finding.confidence === 'low' || finding.suppression || finding.outcome === 'unknown') return false;
  return compareSeverity(countedSeverity(finding), failOn) <= 0;
}

function brief(finding: ReportFinding): DiffFinding {
  const { rule, category, outcome, severity, confidence, message, fingerprint, suppression } = finding;
  return {
    ...{ rule, category, outcome, severity, confidence, message, fingerprint },
    ...(suppression && { suppressed: true as const }),
  };
}

function sideOf({ target, score, ruleset }: ImageReport): DiffSide {
  return {
    name: target.name,
    ...(target.digest && { digest: target.digest }),
    score: score.value,
    grade: score.grade,
    ruleset,
  };
}

/** Whole tenths are compared as whole numbers: 70.1 less 70 is 0.1. */
function figure(old: number, now: number, scale: number): DiffFigure {
  return { old, new: now, change: (Math.round(now * scale) - Math.round(old * scale)) / scale };
}

function tenths(value: number): number {
  return Math.floor(value * 10) / 10;
}

function unpacked({ target }: ImageReport): number {
  return target.layers.reduce((sum, { size }) => sum + size, 0);
}

function notesOn(before: ImageReport, after: ImageReport): string[] {
  const notes: string[] = [];
  const [one, two] = [before.ruleset, after.ruleset];
  if (one.name !== two.name || one.version !== two.version)
    notes.push(
      `Judged by different rules (${one.name} ${one.version}, ${two.name} ${two.version}): scan both again for a fair comparison.`,
    );
  if (one.asOf !== two.asOf)
    notes.push(`Support periods were judged on different days (${one.asOf}, ${two.asOf}): --as-of sets one for both.`);
  if (before.target.digest !== undefined && before.target.digest === after.target.digest)
    notes.push('Both are the same image.');
  const platforms = [before, after].map(
    ({ target: { platform } }) => platform && `${platform.os}/${platform.architecture}`,
  );
  if (platforms[0] && platforms[1] && platforms[0] !== platforms[1])
    notes.push(`The images are for different platforms (${platforms[0]}, ${platforms[1]}).`);
  for (const [which, { status }] of [
    ['old', before],
    ['new', after],
  ] as const) {
    const unread = status.find(({ part, level }) => part === 'packages' && level !== 'info');
    if (unread) notes.push(`Packages of the ${which} image are not all known: ${unread.message}.`);
  }
  return notes;
}
