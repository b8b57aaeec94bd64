/**
 * Compiles rulesets/data/secrets into src/facts/secrets/engine/patterns.generated.ts, so that a scan reads neither YAML
 * nor a schema. Each format is checked: its shape, its keywords, that its pattern cannot backtrack badly, and that its
 * own examples are found and left alone.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importTypeScript } from './rules.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = 'rulesets/data/secrets';
const generated = join(root, 'src/facts/secrets/engine/patterns.generated.ts');

/** Writes the generated module where it changed, and returns what is in it. Throws with the file and the format. */
export async function generateSecrets() {
  const compiled = await readSecrets();
  const text = source(compiled);
  const before = existsSync(generated) ? await readFile(generated, 'utf8') : undefined;
  if (before !== text) {
    const part = `${generated}.${process.pid}.part`;
    await writeFile(part, text);
    await rename(part, generated);
  }
  return compiled;
}

/** The formats of rulesets/data/secrets, checked, with their examples. */
export async function readSecrets() {
  // What compiles the formats checks them with the engine's own parts, which read the generated module.
  if (!existsSync(generated))
    await writeFile(generated, source({ formats: [], known: [], placeholders: [], plan: '' }));
  const author = 'src/facts/secrets/engine/author';
  const [{ compileFile, compileKnown, compilePlan }, { fileSchema, knownSchema }, { readYaml }] = await Promise.all(
    [`${author}/compile.ts`, `${author}/schema.ts`, 'src/rules/yaml.ts'].map(importTypeScript),
  );
  const formats = [];
  const examples = [];
  let known = { known: [], placeholders: [] };
  for (const name of readdirSync(join(root, folder)).sort()) {
    if (!name.endsWith('.yaml')) throw new Error(`${folder}/${name}: only .yaml files belong here`);
    const path = `${folder}/${name}`;
    const { value, fail } = readYaml(await readFile(join(root, path), 'utf8'), path);
    const { success, data, error } = (name === 'known.yaml' ? knownSchema : fileSchema).safeParse(value);
    if (!success) fail(error.issues[0].path, error.issues[0].message);
    if (name === 'known.yaml') {
      known = compileKnown(data);
      continue;
    }
    try {
      const file = compileFile(data);
      formats.push(...file.formats);
      examples.push(...file.examples);
    } catch (cause) {
      throw new Error(`${path}: ${cause.message}`, { cause });
    }
  }
  const seen = new Set();
  for (const { id } of formats) {
    if (seen.has(id)) throw new Error(`${folder}: the format ${id} is there twice; keep one`);
    seen.add(id);
  }
  return { formats, examples, ...known, plan: compilePlan(formats) };
}

function source({ formats, known, placeholders, plan }) {
  // Hundreds of formats share a few texts.
  const texts = [...new Set(formats.flatMap(({ rotate, name, end }) => [rotate, name, end]))].filter(Boolean);
  const short = (text) => (text === undefined ? undefined : texts.indexOf(text));
  const packed = formats.map((format) => ({
    ...format,
    rotate: short(format.rotate),
    name: short(format.name),
    end: short(format.end),
  }));
  const json = JSON.stringify({ texts, formats: packed, known, placeholders });
  return [
    '// Written by scripts/secrets.mjs from rulesets/data/secrets. Do not edit.',
    '',
    '/** Formats, public values and placeholder words as JSON: a string costs nothing until it is parsed. */',
    `export const text =\n  ${JSON.stringify(json)};`,
    '',
    '/** Windows of the keyword filter (author/plan.ts), base64. */',
    `export const plan =\n  '${plan}';`,
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { formats, known } = await generateSecrets();
    const providers = new Set(formats.map(({ provider }) => provider));
    console.log(`${formats.length} formats of ${providers.size} providers, ${known.length} public values`);
  } catch (error) {
    process.stderr.write(`secrets: ${error.message}\n`);
    process.exitCode = 1;
  }
}
