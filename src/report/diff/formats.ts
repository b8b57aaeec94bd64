/** The formats of a comparison by name. */
import type { ImageDiff } from '../../types/diff.ts';

/** One comparison as a document that ends in a newline. */
export type DiffFormatter = (diff: ImageDiff, options: { colour: boolean; width: number; all?: boolean }) => string;

const formats: Record<string, () => Promise<DiffFormatter>> = {
  table: async () => (await import('./table.ts')).renderDiffTable,
  json: async () => (await import('./json.ts')).renderDiffJson,
};

/** Names for `--format`. */
export const diffFormatNames: readonly string[] = Object.keys(formats);

/** The formatter of a name in the list above. */
export async function diffFormatter(name: string): Promise<DiffFormatter> {
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!load) throw new RangeError(`no format of a comparison is called ${name}`);
  return load();
}
