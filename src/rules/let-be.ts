/** Marks what a user's policy lets be: suppressions by rule, path, package and fingerprint, and what a baseline file knows. */
import type { Policy, SuppressionEntry } from '../types/policy.ts';
import type { Evidence, Finding, StatusEntry } from '../types.ts';
import { matchesPath } from './path-pattern.ts';

/** `asOf` is the day on which expiry is judged. Expired entries and baseline entries that are found no more are told in the status. */
export function letBe(
  findings: readonly Finding[],
  policy: Policy,
  asOf: string,
): { findings: Finding[]; status: StatusEntry[] } {
  const status: StatusEntry[] = [];
  const current = policy.suppressions.filter((entry) => {
    if (entry.expires === undefined || entry.expires >= asOf) return true;
    status.push({
      part: 'suppression',
      level: 'warning',
      message: `${entry.where}: the suppression of ${entry.rule} expired on ${entry.expires}; mend the fault, or set a new date.`,
    });
    return false;
  });
  const marked = findings.map((finding) => mark(finding, current, policy));
  const { known } = policy;
  if (known) {
    const seen = new Set(findings.map(({ fingerprint }) => fingerprint));
    const gone = [...known.fingerprints].filter(([fingerprint]) => !seen.has(fingerprint));
    if (gone.length > 0) {
      const rules = [...new Set(gone.map(([, rule]) => rule))].sort();
      status.push({
        part: 'baseline',
        level: 'info',
        message: `${known.file}: ${gone.length} of its entries ${gone.length === 1 ? 'is' : 'are'} found no more (${clipped(rules)}); tare baseline writes it anew.`,
      });
    }
  }
  return { findings: marked, status };
}

function mark(finding: Finding, entries: readonly SuppressionEntry[], { known }: Policy): Finding {
  if (finding.suppression) return finding;
  const own = entries.filter((entry) => entry.rule === finding.rule && speaksOf(entry, finding));
  const whole = own.find((entry) => entry.path === undefined) ?? coveringAll(own, finding);
  if (whole) {
    const { reason, expires } = whole;
    return { ...finding, suppression: { reason, ...(expires !== undefined && { expires }) } };
  }
  if (known?.fingerprints.get(finding.fingerprint) === finding.rule)
    return { ...finding, suppression: { reason: `known before: it is in ${known.file}` } };
  return finding;
}

function speaksOf(entry: SuppressionEntry, finding: Finding): boolean {
  if (entry.fingerprint !== undefined && entry.fingerprint !== finding.fingerprint) return false;
  return entry.package === undefined || packagesOf(finding).has(entry.package);
}

/** A finding that gathers many places is let be only where each of them is: by one entry, or by several together. */
function coveringAll(entries: readonly SuppressionEntry[], { evidence, data }: Finding): SuppressionEntry | undefined {
  if (entries.length === 0 || data['moreEvidence'] !== undefined) return undefined;
  const covers = ({ path }: SuppressionEntry, place: Evidence) => matchesPath(path!, pathOf(place));
  return evidence.every((place) => entries.some((entry) => covers(entry, place)))
    ? entries.find((entry) => covers(entry, evidence[0]))
    : undefined;
}

function pathOf(place: Evidence): string {
  if (place.at === 'file') return place.path;
  return place.at === 'instruction' ? place.file : `${place.document ?? 'config'}${place.pointer}`;
}

/** Names in the data that rules keep packages under: one, or several with commas between them. */
function packagesOf({ data }: Finding): Set<string> {
  const names = [data['package'], data['packages']].filter((value) => typeof value === 'string');
  return new Set(names.flatMap((value) => value.split(',').map((name) => name.trim())));
}

function clipped(rules: readonly string[]): string {
  return rules.length > 5 ? `${rules.slice(0, 5).join(', ')} and ${rules.length - 5} more rules` : rules.join(', ');
}
