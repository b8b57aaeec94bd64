/** The formats by name. Each is loaded when it is asked for. */
import type { ImageReport } from '../types/report.ts';
import type { RuleMetadata } from '../types/rule.ts';
import { UsageError } from '../types.ts';

export interface FormatOptions {
  /** Escape sequences for colour; only where the output is a terminal. */
  colour: boolean;
  /** Columns of the output. */
  width: number;
  /** Show findings of low confidence, and every place of a finding. */
  all?: boolean;
  /** The table says below each finding why its rule asks, and where to read on; it needs `rules`. */
  explain?: boolean;
  /** The run was asked for more than one target: JSON is a set even where only one of them could be graded. */
  several?: boolean;
  /** Metadata of the rules that judged: help texts, references, and what passed. Absent: findings speak for themselves. */
  rules?: readonly RuleMetadata[];
  /** What `template` fills: the file's name, which decides how values are escaped, and its text. */
  template?: { name: string; text: string };
}

/**
 * Turns the reports of one run into one document that ends in a newline. Filters nothing that counts, and rescores nothing.
 * The same reports and options give the same bytes. Only `template` throws: UsageError for a template that makes no sense.
 */
export type Formatter = (reports: readonly ImageReport[], options: FormatOptions) => string;

const formats: Record<string, () => Promise<Formatter>> = {
  table: async () => (await import('./table.ts')).renderTables,
  json: async () => (await import('./json.ts')).renderJson,
  sarif: async () => (await import('./sarif.ts')).renderSarif,
  junit: async () => (await import('./junit.ts')).renderJunit,
  'gitlab-codequality': async () => (await import('./gitlab-codequality.ts')).renderCodeQuality,
  'gitlab-container-scanning': async () => (await import('./gitlab-container-scanning.ts')).renderContainerScanning,
  github: async () => (await import('./github.ts')).renderAnnotations,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  checkstyle: async () => (await import('./checkstyle.ts')).renderCheckstyle,
  html: async () => (await import('./html.ts')).renderHtml,
  template: async () => (await import('./template.ts')).renderTemplate,
};

/** Names for `--format`, in the order of the help text. */
export const formatNames: readonly string[] = Object.keys(formats);

/** The formatter of that name; UsageError for a name that is none. */
export async function formatter(name: string): Promise<Formatter> {
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!load) throw new UsageError(`There is no format "${name}": use one of ${formatNames.join(', ')}.`);
  return load();
}
