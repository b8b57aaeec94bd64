/** Holds what the formats write to what their readers ask for. Each function lists the problems that it finds. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { findTool } from '../../scripts/services.mjs';
import { formatNames, formatter } from '../../src/report/formats.ts';
import { lintJsonSchema } from '../../src/report/lint-schema.ts';
import { reportJsonSchema } from '../../src/report/schema.ts';
import type { ImageReport } from '../../src/types/report.ts';
import type { RuleMetadata } from '../../src/types/rule.ts';
import { codeQualityShape, containerScanningShape } from './gitlab-shapes.ts';
import { markdownProblems } from './markdown-check.ts';
import { type Element, readXml } from './xml-reader.ts';

const schemas = join(import.meta.dirname, 'schemas');

/** A template that shows every kind of value and escape. */
export const template = {
  name: 'all.md.tpl',
  text: '{{#each reports}}\n# {{ target.name }} {{ score.value | points }}\n{{#each findings}}\n- {{ message }} {{#each evidence}}{{ this | place | code }}{{/each}} {{ data | json | text }}\n{{/each}}\n{{/each}}\n',
};

/** Every format over these reports: each problem with the name of the format. */
export async function formatProblems(
  reports: readonly ImageReport[],
  rules: readonly RuleMetadata[],
  formats: readonly string[] = formatNames,
): Promise<string[]> {
  const problems: string[] = [];
  for (const name of formats) {
    const render = await formatter(name);
    const text = render(reports, { colour: false, width: 100, rules, template });
    const again = render(structuredClone(reports), { colour: false, width: 100, rules, template });
    if (again !== text) problems.push(`${name}: two runs differ`);
    problems.push(...problemsOf(name, text).map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

export function problemsOf(format: string, text: string): string[] {
  const problems: string[] = [];
  if (!text.endsWith('\n')) problems.push('does not end in a newline');
  const control = /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.exec(text);
  if (control) problems.push(`holds U+${control[0].codePointAt(0)!.toString(16)}`);
  return [...problems, ...(checks[format]?.(text) ?? [])];
}

const checks: Record<string, (text: string) => string[]> = {
  json: jsonProblems(reportJsonSchema()),
  // What a lint writes for programs has a schema of its own.
  'lint json': jsonProblems(lintJsonSchema()),
  sarif: sarifProblems,
  junit: junitProblems,
  checkstyle: checkstyleProblems,
  github: githubProblems,
  markdown: (text) => markdownProblems(text, 65_536),
  html: htmlProblems,
  'gitlab-codequality': (text) => {
    const read = codeQualityShape.safeParse(JSON.parse(text));
    if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return repeated(read.data.map(({ fingerprint }) => fingerprint));
  },
  'gitlab-container-scanning': (text) => {
    const read = containerScanningShape.safeParse(JSON.parse(text));
    if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return repeated(read.data.vulnerabilities.map(({ id }) => id));
  },
};

function jsonProblems(schema: Record<string, unknown>): (text: string) => string[] {
  const validate = new Ajv2020({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(schema);
  return (text) =>
    validate(JSON.parse(text)) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size).map((name) => `${name} stands twice`);
}

const validateSarif = sarifValidator();

function sarifValidator() {
  // Draft 4, with nothing in it that later drafts read differently but the name of its id.
  const { $schema, id, ...schema } = JSON.parse(readFileSync(join(schemas, 'sarif-2.1.0-rtm.5.json'), 'utf8'));
  if (!/draft-04/.test($schema)) throw new Error(`${$schema} is not the draft that was looked at`);
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile({ $id: id, ...schema });
}

/** The schema, then what GitHub's documentation asks beyond it ("SARIF support for code scanning"). */
export function sarifProblems(text: string): string[] {
  const log = JSON.parse(text) as { runs: Run[] };
  if (!(validateSarif(log) as boolean))
    return validateSarif.errors!.map((error) => `${error.instancePath} ${error.message}`);
  const problems: string[] = [];
  problems.push(...repeated(log.runs.map((run) => run.automationDetails.id)).map((one) => `category ${one}`));
  for (const run of log.runs) {
    const { rules } = run.tool.driver;
    problems.push(...repeated(rules.map(({ id }) => id)));
    for (const rule of rules) {
      if (!rule.shortDescription.text) problems.push(`${rule.id} has no description`);
      if (rule.properties.tags.length > 10) problems.push(`${rule.id} has more than ten tags`);
      for (const { target } of rule.relationships ?? []) {
        if (run.taxonomies?.[target.toolComponent.index]?.taxa[target.index]?.id !== target.id) {
          problems.push(`${rule.id} points at no taxon`);
        }
      }
    }
    for (const result of run.results) {
      const rule = rules[result.ruleIndex];
      if (rule?.id !== result.ruleId) problems.push(`${result.ruleId}: its index is another rule's`);
      if (result.kind !== undefined && result.level !== 'none')
        problems.push(`${result.ruleId}: ${result.kind} has a level`);
      if (result.locations.length === 0 || result.locations.length > 1000) problems.push(`${result.ruleId}: locations`);
      for (const { physicalLocation, logicalLocations } of result.locations) {
        const { uri } = physicalLocation.artifactLocation;
        const base = new URL('file:///checkout/');
        const resolved = new URL(uri, base).href;
        if (!resolved.startsWith(base.href) && !uri.startsWith('file:///')) problems.push(`${uri} leads out`);
        if (!/^(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2}|file:\/\/\/)+$/.test(uri)) problems.push(`${uri} is no URI`);
        for (const number of ['startLine', 'startColumn', 'endLine', 'endColumn'] as const)
          if (!(physicalLocation.region[number] >= 1)) problems.push(`${uri} has no ${number}`);
        for (const { index } of logicalLocations ?? [])
          if (index !== undefined && !run.logicalLocations[index])
            problems.push(`${uri}: no logical location ${index}`);
      }
    }
  }
  return problems;
}

interface Run {
  automationDetails: { id: string };
  logicalLocations: unknown[];
  taxonomies?: { taxa: { id: string }[] }[];
  tool: {
    driver: {
      rules: {
        id: string;
        shortDescription: { text: string };
        properties: { tags: string[] };
        relationships?: { target: { id: string; index: number; toolComponent: { index: number } } }[];
      }[];
    };
  };
  results: {
    ruleId: string;
    ruleIndex: number;
    kind?: string;
    level: string;
    locations: {
      physicalLocation: {
        artifactLocation: { uri: string };
        region: Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>;
      };
      logicalLocations?: { index?: number }[];
    }[];
  }[];
}

/** `xmllint` of Debian's libxml2-utils; without it, XML is read by `readXml` alone. */
export const hasXmllint = findTool('xmllint') !== undefined;

export function junitProblems(text: string): string[] {
  const root = read(text);
  if (typeof root === 'string') return [root];
  const problems: string[] = [];
  const count = (element: Element, name: string): number =>
    element.children.reduce((sum, child) => sum + count(child, name), element.name === name ? 1 : 0);
  for (const element of [root, ...root.children]) {
    for (const [attribute, name] of Object.entries({ tests: 'testcase', failures: 'failure', skipped: 'skipped' })) {
      const said = element.attributes[attribute];
      if (said !== undefined && Number(said) !== count(element, name)) problems.push(`${attribute} is not ${said}`);
    }
  }
  for (const suite of root.children) {
    const cases = suite.children.filter(({ name }) => name === 'testcase');
    problems.push(...repeated(cases.map(({ attributes }) => `${attributes['classname']} ${attributes['name']}`)));
  }
  return problems;
}

/** Several documents at once: a process for each would be slow. */
export function xsdProblems(files: readonly string[]): string {
  const ran = spawnSync('xmllint', ['--noout', '--nonet', '--schema', join(schemas, 'junit-10.xsd'), ...files], {
    encoding: 'utf8',
  });
  return ran.status === 0 ? '' : ran.stderr;
}

/** What Checkstyle's XMLLogger writes: files with names, errors with line, severity, message and source. */
export function checkstyleProblems(text: string): string[] {
  const root = read(text);
  if (typeof root === 'string') return [root];
  const problems: string[] = [];
  if (root.name !== 'checkstyle' || !root.attributes['version']) problems.push('no <checkstyle version>');
  problems.push(...repeated(root.children.map(({ attributes }) => attributes['name'] ?? '')));
  for (const file of root.children) {
    if (file.name !== 'file' || !file.attributes['name']) problems.push('no <file name>');
    for (const { name, attributes } of file.children) {
      const { line, column, severity, message, source, ...others } = attributes;
      if (name !== 'error' || Object.keys(others).length > 0) problems.push(`<${name}> with ${Object.keys(others)}`);
      if (!/^[1-9]\d*$/.test(line ?? '') || !/^[1-9]\d*$/.test(column ?? '1')) problems.push(`line ${line}:${column}`);
      if (!['error', 'warning', 'info'].includes(severity ?? '')) problems.push(`severity ${severity}`);
      if (message === undefined || !/^tare\.[a-z-]+\../.test(source ?? '')) problems.push(`source ${source}`);
    }
  }
  return problems;
}

function read(text: string): Element | string {
  try {
    return readXml(text);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Each line is one command of three, and what the runner unescapes is one line again. */
export function githubProblems(text: string): string[] {
  const line =
    /^::(?:error|warning|notice) (?:[a-zA-Z]+=(?:[^\r\n:,%]|%25|%3A|%2C)*(?:,(?=[a-z])|(?=::)))+::(?:[^\r\n%]|%25)*$/;
  return text
    .trimEnd()
    .split('\n')
    .filter((one) => !line.test(one))
    .map((one) => `no command: ${JSON.stringify(one)}`);
}

const htmlTags = new Set(
  'html head meta title link style body a header h1 h2 h3 main article nav ol ul li div span section table caption thead tbody tr th td form fieldset legend label input select option p b code button details summary svg g rect text footer script'.split(
    ' ',
  ),
);

/** Tags and attributes are the page's own, whatever is in its text; the style and the script are left out. */
function htmlProblems(text: string): string[] {
  const markup = text
    .replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>/g, '')
    .slice('<!doctype html>'.length);
  const problems: string[] = [];
  const open: string[] = [];
  for (const [tag, slash, name, rest] of markup.matchAll(/<(\/?)([^\s>]*)([^>]*)>/g)) {
    if (!htmlTags.has(name!)) problems.push(`the tag ${tag}`);
    if (!/^(?:\s[a-zA-Z-]+(?:="[^"<>]*")?)*$/.test(rest!) || /\s(?:on\w+|style)=/.test(rest!))
      problems.push(`attributes of ${tag}`);
    if (['meta', 'link', 'input'].includes(name!)) continue;
    if (!slash) open.push(name!);
    else if (open.pop() !== name) problems.push(`${tag} closes nothing`);
  }
  return [...problems, ...open.map((name) => `${name} is not closed`)];
}
