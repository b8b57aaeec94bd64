/** One finding as a SARIF result (section 3.27). */
import type { ImageReport, ReportFinding } from '../../types/report.ts';
import { countedSeverity } from '../../types/severity.ts';
import type { Evidence, Fix, Range } from '../../types.ts';
import { groupedBy } from '../counted.ts';
import { count, instruction, placeNames, placesByLayer, prose, sentence } from '../format.ts';
import { mainEvidence, type Place, pathUri, placeOf, repositoryPath } from '../place.ts';
import { cut, neutralise } from '../text.ts';
import { sarifLevel } from './rules.ts';

const layersNamed = 3;
const placesNamed = 5;

export function sarifResult(report: ImageReport, finding: ReportFinding, ruleIndex: number): object {
  const { suppression, fix } = finding;
  const main = mainEvidence(finding);
  const evidence = [main, ...finding.evidence.filter((one) => one !== main)];
  return {
    ruleId: finding.rule,
    ruleIndex,
    ...certainty(finding),
    message: { text: messageOf(report, finding) },
    locations: evidence.map((one) => locationOf(report, one)),
    partialFingerprints: fingerprints(finding, main),
    ...(suppression
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: neutralise(prose(suppression.reason)) || 'no reason given',
              ...(suppression.expires ? { properties: { expires: suppression.expires } } : {}),
            },
          ],
        }
      : {}),
    ...(fix ? { fixes: [fixOf(fix)] } : {}),
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      category: finding.category,
      outcome: finding.outcome,
      gain: finding.gain,
      fingerprint: finding.fingerprint,
    },
  };
}

/**
 * `open`: the rule could not tell. `review`: it may be a fault (low confidence). Neither may have a level (section 3.27.10).
 */
function certainty(finding: ReportFinding): { kind?: string; level: string } {
  if (finding.outcome === 'unknown') return { kind: 'open', level: 'none' };
  if (finding.confidence === 'low') return { kind: 'review', level: 'none' };
  return { level: sarifLevel(countedSeverity(finding)) };
}

/**
 * GitHub knows an alert again by `primaryLocationLineHash`. For a line of a file in the repository its upload action
 * works the hash out itself and warns of any other; a file of an image is not there for it to read.
 */
function fingerprints({ fingerprint }: ReportFinding, main: Evidence): object {
  return {
    ...(main.at === 'instruction' ? {} : { primaryLocationLineHash: `${fingerprint}:1` }),
    'tare/v1': fingerprint,
  };
}

/** What is wrong, where, and what to change: one paragraph, since GitHub shows no more beside a line. */
function messageOf(report: ImageReport, finding: ReportFinding): string {
  const places = finding.evidence.some((one) => one.at === 'file') ? ` ${placesOf(report, finding)}` : '';
  const text = `${sentence(finding.message)}${places} ${sentence(finding.remediation)}`;
  // `[text](target)` is a link in a message (section 3.11.6), and a message quotes what an image says.
  return neutralise(text).replaceAll('](', '] (').trim() || finding.rule;
}

function placesOf({ target }: ImageReport, { evidence }: ReportFinding): string {
  const groups = placesByLayer(evidence, target.layers).filter(({ index }) => index !== undefined);
  const parts = groups.slice(0, layersNamed).map((group) => {
    const names = placeNames(group.evidence).map(({ place }) => place);
    const more = names.length - placesNamed;
    const list = `${names.slice(0, placesNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const made = group.layer?.createdBy ? ` (${cut(instruction(group.layer.createdBy), 120)})` : '';
    return `layer ${group.index}${made}: ${list}`;
  });
  const more = groups.length - parts.length;
  return sentence(`In ${parts.join('; ')}${more > 0 ? `; in ${count(more, 'other layer')} too` : ''}`);
}

function locationOf(report: ImageReport, evidence: Evidence): object {
  const place = placeOf(report, evidence);
  return {
    physicalLocation: { artifactLocation: { uri: pathUri(place.path) }, region: regionOf(place) },
    ...(evidence.at === 'instruction' ? {} : { logicalLocations: [logicalLocation(report, evidence)] }),
    ...(evidence.note ? { message: { text: neutralise(prose(evidence.note)) || 'noted' } } : {}),
  };
}

/** All four numbers, since GitHub's documentation calls them required: an empty region stands before its column. */
function regionOf({ line, column = 1, endLine = line, endColumn = column }: Place): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** A layer by its place among the run's logical locations; a value of a document by its pointer. */
function logicalLocation({ target }: ImageReport, evidence: Exclude<Evidence, { at: 'instruction' }>): object {
  const image = neutralise(target.name) || 'image';
  if (evidence.at === 'file') {
    const position = target.layers.findIndex(({ index }) => index === evidence.layer);
    const name = `${image}/layer ${evidence.layer}`;
    return position < 0
      ? { fullyQualifiedName: name, kind: 'layer' }
      : { index: position + 1, fullyQualifiedName: name };
  }
  const document = evidence.document ?? 'config';
  return { fullyQualifiedName: `${image}/${document}${neutralise(evidence.pointer)}`, kind: 'property' };
}

function fixOf({ description, unsafe, edits }: Fix): object {
  const files = groupedBy(edits, ({ file }) => file);
  return {
    description: { text: neutralise(prose(description)) || 'Mends it' },
    artifactChanges: [...files].map(([file, changes]) => ({
      artifactLocation: { uri: pathUri(repositoryPath(file)) },
      replacements: changes.map(({ range, text }) => ({
        deletedRegion: wholeRange(range),
        insertedContent: { text: text.toWellFormed() },
      })),
    })),
    ...(unsafe ? { properties: { unsafe } } : {}),
  };
}

function wholeRange({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
