/**
 * GitLab's container scanning report (security report schemas, version 15.0.7): the vulnerability report and merge
 * request widget read it. It wants a package for each finding; the first place of the finding stands in for one, since
 * GitLab knows a finding again by image, package and rule.
 */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import type { RuleMetadata } from '../types/rule.ts';
import { countedSeverity } from '../types/severity.ts';
import type { Digest, RuleId } from '../types.ts';
import { countedFindings, uniquely } from './counted.ts';
import { instruction, placeName, placesByLayer, prose, sentence } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { markdownCode, markdownText } from './markdown/escape.ts';
import { imagePath } from './place.ts';
import { helpUrl, webUrl } from './rule-help.ts';
import { neutralise } from './text.ts';

const schemaVersion = '15.0.7';
const longestName = 255;
const longestSolution = 7000;
const placesNamed = 50;

type Rules = ReadonlyMap<RuleId, RuleMetadata>;

/** Suppressed findings are left out: the format cannot mark them. */
export function renderContainerScanning(
  reports: readonly ImageReport[],
  { all, rules = [] }: Pick<FormatOptions, 'all' | 'rules'>,
): string {
  const metadata: Rules = new Map(rules.map((rule) => [rule.id, rule]));
  const unique = uniquely();
  const version = reports[0]?.tool.version || '0';
  const tool = { id: 'tare', name: 'tare', version, vendor: { name: 'tare' } };
  // A report tells no time of day, so that the same image and rules give the same bytes: both are the day it was judged on.
  const time = `${reports[0]?.ruleset.asOf ?? '1970-01-01'}T00:00:00`;
  const messages = reports.flatMap(messagesOf);
  const document = {
    version: schemaVersion,
    scan: {
      analyzer: tool,
      scanner: tool,
      type: 'container_scanning',
      start_time: time,
      end_time: time,
      status: 'success',
      ...(messages.length > 0 ? { messages } : {}),
    },
    vulnerabilities: reports.flatMap((report) =>
      countedFindings(report, all)
        .filter(({ suppression }) => !suppression)
        .map((finding) => vulnerability(report, finding, metadata.get(finding.rule), unique)),
    ),
    remediations: [],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function messagesOf({ target, status }: ImageReport): object[] {
  return status.map(({ part, level, message }) => ({
    level: level === 'info' ? 'info' : 'warn',
    value: neutralise(`${target.name}: ${part}: ${prose(message)}`),
  }));
}

function vulnerability(
  report: ImageReport,
  finding: ReportFinding,
  rule: RuleMetadata | undefined,
  unique: (key: string) => string,
): object {
  const { target, distro } = report;
  const [first] = finding.evidence;
  const url = rule && helpUrl(rule);
  return {
    id: unique(`${finding.fingerprint}:${imagePath(target.name)}`),
    name: neutralise(prose(rule?.title ?? finding.rule)).slice(0, longestName),
    description: descriptionOf(finding, rule),
    severity: severityOf(finding),
    solution: neutralise(prose(finding.remediation)).slice(0, longestSolution),
    identifiers: [
      { type: 'tare_rule', name: finding.rule, value: finding.rule, ...(url ? { url } : {}) },
      { type: 'tare_fingerprint', name: finding.fingerprint, value: finding.fingerprint },
    ],
    ...linksOf(rule),
    details: detailsOf(report, finding),
    location: {
      image: imageReference(target.name, target.digest),
      operating_system: neutralise(distro ? `${distro.id}:${distro.versionId}`.replace(/:$/, '') : '') || 'unknown',
      dependency: { package: { name: neutralise(prose(placeName(first))) }, version: '' },
    },
  };
}

function severityOf(finding: ReportFinding): string {
  if (finding.outcome === 'unknown') return 'Unknown';
  const severity = countedSeverity(finding);
  return `${severity[0]!.toUpperCase()}${severity.slice(1)}`;
}

/** GitLab shows it as Markdown. */
function descriptionOf(finding: ReportFinding, rule: RuleMetadata | undefined): string {
  const why = rule ? `\n\n${markdownText(prose(rule.why))}` : '';
  return `${markdownText(sentence(finding.message))}${why}`;
}

function linksOf(rule: RuleMetadata | undefined): { links?: object[] } {
  const links = (rule?.references ?? []).flatMap(({ title, section, url: given }) => {
    const url = webUrl(given);
    return url ? [{ name: neutralise([title, section].filter(Boolean).join(', ')), url }] : [];
  });
  return links.length > 0 ? { links } : {};
}

/** Where it lies, layer by layer, with what made the layer. */
function detailsOf({ target }: ImageReport, finding: ReportFinding): object {
  let room = placesNamed;
  const items = placesByLayer(finding.evidence, target.layers).flatMap((group) => {
    const shown = group.evidence.slice(0, room);
    room -= shown.length;
    if (shown.length === 0) return [];
    const made = group.layer?.createdBy ? ` (${markdownCode(instruction(group.layer.createdBy))})` : '';
    const layer = group.index === undefined ? '' : `layer ${group.index}${made}: `;
    return [{ type: 'markdown', value: `${layer}${shown.map((one) => markdownCode(placeName(one))).join(', ')}` }];
  });
  return {
    places: { name: 'Where', type: 'list', items },
    gain: { name: 'Points that mending it brings', type: 'value', value: finding.gain },
    confidence: { name: 'Confidence', type: 'value', value: finding.confidence },
  };
}

/** Name and tag, which GitLab takes apart again; the digest where the name has neither. */
function imageReference(name: string, digest: Digest | undefined): string {
  const shown = neutralise(name).trim() || 'image';
  const tagged = shown.includes('@') || shown.lastIndexOf(':') > shown.lastIndexOf('/');
  return tagged || !digest ? shown : `${shown}@${digest}`;
}
