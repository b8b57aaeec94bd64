/** Judges facts by a ruleset. Pure: the same facts and ruleset give the same findings in the same order. */
import type { Facts } from '../types/facts.ts';
import type { Hit, Rule, RuleMetadata, Ruleset } from '../types/rule.ts';
import { compareSeverity } from '../types/severity.ts';
import { type Evidence, type Finding, RulesetError, type Severity, type StatusEntry, UsageError } from '../types.ts';
import { fingerprint } from './fingerprint.ts';
import { patternProblem } from './pattern.ts';
import { fillTemplate, placeholders } from './template.ts';

export interface JudgeOptions {
  /** Image patterns to trust beside the ruleset's own. */
  trusted?: readonly string[];
  /** Tests: a rule that breaks throws instead of becoming unknown. */
  strict?: boolean;
  /** Which kind of target is judged; rules for others are left out. Default `image`. */
  target?: 'image' | 'dockerfile';
}

/** Evidence kept in one finding; its data then says how much more there was (`moreEvidence`). */
const evidenceKept = 1000;

/**
 * Runs every rule. A rule that throws, or that a ruleset disables, is an unknown finding and a status entry; it never ends the scan.
 * Throws UsageError for a trusted pattern that is none.
 */
export function judge(
  facts: Facts,
  ruleset: Ruleset,
  options: JudgeOptions = {},
): { findings: Finding[]; status: StatusEntry[] } {
  const trusted = [...(ruleset.trusted ?? []), ...(options.trusted ?? [])];
  for (const pattern of trusted) {
    const problem = patternProblem(pattern);
    if (problem) throw new UsageError(`--trusted ${pattern}: ${problem}`);
  }
  const findings: Finding[] = [];
  const status: StatusEntry[] = [];
  for (const rule of ruleset.rules) {
    const { metadata } = rule;
    if (!metadata.on.includes(options.target ?? 'image')) continue;
    const disabledBy =
      ruleset.disabled && Object.hasOwn(ruleset.disabled, metadata.id) ? ruleset.disabled[metadata.id] : undefined;
    if (disabledBy !== undefined) {
      const reason = `the rule is disabled in ${disabledBy}`;
      findings.push(
        ...findingsOf(
          metadata,
          disabledHits(rule, reason, () => run(rule, facts, ruleset, trusted)),
        ),
      );
      status.push({ part: metadata.id, level: 'info', message: `${metadata.id} counts as unknown: ${reason}.` });
      continue;
    }
    try {
      findings.push(...findingsOf(metadata, run(rule, facts, ruleset, trusted)));
    } catch (error) {
      // A rule of the user's that asks for too much ends the run: its file is at fault, not the image.
      if (options.strict || error instanceof RulesetError) throw error;
      const reason = `the rule broke on this image (${error instanceof Error ? error.message : String(error)})`;
      findings.push(...findingsOf(metadata, [unjudged(metadata, reason)]));
      status.push({
        part: metadata.id,
        level: 'error',
        message: `${metadata.id} counts as unknown: ${reason}; please report it.`,
      });
    }
  }
  findings.sort((a, b) => compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint));
  return { findings, status };
}

/** The severity that a measured weight reads as; a measured finding never raises the score's cap. */
export function measuredSeverity(weight: number): Severity {
  if (weight >= 0.25) return 'medium';
  return weight >= 0.1 ? 'low' : 'info';
}

function run({ metadata, check }: Rule, facts: Facts, ruleset: Ruleset, trusted: readonly string[]): Hit[] {
  const data: Record<string, unknown> = {};
  for (const name of metadata.data) data[name] = ruleset.data[name];
  const { allowedSecrets = [] } = ruleset;
  return check(facts, { parameters: metadata.parameters, data, trusted, allowedSecrets });
}

/** Disabling a rule must not pay: what it would have found counts as unknown, no lighter than it was. */
function disabledHits({ metadata }: Rule, reason: string, judgeAnyway: () => Hit[]): Hit[] {
  const hidden = unjudged(metadata, reason);
  let hits: Hit[] = [];
  try {
    hits = judgeAnyway();
  } catch {
    return [hidden];
  }
  if (hits.length === 0) return [hidden];
  return hits.map(({ severity }) => {
    const heavier =
      severity !== undefined && metadata.severity !== 'measured' && compareSeverity(severity, metadata.severity) < 0;
    return heavier ? { ...hidden, severity } : hidden;
  });
}

function unjudged(metadata: RuleMetadata, reason: string): Hit {
  return {
    data: {},
    evidence: [{ at: 'config', pointer: '' }],
    unknown: reason,
    ...(metadata.severity === 'measured' && { weight: 1 }),
  };
}

function findingsOf(metadata: RuleMetadata, hits: readonly Hit[]): Finding[] {
  const made = hits.map((hit) => ({ hit, finding: findingOf(metadata, hit) }));
  const twins = new Map<string, number>();
  made.sort((a, b) => compare(a.finding.message, b.finding.message));
  const findings = made.map(({ hit, finding }) => {
    const count = twins.get(finding.fingerprint) ?? 0;
    twins.set(finding.fingerprint, count + 1);
    return count > 0
      ? { ...finding, fingerprint: fingerprint(metadata.id, finding.evidence, count, hit.about) }
      : finding;
  });
  return findings;
}

function findingOf(metadata: RuleMetadata, hit: Hit): Finding {
  const { severity, weight } = weigh(metadata, hit);
  const [first, ...rest] = hit.evidence;
  const kept: [Evidence, ...Evidence[]] = [first, ...rest.slice(0, evidenceKept - 1)];
  const data = { ...hit.data };
  if (hit.unknown !== undefined) data['reason'] = hit.unknown;
  if (hit.evidence.length > kept.length) data['moreEvidence'] = hit.evidence.length - kept.length;
  return {
    rule: metadata.id,
    category: metadata.category,
    outcome: hit.unknown === undefined ? 'fail' : 'unknown',
    severity,
    confidence: hit.confidence ?? metadata.confidence,
    ...(weight !== undefined && { weight }),
    message: messageOf(metadata, hit, data),
    remediation: fillTemplate(remediationOf(metadata, hit), data),
    data,
    evidence: kept,
    fingerprint: fingerprint(metadata.id, hit.evidence, 0, hit.about),
    ...(hit.suppression && { suppression: hit.suppression }),
    ...(metadata.own && { gateOnly: true as const }),
  };
}

function weigh(metadata: RuleMetadata, hit: Hit): { severity: Severity; weight?: number } {
  if (metadata.severity !== 'measured') return { severity: hit.severity ?? metadata.severity };
  if (hit.weight === undefined || !(hit.weight >= 0 && hit.weight <= 1))
    throw new Error('a measured rule gives a weight from 0 to 1');
  return { severity: measuredSeverity(hit.weight), weight: hit.weight };
}

function messageOf({ message, title }: RuleMetadata, hit: Hit, data: Record<string, string | number>): string {
  const template = hit.unknown === undefined ? variant(message, hit.variant) : unknownVariant(message, hit.variant);
  return fillTemplate(template ?? `Cannot tell: ${title}; {reason}`, data);
}

function remediationOf({ remediation }: RuleMetadata, hit: Hit): string {
  if (hit.unknown === undefined) return variant(remediation, hit.variant);
  const template = unknownVariant(remediation, hit.variant);
  if (template !== undefined) return template;
  return placeholders(remediation.default).length === 0
    ? remediation.default
    : 'Make the missing evidence readable and scan again.';
}

function variant(templates: RuleMetadata['message'], name: string | undefined): string {
  return name !== undefined && Object.hasOwn(templates, name) ? templates[name]! : templates.default;
}

/** An unknown hit takes its own variant, else `unknown`. */
function unknownVariant(templates: RuleMetadata['message'], name: string | undefined): string | undefined {
  for (const key of [name, 'unknown']) if (key !== undefined && Object.hasOwn(templates, key)) return templates[key];
  return undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
