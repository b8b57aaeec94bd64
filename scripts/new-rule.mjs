/**
 * Begins a rule: its metadata, its check, an ok and an ng case. `npm run new-rule ID -- --category CATEGORY`.
 * The ng case fails until the check finds the fault, so that a begun rule cannot be forgotten.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const categories = [
  'minimal-base',
  'unnecessary-software',
  'least-privilege',
  'secrets-and-data',
  'trusted-source',
  'immutability',
  'hygiene',
];
const severities = ['critical', 'high', 'medium', 'low', 'info'];
const usage = 'npm run new-rule ID -- --category CATEGORY [--severity SEVERITY]';

/** Writes the files of a new rule and returns their paths. Throws where the id is no id, is taken, or a file is there already. */
export async function newRule(id, category, severity = 'medium') {
  if (!id) throw new Error(`give the rule an id: ${usage}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 64) {
    throw new Error(
      `${id} is no rule id; name the fault in words of a-z and 0-9 joined by hyphens, such as shell-present`,
    );
  }
  if (!category) throw new Error(`give the rule a category, one of ${categories.join(', ')}: ${usage}`);
  if (!categories.includes(category))
    throw new Error(`${category} is no category; use one of ${categories.join(', ')}`);
  if (!severities.includes(severity))
    throw new Error(`${severity} is no severity; use one of ${severities.join(', ')}`);
  const owner = categoryOf(id);
  if (owner) throw new Error(`the rule ${id} is there already, in ${owner}`);
  const files = {
    [`rulesets/baseline/${category}/${id}.yaml`]: metadata(id, category, severity),
    [`src/rules/${category}/${id}.ts`]: check,
    [`test/rules/${category}/${id}/ok.yaml`]: okCase,
    [`test/rules/${category}/${id}/ng.yaml`]: ngCase(id, severity),
  };
  const taken = Object.keys(files).find((path) => existsSync(join(root, path)));
  if (taken) throw new Error(`${taken} is there already; remove it, or choose another id`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: 'wx' });
  }
  return Object.keys(files);
}

function categoryOf(id) {
  const folder = join(root, 'rulesets/baseline');
  return existsSync(folder)
    ? readdirSync(folder).find((name) => existsSync(join(folder, name, `${id}.yaml`)))
    : undefined;
}

function metadata(id, category, severity) {
  return `id: ${id}
title: Say the fault as a short statement
category: ${category}
severity: ${severity}
confidence: high
on: [image]
why: >-
  Say what goes wrong where the fault is there, for a reader who has never thought of it.
message:
  default: "Say what is wrong: {names}"
  unknown: "Say what is not known: {reason}"
remediation:
  default: Say what to change.
  unknown: Make the image config readable and scan again.
references:
  - title: Say the document
    section: Say the section
`;
}

const check = `import type { Check } from '../../types/rule.ts';
import { inConfig, unknownHit } from '../hits.ts';

export const check: Check = ({ container }) => {
  if (!container.known) return unknownHit(container.reason, inConfig('/config'));
  const names: string[] = [];
  return names.length > 0 ? [{ data: { names: names.join(', ') }, evidence: [inConfig('/config')] }] : [];
};
`;

const okCase = `# Say what makes this image good.
config: { user: "10001:10001", entrypoint: [/app] }
layers:
  - files:
      /app: { elf: static }
expect: []
`;

function ngCase(id, severity) {
  return `# Say what is wrong with this image, and put it in.
config: { user: "10001:10001", entrypoint: [/app] }
layers:
  - files:
      /app: { elf: static }
expect:
  - rule: ${id}
    severity: ${severity}
    outcome: fail
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { category: { type: 'string' }, severity: { type: 'string' } },
    });
    if (positionals.length > 1) throw new Error(`give one id, not ${positionals.length}: ${usage}`);
    const [yaml, ts, ok, ng] = await newRule(positionals[0], values.category, values.severity);
    console.log(`Begun ${positionals[0]}. Now:
  1. ${yaml}: write the texts, references and parameters
  2. ${ts}: find the fault; facts in, hits out, no words, lists or severities
  3. ${ok} and ${ng}: small images that show both; add the tricky ones beside them
  4. npm run build, npm run docs, npx vitest run test/rules`);
  } catch (error) {
    process.stderr.write(`new-rule: ${error.message}\n`);
    process.exitCode = 2;
  }
}
