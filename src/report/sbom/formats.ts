/** The formats of a bill of materials by name. Each is loaded when it is asked for. */
import type { SbomInput } from '../../types/sbom.ts';

/** One image's bill as a document that ends in a newline. */
export type SbomFormatter = (input: SbomInput, options: { colour: boolean; width: number }) => string;

const formats: Record<string, () => Promise<SbomFormatter>> = {
  table: async () => (await import('./table.ts')).renderSbomTable,
  'cyclonedx-json': async () => (await import('./cyclonedx.ts')).renderCycloneDx,
  'spdx-json': async () => (await import('./spdx.ts')).renderSpdx,
};

/** Names for `--format`, in the order of the help text. */
export const sbomFormatNames: readonly string[] = Object.keys(formats);

/** The formatter of a name in the list above. */
export async function sbomFormatter(name: string): Promise<SbomFormatter> {
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!load) throw new RangeError(`no format of a bill of materials is called ${name}`);
  return load();
}
