/**
 * SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), in the part of it that GitHub code scanning reads.
 * Each image is a run of its own: it has its own layers, score and notes, and GitHub closes an image's alerts by the
 * next run of the same category, whichever other images were scanned along.
 */
import type { ImageReport } from '../types/report.ts';
import type { StatusEntry } from '../types.ts';
import { uniquely } from './counted.ts';
import { platformName, prose } from './format.ts';
import type { FormatOptions } from './formats.ts';
import { imagePath } from './place.ts';
import { sarifResult } from './sarif/results.ts';
import { sarifRules } from './sarif/rules.ts';
import { neutralise } from './text.ts';

const schemaUri = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Every finding is in it: one that is not certain has a kind that says so, and no level. */
export function renderSarif(reports: readonly ImageReport[], { rules = [] }: Pick<FormatOptions, 'rules'>): string {
  const categories = categoriesOf(reports);
  const metadata = new Map(rules.map((rule) => [rule.id, rule]));
  const runs = reports.map((report, i) => {
    const { descriptors, indexOf, taxonomies } = sarifRules(report.findings, metadata);
    const { name, version } = report.tool;
    return {
      tool: {
        driver: {
          name,
          version,
          ...(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/.test(version) ? { semanticVersion: version } : {}),
          rules: descriptors,
          ...(taxonomies.length > 0
            ? { supportedTaxonomies: taxonomies.map((taxonomy, index) => ({ name: taxonomy.name, index })) }
            : {}),
        },
      },
      automationDetails: {
        id: categories[i]!,
        description: { text: `Hardening of the image ${neutralise(report.target.name)}` },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [invocation(report)],
      logicalLocations: logicalLocations(report),
      ...(taxonomies.length > 0 ? { taxonomies } : {}),
      results: report.findings.map((finding) => sarifResult(report, finding, indexOf.get(finding.rule)!)),
      properties: summary(report),
    };
  });
  return `${JSON.stringify({ $schema: schemaUri, version: '2.1.0', runs }, null, 2)}\n`;
}

/**
 * GitHub takes what stands before the last slash as the category, and refuses two runs of one category in a file.
 * Tags are left out, so that the next build of an image follows up on this one; platforms are told apart where there are several.
 */
function categoriesOf(reports: readonly ImageReport[]): string[] {
  const paths = reports.map(({ target }) => imagePath(target.name));
  const count = new Map<string, number>();
  for (const path of paths) count.set(path, (count.get(path) ?? 0) + 1);
  const unique = uniquely();
  return reports.map(({ target }, i) => {
    const path = paths[i]!;
    const platform = target.platform && count.get(path)! > 1 ? `/${neutralise(platformName(target.platform))}` : '';
    return `${unique(`tare/${path}${platform}`)}/`;
  });
}

function invocation({ status }: ImageReport): object {
  return {
    executionSuccessful: !status.some(({ level }) => level === 'error'),
    ...(status.length > 0 ? { toolExecutionNotifications: status.map(notification) } : {}),
  };
}

function notification({ part, level, message, layer }: StatusEntry): object {
  return {
    descriptor: { id: neutralise(part) || 'scan' },
    level: level === 'info' ? 'note' : level,
    message: { text: neutralise(prose(message)) || 'no message' },
    ...(layer === undefined ? {} : { properties: { layer } }),
  };
}

/** The image, then its layers: results refer to them by index. */
function logicalLocations({ target }: ImageReport): object[] {
  const image = neutralise(target.name) || 'image';
  return [
    { name: image, fullyQualifiedName: image, kind: 'image' },
    ...target.layers.map(({ index, digest, diffID, size, storedSize, createdBy }) => ({
      name: `layer ${index}`,
      fullyQualifiedName: `${image}/layer ${index}`,
      kind: 'layer',
      parentIndex: 0,
      properties: {
        digest,
        diffID,
        size,
        storedSize,
        ...(createdBy === undefined ? {} : { createdBy: neutralise(createdBy) }),
      },
    })),
  ];
}

function summary({ target, ruleset, distro, score, gate }: ImageReport): object {
  return {
    target: {
      name: neutralise(target.name),
      kind: target.kind,
      ...(target.digest ? { digest: target.digest } : {}),
      ...(target.platform ? { platform: neutralise(platformName(target.platform)) } : {}),
    },
    ...(distro ? { distro: neutralise(distro.prettyName || distro.id) } : {}),
    ruleset: { name: neutralise(ruleset.name), version: ruleset.version, asOf: ruleset.asOf },
    score: { value: score.value, ceiling: score.ceiling, grade: score.grade },
    gate: { passed: gate.passed, reason: neutralise(prose(gate.reason)) },
  };
}
