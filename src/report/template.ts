/**
 * A user's own format (docs/formats.md, "Your own template"). The language has values, conditions, loops and a fixed
 * set of filters, and no way to call, assign or reach anything but the report: a template cannot run code.
 */
import type { ImageReport } from '../types/report.ts';
import { UsageError } from '../types.ts';
import type { FormatOptions } from './formats.ts';
import { escapeFor } from './template/escape.ts';
import { fill } from './template/fill.ts';
import { parseTemplate } from './template/parse.ts';

/**
 * Values are escaped for the kind of file that the template's name says it makes: .html, .xml, .md, .json, .csv, or text.
 * @throws UsageError with file, line and column.
 */
export function renderTemplate(
  reports: readonly ImageReport[],
  { template, all = false }: Pick<FormatOptions, 'template' | 'all'>,
): string {
  if (!template) throw new UsageError('the format template needs a file to fill: give --template FILE');
  const nodes = parseTemplate(template.text, template.name);
  const tool = reports[0]?.tool;
  const text = fill(nodes, { schemaVersion: 1, tool, reports, all }, template.name, escapeFor(template.name));
  return text.endsWith('\n') ? text : `${text}\n`;
}
