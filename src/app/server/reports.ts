/** Stored reports in the formats of the command line. */

import { platformName } from '../../report/format.ts';
import { formatNames, formatter } from '../../report/formats.ts';
import { htmlPolicy } from '../../report/html.ts';
import { loadRuleset } from '../../rules/load.ts';
import type { ImageReport } from '../../types/report.ts';
import type { RuleMetadata } from '../../types/rule.ts';
import type { Digest } from '../../types.ts';
import { Problem } from './problem.ts';
import type { Query } from './store/database.ts';
import { scansOfDigest } from './store/scan-list.ts';
import { reportsOf } from './store/scans.ts';

/** A template is a file of whoever runs the command line. */
export const reportFormats = formatNames.filter((name) => name !== 'template') as [string, ...string[]];

const types: Record<string, string> = {
  json: 'application/json',
  sarif: 'application/sarif+json',
  'gitlab-codequality': 'application/json',
  'gitlab-container-scanning': 'application/json',
  junit: 'application/xml',
  checkstyle: 'application/xml',
  html: 'text/html',
  markdown: 'text/markdown',
};

/** A document as it is sent. */
export interface Written {
  type: string;
  body: string;
  /** The page has one script, by its hash. */
  policy?: string;
}

/** The reports of the grading that stands for a digest. @throws Problem where there is none, or none of that platform. */
export async function reportsOfDigest(
  query: Query,
  digest: Digest,
  judge: string,
  platform?: string,
): Promise<ImageReport[]> {
  const [best] = await scansOfDigest(query, digest, judge);
  if (!best) throw new Problem(404, `Nothing is known of ${digest}`);
  if (best.state === 'failed')
    throw new Problem(404, `${digest} could not be graded: ${best.reason ?? 'no reason is on record'}`);
  if (best.state !== 'done') throw new Problem(404, `${digest} is not graded yet; it is ${best.state}`);
  const reports = await reportsOf(query, best.id);
  const wanted = reports.filter(
    ({ target }) => platform === undefined || (target.platform && platformName(target.platform) === platform),
  );
  if (wanted.length === 0)
    throw new Problem(
      404,
      platform === undefined ? 'There is no report of it' : `There is no platform ${platform} of it`,
    );
  return wanted;
}

export async function written(reports: readonly ImageReport[], format: string): Promise<Written> {
  const write = await formatter(format);
  const body = write(reports, { colour: false, width: 120, rules: await rules() });
  const type = `${types[format] ?? 'text/plain'}; charset=utf-8`;
  return { type, body, ...(format === 'html' && { policy: `${htmlPolicy()}; frame-ancestors 'none'` }) };
}

let known: Promise<RuleMetadata[]> | undefined;

/** Of the baseline; findings of other rules speak for themselves. */
function rules(): Promise<RuleMetadata[]> {
  known ??= loadRuleset([]).then((ruleset) => ruleset.rules.map((rule) => rule.metadata));
  return known;
}
