/** The formats of rulesets/data/secrets with their examples, compiled as the build compiles them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileFile, type Examples } from '../../../../src/facts/secrets/engine/author/compile.ts';
import { type FormatFile, fileSchema } from '../../../../src/facts/secrets/engine/author/schema.ts';
import { fill, seeded } from '../../../../src/facts/secrets/engine/author/template.ts';
import type { RawMatch, SecretFormat } from '../../../../src/facts/secrets/engine/format.ts';
import { type ScannerOptions, SecretScanner } from '../../../../src/facts/secrets/engine/scanner.ts';
import { readYaml } from '../../../../src/rules/yaml.ts';

const folder = resolve(import.meta.dirname, '../../../../rulesets/data/secrets');

export const files: FormatFile[] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && name !== 'known.yaml')
  .sort()
  .map((name) => fileSchema.parse(readYaml(readFileSync(join(folder, name), 'utf8'), name).value));

const compiled = files.map(compileFile);
export const formats: SecretFormat[] = compiled.flatMap((file) => file.formats);
export const examples: (Examples & { format: SecretFormat })[] = compiled.flatMap((file) =>
  file.examples.map((entry, i) => ({ ...entry, format: file.formats[i]! })),
);

/** Fresh text of a template; the same for the same seed. */
export function fresh(template: string, seed: string): string {
  return fill(template, seeded(seed));
}

export function scan(text: string | Uint8Array, options?: ScannerOptions): RawMatch[] {
  return new SecretScanner(options).scan(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
}
