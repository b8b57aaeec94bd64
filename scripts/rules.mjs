/**
 * Compiles rulesets/ into src/rules/baseline.generated.ts: every rule and data file is read by the very parser
 * that reads users' rulesets, and each YAML must have its check and each check its YAML.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const generated = join(root, 'src/rules/baseline.generated.ts');

/** Writes the generated module where it changed, and returns what is in it. Throws with file, line and column. */
export async function generateRules() {
  const { rules, data, version } = await readBaseline();
  const text = source(rules, data, version);
  const before = existsSync(generated) ? await readFile(generated, 'utf8') : undefined;
  if (before !== text) {
    const part = `${generated}.${process.pid}.part`;
    await writeFile(part, text);
    await rename(part, generated);
  }
  return { rules, data, version };
}

/** The rules and data of rulesets/, checked. */
export async function readBaseline() {
  const { parseRule, parseData, parseProfile } = await importTypeScript('src/rules/parse.ts');
  const rules = [];
  for (const path of yamlFiles('rulesets/baseline')) {
    const rule = parseRule(await readFile(join(root, path), 'utf8'), path);
    if (path !== `rulesets/baseline/${rule.category}/${rule.id}.yaml`) {
      throw new Error(
        `${path}: it holds the rule ${rule.id} of ${rule.category}; move it to ${rule.category}/${rule.id}.yaml`,
      );
    }
    if (!existsSync(join(root, checkPath(rule)))) {
      throw new Error(`${path}: there is no ${checkPath(rule)} with its check; write it, or take the rule out`);
    }
    rules.push(rule);
  }
  rules.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const twin = rules.find((rule, i) => rules[i - 1]?.id === rule.id);
  if (twin) throw new Error(`the rule ${twin.id} is there in two categories; keep one`);
  const expected = new Set(rules.map(checkPath));
  for (const path of checkFiles()) {
    if (!expected.has(path))
      throw new Error(
        `${path}: there is no rulesets/baseline/${path.slice('src/rules/'.length, -3)}.yaml; write it, or take the check out`,
      );
  }
  const data = await readData(parseData);
  for (const rule of rules) {
    const missing = rule.data.find((name) => !Object.hasOwn(data, name));
    if (missing)
      throw new Error(
        `rulesets/baseline/${rule.category}/${rule.id}.yaml: there is no rulesets/data/${missing}.yaml; correct the name`,
      );
  }
  // What judges has a version; a profile moves the gate alone, and two reports stay comparable when one is edited.
  const version = digest(JSON.stringify({ rules, data }));
  return { rules, data: { ...data, profiles: await readProfiles(rules, parseProfile) }, version };
}

/** Bundles a module of src/ and imports it, so that scripts run on a Node that knows no TypeScript. */
export async function importTypeScript(path) {
  const { build } = await import('esbuild');
  const name = `${path.replace(/[^a-z0-9]+/gi, '-')}.${process.pid}.${++imports}.mjs`;
  const outfile = join(root, 'build', name);
  await mkdir(dirname(outfile), { recursive: true });
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [path],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}
let imports = 0;

async function readData(parseData) {
  const data = {};
  for (const path of yamlFiles('rulesets/data')) {
    if (dirname(path) !== 'rulesets/data') continue;
    const name = basename(path, '.yaml');
    data[name] = parseData(name, await readFile(join(root, path), 'utf8'), path);
  }
  return data;
}

/** rulesets/<profile>.yaml, by name: what each asks of the gate. */
async function readProfiles(rules, parseProfile) {
  const ids = new Set(rules.map(({ id }) => id));
  const profiles = {};
  for (const path of yamlFiles('rulesets')) {
    if (dirname(path) !== 'rulesets') continue;
    const profile = parseProfile(await readFile(join(root, path), 'utf8'), path);
    if (path !== `rulesets/${profile.name}.yaml`) throw new Error(`${path}: it holds the profile ${profile.name}`);
    const stranger = Object.keys(profile.gate.rules ?? {}).find((id) => !ids.has(id));
    if (stranger) throw new Error(`${path}: there is no rule ${stranger}; correct the name`);
    profiles[profile.name] = profile;
  }
  return profiles;
}

function source(rules, data, version) {
  const names = rules.map((rule, i) => [rule, `c${i}`]);
  return [
    '// Written by scripts/rules.mjs from rulesets/. Do not edit.',
    "import type { Check } from '../types/rule.ts';",
    ...names.map(([rule, name]) => `import { check as ${name} } from './${rule.category}/${rule.id}.ts';`),
    '',
    '/** The check of each rule, by id. */',
    'export const checks: Readonly<Record<string, Check>> = {',
    ...names.map(([rule, name]) => `  '${rule.id}': ${name},`),
    '};',
    '',
    '/** First 12 hex digits of a sha256 over metadata and data. */',
    `export const version = '${version}';`,
    '',
    '/** Metadata and data as JSON: a string costs nothing until it is parsed. */',
    `export const text =\n  ${JSON.stringify(JSON.stringify({ rules, data }))};`,
    '',
  ].join('\n');
}

function checkPath(rule) {
  return `src/rules/${rule.category}/${rule.id}.ts`;
}

/** A folder in src/rules is a category. */
function checkFiles() {
  const folders = readdirSync(join(root, 'src/rules'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) =>
    readdirSync(join(root, 'src/rules', name))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `src/rules/${name}/${file}`),
  );
}

function yamlFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true }).map((name) => name.replaceAll('\\', '/'));
  const odd = names.find((name) => name.endsWith('.yml'));
  if (odd) throw new Error(`${folder}/${odd}: name it .yaml`);
  return names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { rules, data, version } = await generateRules();
    console.log(`${rules.length} rules and ${Object.keys(data).length} data files, baseline ${version}`);
  } catch (error) {
    process.stderr.write(`rules: ${error.message}\n`);
    process.exitCode = 1;
  }
}
