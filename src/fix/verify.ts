/** Whether a changed file is better and nowhere worse: the same stages with the same settings, no new fault of any kind. */
import type { DockerfileFacts, StageFact } from '../types/dockerfile.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import type { Finding, RuleId } from '../types.ts';
import type { BaseKnowledge, Setting } from './change.ts';

/** A text that was read and judged. */
export interface Judged {
  dockerfile: DockerfileFacts;
  findings: readonly Finding[];
  bases: readonly BaseKnowledge[];
}

/** What a set of changes promises. */
export interface Promised {
  /** Findings that go, by rule. */
  mended: ReadonlyMap<RuleId, number>;
  alters: ReadonlySet<Setting>;
  /** Rules of which a finding may get another place. */
  extended: ReadonlySet<RuleId>;
}

/** Why the changed file is not to be had, in a few words; undefined where it is. */
export function objection(before: Judged, after: Judged, { mended, alters, extended }: Promised): string | undefined {
  const [old, now] = [before.dockerfile, after.dockerfile];
  if (grew(old.errors, now.errors, ({ code }) => code)) return 'the builder would refuse the file';
  if (faults(now) > faults(old)) return 'the shell would refuse a command';
  if (old.stages.length !== now.stages.length || old.target !== now.target) return 'it changes the stages';
  for (const [at, stage] of old.stages.entries()) {
    const changed = difference(stage, now.stages[at]!, alters);
    if (changed !== undefined) return `it changes ${changed} of a stage`;
  }
  return judgement(before.findings, after.findings, mended, extended);
}

function faults({ scripts }: DockerfileFacts): number {
  return scripts.reduce((sum, { errors, truncated }) => sum + errors.length + (truncated ? 1 : 0), 0);
}

function grew<T>(old: readonly T[], now: readonly T[], key: (item: T) => string): boolean {
  const counts = new Map<string, number>();
  for (const item of old) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  for (const item of now) {
    const left = (counts.get(key(item)) ?? 0) - 1;
    if (left < 0) return true;
    counts.set(key(item), left);
  }
  return false;
}

/** Everything of a stage that a build or a container notices. */
function difference(old: StageFact, now: StageFact, alters: ReadonlySet<Setting>): string | undefined {
  for (const [name, setting, read] of noticed) {
    if (setting && alters.has(setting)) continue;
    if (JSON.stringify(read(old)) !== JSON.stringify(read(now))) return name;
  }
  return undefined;
}

const noticed: readonly [name: string, setting: Setting | undefined, read: (stage: StageFact) => unknown][] = [
  ['the name', undefined, ({ name }) => name],
  ['the base', 'base', ({ base, root }) => [base.text, base.stage, root]],
  ['the platform', 'platform', ({ base }) => base.platform?.value],
  ['the part', undefined, ({ role, os }) => [role, os]],
  ['the sources', 'base', ({ uses }) => uses.map(({ via, name, stage }) => [via, name, stage])],
  ['the user', 'user', ({ user }) => user?.value],
  ['the folder', 'workdir', ({ workdir }) => workdir?.value],
  ['the shell', 'shell', ({ shell }) => shell?.value],
  ['the start', 'command', ({ entrypoint, cmd }) => [entrypoint?.value, cmd?.value]],
  ['the health check', 'shell', ({ healthcheck }) => healthcheck?.value],
  ['the stop signal', undefined, ({ stopSignal }) => stopSignal?.value],
  ['the environment', 'env', ({ env }) => env.map(({ name, value }) => [name, value])],
  ['the labels', 'labels', ({ labels }) => labels.map(({ name, value }) => [name, value])],
  ['the ports', undefined, ({ ports }) => ports.map(({ value }) => value.toLowerCase())],
  ['the volumes', undefined, ({ volumes }) => volumes.map(({ value }) => value)],
];

interface Tally {
  findings: number;
  places: number;
  /** Severities, heaviest first. */
  severities: Finding['severity'][];
}

function judgement(
  old: readonly Finding[],
  now: readonly Finding[],
  mended: ReadonlyMap<RuleId, number>,
  extended: ReadonlySet<RuleId>,
): string | undefined {
  const [before, after] = [tally(old), tally(now)];
  for (const [rule, count] of after) {
    const was = before.get(rule);
    if (!was || count.findings > was.findings || (count.places > was.places && !extended.has(rule)))
      return `new: ${rule}`;
    if (count.severities.some((severity, at) => compareSeverity(severity, was.severities[at]!) < 0))
      return `heavier: ${rule}`;
  }
  for (const [rule, wanted] of mended) {
    const was = before.get(rule)?.places ?? 0;
    const left = after.get(rule)?.places ?? 0;
    if (was - left < wanted) return 'it does not mend the fault';
  }
  return undefined;
}

function tally(findings: readonly Finding[]): Map<RuleId, Tally> {
  const out = new Map<RuleId, Tally>();
  for (const finding of findings) {
    const own = out.get(finding.rule) ?? { findings: 0, places: 0, severities: [] };
    own.findings++;
    own.places += finding.evidence.length;
    own.severities.push(countedSeverity(finding));
    out.set(finding.rule, own);
  }
  for (const { severities } of out.values()) severities.sort(compareSeverity);
  return out;
}
