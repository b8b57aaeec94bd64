/** The entries as YAML, one for each platform of the target. @throws Error one sentence. */
export function baseEntries(
  name: string,
  target: string,
  options: { line: string; layers?: number; platform?: string; source?: string },
): Promise<string>;
