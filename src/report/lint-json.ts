/** The JSON of a lint: schema/lint.schema.json describes it. */
import type { DockerfileReport } from '../types/report.ts';

/** One report as itself; several, or the reports of a folder, as one document with `reports[]`. */
export function renderLintJson(reports: readonly DockerfileReport[], several: boolean): string {
  const [first] = reports;
  if (!first) throw new RangeError('a JSON document needs at least one report');
  const document = !several && reports.length === 1 ? first : { schemaVersion: 1, tool: first.tool, reports };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
