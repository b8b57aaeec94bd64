/** Rules as SARIF reporting descriptors (section 3.49), and the guidance they serve as taxonomies (section 3.19.3). */
import type { ReportFinding } from '../../types/report.ts';
import type { RuleMetadata } from '../../types/rule.ts';
import { compareSeverity, countedSeverity } from '../../types/severity.ts';
import type { Confidence, RuleId, Severity } from '../../types.ts';
import { groupedBy } from '../counted.ts';
import { helpUrl, ruleHelpMarkdown, ruleHelpText } from '../rule-help.ts';
import { neutralise } from '../text.ts';

export interface SarifTaxonomy {
  name: string;
  taxa: { id: string }[];
}

/** The rules that these findings name, in the order of their ids. */
export function sarifRules(
  findings: readonly ReportFinding[],
  metadata: ReadonlyMap<RuleId, RuleMetadata>,
): { descriptors: object[]; indexOf: Map<RuleId, number>; taxonomies: SarifTaxonomy[] } {
  const byRule = groupedBy(findings, ({ rule }) => rule);
  const ids = [...byRule.keys()].sort();
  const known = ids.flatMap((id) => metadata.get(id) ?? []);
  const taxonomies = taxonomiesOf(known);
  return {
    descriptors: ids.map((id) => descriptor(id, byRule.get(id)!, metadata.get(id), taxonomies)),
    indexOf: new Map(ids.map((id, index) => [id, index])),
    taxonomies,
  };
}

export function sarifLevel(severity: Severity): 'error' | 'warning' | 'note' {
  if (severity === 'critical' || severity === 'high') return 'error';
  return severity === 'medium' ? 'warning' : 'note';
}

/** GitHub reads above 9.0 as critical, from 7.0 as high, from 4.0 as medium, above 0 as low. */
const securitySeverity: Record<Severity, string | undefined> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: undefined,
};

const problemSeverity = { error: 'error', warning: 'warning', note: 'recommendation' } as const;

function descriptor(
  id: RuleId,
  findings: readonly ReportFinding[],
  rule: RuleMetadata | undefined,
  taxonomies: readonly SarifTaxonomy[],
): object {
  const { category } = findings[0]!;
  const severity = severityOf(findings, rule);
  const level = sarifLevel(rule && rule.severity !== 'measured' ? rule.severity : severity);
  const security = category === 'hygiene' ? undefined : securitySeverity[severity];
  const url = rule && helpUrl(rule);
  const relationships = rule ? relationshipsOf(rule, taxonomies) : [];
  return {
    id,
    name: id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: neutralise(rule?.title || id) },
    ...(rule
      ? {
          fullDescription: { text: neutralise(rule.why) || id },
          help: { text: ruleHelpText(rule), markdown: ruleHelpMarkdown(rule) },
        }
      : {}),
    ...(url ? { helpUri: url } : {}),
    defaultConfiguration: { level },
    ...(relationships.length > 0 ? { relationships } : {}),
    properties: {
      tags: [...(category === 'hygiene' ? ['maintainability'] : ['security']), 'container', category],
      precision: precisionOf(rule?.confidence ?? 'high'),
      'problem.severity': problemSeverity[level],
      ...(security ? { 'security-severity': security } : {}),
    },
  };
}

/** GitHub has one severity for all alerts of a rule: the heaviest that was found counts, so that none looks lighter than it is. */
function severityOf(findings: readonly ReportFinding[], rule: RuleMetadata | undefined): Severity {
  const certain = findings.filter(({ outcome, confidence }) => outcome === 'fail' && confidence !== 'low');
  const found = (certain.length > 0 ? certain : findings).map(countedSeverity);
  if (certain.length === 0 && rule && rule.severity !== 'measured') return rule.severity;
  return found.sort(compareSeverity)[0]!;
}

function precisionOf(confidence: Confidence): string {
  return confidence === 'high' ? 'very-high' : confidence === 'medium' ? 'high' : 'medium';
}

function taxonomiesOf(rules: readonly RuleMetadata[]): SarifTaxonomy[] {
  const sections = new Map<string, Set<string>>();
  for (const { title, section } of rules.flatMap(({ references }) => references)) {
    if (section) sections.set(title, (sections.get(title) ?? new Set()).add(section));
  }
  return [...sections]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, ids]) => ({ name: neutralise(title), taxa: [...ids].sort().map((id) => ({ id: neutralise(id) })) }));
}

function relationshipsOf({ references }: RuleMetadata, taxonomies: readonly SarifTaxonomy[]): object[] {
  return references.flatMap(({ title, section }) => {
    if (!section) return [];
    const index = taxonomies.findIndex(({ name }) => name === neutralise(title));
    const id = neutralise(section);
    const target = {
      id,
      index: taxonomies[index]!.taxa.findIndex((taxon) => taxon.id === id),
      toolComponent: { name: taxonomies[index]!.name, index },
    };
    return [{ target, kinds: ['relevant'] }];
  });
}
