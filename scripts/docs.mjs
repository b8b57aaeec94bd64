/**
 * Writes what is generated for readers: docs/rules.md from rulesets/, man/tare.1 from the option tables, and schema/*.json from the schemas in src/.
 * `--check` writes nothing and exits 1 where a file is out of date.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importTypeScript, readBaseline } from './rules.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** In the order of a report. */
const categories = [
  ['minimal-base', 15, 'How much operating system is in there.'],
  ['unnecessary-software', 15, 'What the workload never asked for.'],
  ['least-privilege', 25, 'What the container may do, and could get to do.'],
  ['secrets-and-data', 20, 'What should never be in an image.'],
  ['trusted-source', 15, 'Where it comes from, and whether that can be proven.'],
  ['immutability', 10, 'Whether it is, and stays, what was built.'],
  ['hygiene', 0, 'Quality of the Dockerfile: gates only when asked, never scores.'],
];

/** A test reads it from the page and loads it. */
const exampleRuleset = `name: acme
trusted:
  - registry.example.com/**
  - ghcr.io/acme/*:v*
disable:
  - missing-attestation
rules:
  file-capability:
    parameters:
      allowed: [cap_net_bind_service, cap_net_raw]`;

/** The text of every generated file, by path. */
export async function generateDocs() {
  const { rules, data } = await readBaseline();
  const files = { 'docs/rules.md': rulesPage(rules), 'docs/peers.md': peersPage(data.peers) };
  if (existsSync(join(root, 'src/app/cli/option-tables.ts'))) {
    const { manPage } = await import('./man.mjs');
    files['man/tare.1'] = await manPage();
  }
  files['docs/custom-rules.md'] = await customRulesPage();
  const { rulesetJsonSchema } = await importTypeScript('src/rules/schema.ts');
  files['schema/ruleset.schema.json'] = json(rulesetJsonSchema());
  if (existsSync(join(root, 'src/report/schema.ts'))) {
    const { reportJsonSchema } = await importTypeScript('src/report/schema.ts');
    files['schema/report.schema.json'] = json(reportJsonSchema());
    const { lintJsonSchema } = await importTypeScript('src/report/lint-schema.ts');
    files['schema/lint.schema.json'] = json(lintJsonSchema());
    const { diffJsonSchema } = await importTypeScript('src/report/diff/schema.ts');
    files['schema/diff.schema.json'] = json(diffJsonSchema());
    const { optionsJsonSchema } = await importTypeScript('src/app/cli/policy/schema.ts');
    files['schema/options.schema.json'] = json(optionsJsonSchema());
    const { serverJsonSchema } = await importTypeScript('src/app/server/config.ts');
    files['schema/server.schema.json'] = json(serverJsonSchema());
  }
  return files;
}

/** The page is written by hand; its tables of kinds and functions are the ones that rules are checked by. */
async function customRulesPage() {
  const { kinds } = await importTypeScript('src/rules/own-kinds.ts');
  const { functions } = await importTypeScript('src/rules/own-faults.ts');
  const page = await readFile(join(root, 'docs/custom-rules.md'), 'utf8');
  const seen = { image: 'images', dockerfile: 'Dockerfiles' };
  const tables = kinds.map(({ name, item, on, what, single, named, fields }) =>
    [
      `### ${name}`,
      '',
      `${what.charAt(0).toUpperCase()}${what.slice(1)}. On ${on.map((target) => seen[target]).join(' and ')}. ` +
        `${single ? `One of it: \`${item}\`.` : `One: \`${item}\`; all: \`${name}\`.`} \`{names}\` has \`${named}\`.`,
      '',
      '| field | type | |',
      '|---|---|---|',
      ...Object.entries(fields).map(([field, [type, meaning]]) => `| \`${item}.${field}\` | ${type} | ${meaning} |`),
    ].join('\n'),
  );
  const between = (text, name, body) =>
    text.replace(
      new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, open, close) => `${open}\n\n${body}\n\n${close}`,
    );
  const list = ['Functions:', '', ...[...functions.values()].map((line) => `- ${line}`)].join('\n');
  return between(between(page, 'functions', list), 'kinds', ['## What a rule can be for', ...tables].join('\n\n'));
}

/** Paths of the generated files that are missing or not what they should be. */
export async function staleDocs() {
  const stale = [];
  for (const [path, text] of Object.entries(await generateDocs())) {
    const file = join(root, path);
    if (!existsSync(file) || (await readFile(file, 'utf8')) !== text) stale.push(path);
  }
  return stale;
}

function rulesPage(rules) {
  const used = categories.filter(([category]) => rules.some((rule) => rule.category === category));
  const lines = [
    '# Rules',
    '',
    '<!-- Written by `npm run docs` from rulesets/. Do not edit. -->',
    '',
    `The baseline holds ${rules.length} rules. Each names a fault; \`tare rules ID\` says the same on the command line.`,
    'Severity is harm at run time, confidence how sure the finding is: only findings of medium or high confidence score and',
    'gate. Where the evidence is missing a rule answers *unknown*, which counts as failed in the score and not in its ceiling.',
    '',
    '## A ruleset of your own',
    '',
    'A YAML file given with `--ruleset` changes the baseline; of several, the later wins. Its form is',
    '[ruleset.schema.json](../schema/ruleset.schema.json), and anything else in it is refused with file, line and column.',
    '',
    '```yaml',
    exampleRuleset,
    '```',
    '',
    'A pattern is `registry/namespace/repository`, with `:tag` or `@digest` where they matter. `*` stands for anything within',
    'one part, `**` for whole parts: `registry.example.com/team/**` is everything below team. Names are read as Docker reads',
    'them: `nginx` is `docker.io/library/nginx`. A parameter takes a value of the shape of its default. A disabled rule counts',
    'as unknown, so that switching it off does not raise the score. What else a ruleset may ask, and how, is in',
    '[custom-rules.md](custom-rules.md).',
    '',
    '## All rules',
    '',
    ...used.flatMap(([category]) => [
      ...rules
        .filter((rule) => rule.category === category)
        .map((rule) => `- [${rule.id}](#${rule.id}): ${rule.title.charAt(0).toLowerCase()}${rule.title.slice(1)}`),
    ]),
  ];
  for (const [category, points, what] of used) {
    lines.push('', `## ${category}`, '', `${what}${points > 0 ? ` ${points} of 100 points.` : ''}`);
    for (const rule of rules.filter((one) => one.category === category)) lines.push('', ...section(rule));
  }
  return `${lines.join('\n')}\n`;
}

const peers = {
  hadolint: [
    'hadolint',
    'Its pragmas (`# hadolint ignore=DL3008`) are understood: each suppresses the rules of its row.',
  ],
  buildkit: ['BuildKit build checks', 'What `docker build --check` says.'],
  trivy: ['Trivy', 'Older versions write `DS001` or `AVD-DS-0001` for `DS-0001`.'],
  checkov: ['Checkov', 'Both families for Dockerfiles.'],
  kics: ['KICS', 'By the id of the query.'],
};

function peersPage({ asOf, checks }) {
  const lines = [
    '# Checks of other tools, and ours',
    '',
    '<!-- Written by `npm run docs` from rulesets/data/peers.yaml. Do not edit. -->',
    '',
    `What ${checks.length} checks of five other tools are called here, as of ${asOf}. The faults are the same, the judgement need not be:`,
    'a rule of ours asks what the builder makes of the file, so that a mention in a string is no use, a cache mount counts as',
    'clean, and a stage that never ships is not blamed for its size. A row without a rule says why there is none.',
  ];
  for (const [tool, [title, note]] of Object.entries(peers)) {
    lines.push('', `## ${title}`, '', note, '', '| id | fault | rules |', '|---|---|---|');
    for (const { id, title: fault, rules, refused } of checks.filter((check) => check.tool === tool)) {
      const ours = rules.map((rule) => `[${rule}](rules.md#${rule})`).join(', ');
      lines.push(`| ${id} | ${cell(fault)} | ${ours || `none: ${cell(refused)}`} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function section(rule) {
  const lines = [
    `### ${rule.id}`,
    '',
    `**${rule.title}.** Severity ${rule.severity}, confidence ${rule.confidence}, judged on ${rule.on.map((on) => ({ image: 'images', dockerfile: 'Dockerfiles' })[on]).join(' and ')}.`,
    '',
    rule.why,
    '',
    'It says:',
    '',
    ...Object.values(rule.message).map((template) => `- ${spelled(template)}`),
    '',
    'To mend it:',
    '',
    ...[...new Set(Object.values(rule.remediation))].map((template) => `- ${spelled(template)}`),
  ];
  if (Object.keys(rule.parameters).length > 0) {
    lines.push('', 'Parameters:', '');
    for (const [name, value] of Object.entries(rule.parameters)) lines.push(...parameter(name, value));
  }
  if (rule.data.length > 0) {
    lines.push('', `Lists: ${rule.data.map((name) => `[${name}](../rulesets/data/${name}.yaml)`).join(', ')}.`);
  }
  lines.push('', `References: ${rule.references.map(reference).join('; ')}.`);
  return lines;
}

/** A table has a line for each entry. */
function parameter(name, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return [`- \`${name}\`: \`${JSON.stringify(value)}\``];
  return [
    `- \`${name}\`:`,
    ...Object.entries(value).map(
      ([key, entry]) => `  - \`${key}\`: ${typeof entry === 'string' ? entry : `\`${JSON.stringify(entry)}\``}`,
    ),
  ];
}

function reference({ title, section: part, url }) {
  const name = url ? `[${title}](${url})` : title;
  return part ? `${name} (${part})` : name;
}

/** A template for people: `{count:file|files}` as *count* files. */
function spelled(template) {
  return template.replace(/\{([a-z][A-Za-z0-9]*)(?::([^{}]*))?\}/g, (_, name, format) => {
    const noun = format?.split('|')[1];
    return noun ? `*${name}* ${noun}` : `*${name}*`;
  });
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const stale = await staleDocs();
  if (process.argv.includes('--check')) {
    for (const path of stale) process.stderr.write(`${path} is out of date; run npm run docs\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const files = await generateDocs();
    for (const path of stale) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), files[path]);
      console.log(`wrote ${path}`);
    }
    if (stale.length === 0) console.log('docs and schemas are up to date');
  }
}
