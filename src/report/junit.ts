/**
 * JUnit XML as Jenkins and GitLab read it (Jenkins xUnit plugin, junit-10.xsd). A suite for each image: the gate, then
 * a test for each rule. A test fails where the gate does; what is found below the gate is skipped with its message, so
 * that the verdict here and the exit code are the same.
 */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import type { RuleMetadata } from '../types/rule.ts';
import { compareSeverity, countedSeverity } from '../types/severity.ts';
import { countedFindings, groupedBy } from './counted.ts';
import { placeName, platformName, points, prose } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { element, xmlDocument } from './xml.ts';

const placesNamed = 20;

interface Suite {
  text: string;
  tests: number;
  failures: number;
}

/** With the rules' metadata, rules that found nothing are tests that passed. */
export function renderJunit(
  reports: readonly ImageReport[],
  { all, rules }: Pick<FormatOptions, 'all' | 'rules'>,
): string {
  const suites = reports.map((report) => suiteOf(report, countedFindings(report, all), rules ?? []));
  const tests = suites.reduce((sum, suite) => sum + suite.tests, 0);
  const failures = suites.reduce((sum, suite) => sum + suite.failures, 0);
  return xmlDocument(
    element(
      'testsuites',
      { name: 'tare', tests, failures, errors: 0 },
      suites.map(({ text }) => text),
    ),
  );
}

function suiteOf(report: ImageReport, findings: readonly ReportFinding[], rules: readonly RuleMetadata[]): Suite {
  const { target, score, gate, tool, ruleset } = report;
  const byRule = groupedBy(findings, ({ rule }) => rule);
  const kind = target.kind === 'dockerfile' ? 'dockerfile' : 'image';
  // A rule whose findings are not told has not passed either.
  const found = new Set(report.findings.map(({ rule }) => rule));
  const passed = rules.filter(({ id, on }) => !found.has(id) && on.includes(kind));
  const reaching = new Set(gate.failing);
  const cases = [
    caseOf('tare', 'gate', gate.passed ? [] : [element('failure', { type: 'gate', message: prose(gate.reason) }, '')]),
    ...[...byRule.values()].map((told) => ruleCase(told, reaching)),
    ...passed.map(({ id, category }) => caseOf(`tare.${category}`, id, [])),
  ];
  const failures = cases.filter((one) => one.includes('<failure')).length;
  const skipped = cases.filter((one) => one.includes('<skipped')).length;
  const properties = Object.entries({
    version: tool.version,
    ruleset: `${ruleset.name} (${ruleset.version}) as of ${ruleset.asOf}`,
    digest: target.digest,
    platform: target.platform && platformName(target.platform),
    score: points(score.value),
    ceiling: points(score.ceiling),
    grade: score.grade,
  }).flatMap(([name, value]) => (value === undefined ? [] : [element('property', { name, value })]));
  const platform = target.platform ? ` (${platformName(target.platform)})` : '';
  const text = element(
    'testsuite',
    { name: `${target.name}${platform}`, tests: cases.length, failures, errors: 0, skipped },
    [element('properties', {}, properties), ...cases],
  );
  return { text, tests: cases.length, failures };
}

function caseOf(classname: string, name: string, content: readonly string[]): string {
  return element('testcase', { classname, name }, content);
}

function ruleCase(found: readonly ReportFinding[], reaching: ReadonlySet<string>): string {
  const [first] = found.toSorted((a, b) => compareSeverity(countedSeverity(a), countedSeverity(b)));
  const failing = found.filter(({ fingerprint }) => reaching.has(fingerprint));
  const told = failing.length > 0 ? failing : found;
  const more = found.length - 1;
  const message = `${prose(told[0]!.message)}${more > 0 ? ` (and ${more} more)` : ''}`;
  const text = found.map(detailsOf).join('\n\n');
  const result = element(failing.length > 0 ? 'failure' : 'skipped', { type: kindOf(told[0]!), message }, text);
  return caseOf(`tare.${first!.category}`, first!.rule, [result]);
}

function kindOf(finding: ReportFinding): string {
  if (finding.suppression) return 'suppressed';
  return finding.outcome === 'unknown' ? 'unknown' : countedSeverity(finding);
}

/** The only line breaks are those between these lines: all else is one line each. */
function detailsOf(finding: ReportFinding): string {
  const { suppression, evidence } = finding;
  const places = [
    ...new Set(evidence.map((one) => `at ${one.at === 'file' ? `layer ${one.layer} ` : ''}${prose(placeName(one))}`)),
  ];
  const more = places.length - placesNamed;
  return [
    `${countedSeverity(finding)}: ${prose(finding.message)}`,
    ...(suppression ? [`suppressed: ${prose(suppression.reason)}`] : []),
    ...places.slice(0, placesNamed),
    ...(more > 0 ? [`at ${more} more places`] : []),
    `${finding.outcome === 'unknown' ? 'to know' : 'fix'}: ${prose(finding.remediation)}`,
  ].join('\n');
}
