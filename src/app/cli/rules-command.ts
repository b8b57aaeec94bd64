/** `tare rules`: what the baseline asks, from the metadata that the rules are judged by. */
import { harmless } from '../../report/harmless.ts';
import { neutralise } from '../../report/text.ts';
import { baseline } from '../../rules/baseline.ts';
import { loadRuleset } from '../../rules/load.ts';
import { suggestion } from '../../rules/suggest.ts';
import type { RuleMetadata } from '../../types/rule.ts';
import { UsageError } from '../../types.ts';
import { rulesHelp } from './command-help.ts';
import { wrap } from './help.ts';
import { parseWords } from './parse.ts';
import { type Example, exampleOf } from './rule-example.ts';
import { rulesOptions } from './rules-options.ts';
import { rulesetFiles } from './ruleset-source.ts';
import { say } from './say.ts';
import { cacheOf, registryOf } from './scan-settings.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { choice } from './values.ts';
import { quote } from './words.ts';

/** @throws UsageError for an id that is none; RulesetError. */
export async function rulesCommand(words: readonly string[]): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, rulesOptions, env);
  const width = widthOf(stdout, env);
  if (parsed.flags.has('help')) {
    await say(stdout, rulesHelp(width));
    return 0;
  }
  const format = choice('format', parsed.values.get('format') ?? 'table', ['table', 'json'] as const);
  const [id, ...more] = parsed.positionals;
  const ways = { registry: registryOf(parsed, env), cache: cacheOf(parsed, env) };
  if (id === 'test') {
    const { rulesTest } = await import('./rules-test.ts');
    const asOf = new Date().toISOString().slice(0, 10);
    return rulesTest(more, ways, { format, noColor: parsed.flags.has('no-color'), asOf });
  }
  if (more.length > 0) throw new UsageError(`tare rules explains one rule at a time, not ${quote(more[0]!)} too`);
  const source = parsed.values.get('ruleset');
  const ruleset = source === undefined ? baseline() : await loadRuleset(await rulesetFiles(source, ways));
  const rules = ruleset.rules.map((rule) => rule.metadata);
  const rule = id === undefined ? undefined : find(id, rules);
  const example = rule && (await exampleOf(rule, ruleset));
  if (format === 'json') {
    const { name, version } = ruleset;
    const document = rule ? { ...rule, ...(example && { example }) } : { ruleset: name, version, rules };
    await say(stdout, `${harmless(JSON.stringify(document, null, 2))}\n`);
    return 0;
  }
  const { createColors } = await import('picocolors');
  const bold = createColors(wantsColor(stdout, env, parsed.flags.has('no-color'))).bold;
  await say(stdout, rule ? explained(rule, example, width, bold) : listed(rules, ruleset.name, bold));
  return 0;
}

function find(id: string, rules: readonly RuleMetadata[]): RuleMetadata {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule) return rule;
  const near = suggestion(
    id,
    rules.map((candidate) => candidate.id),
  );
  throw new UsageError(`there is no rule ${quote(id)}${near || '; tare rules lists them'}`);
}

function listed(rules: readonly RuleMetadata[], name: string, bold: (text: string) => string): string {
  const column = Math.max(...rules.map((rule) => rule.id.length)) + 2;
  const lines: string[] = [];
  for (const category of new Set(rules.map((rule) => rule.category))) {
    lines.push(bold(category));
    for (const rule of rules.filter((candidate) => candidate.category === category)) {
      lines.push(`  ${rule.id.padEnd(column)}${rule.severity.padEnd(10)}${line(rule.title)}`);
    }
    lines.push('');
  }
  return `${lines.join('\n')}\n${rules.length} rules of ${name}; tare rules ID explains one.\n`;
}

function explained(
  rule: RuleMetadata,
  example: Example | undefined,
  width: number,
  bold: (text: string) => string,
): string {
  const columns = Math.min(width, 100);
  const section = (title: string, texts: string[]): string[] => [
    '',
    bold(title),
    ...texts.flatMap((text) => wrap(line(text), columns, 2)),
  ];
  const variants = rule.own ? [rule.remediation.default] : Object.values(rule.remediation);
  const references = rule.references.map(({ title, section: part, url }) =>
    [title, part, url].filter(Boolean).join(', '),
  );
  const parameters = Object.entries(rule.parameters).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const lines = [
    `${bold(rule.id)}: ${line(rule.title)}`,
    `${rule.severity}, ${rule.category}, confidence ${rule.confidence}, judged on ${rule.on.join(' and ')}`,
    ...section('Why', [rule.why]),
    ...(rule.own ? section(`What it asks, for ${rule.own.for} (${rule.own.file})`, [rule.own.when]) : []),
    ...section('How to mend it', [...new Set(variants)]),
    ...(references.length > 0 ? section('References', references) : []),
    ...(example ? ['', bold(exampleTitle(example)), ...indented(example.text)] : []),
    ...(example && example.says.length > 0 ? section('What it says of that', example.says) : []),
    ...(parameters.length > 0 ? section('Parameters (a ruleset of yours may set them)', parameters) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function exampleTitle({ of, text }: Example): string {
  const title = `Example: ${of === 'image' ? 'an image, as a recipe' : 'a Dockerfile'}`;
  // The build puts no secret in, not even a made one.
  return /<<[a-z0-9-]{1,40}(?::[^<>]{0,400})?>>/.test(text) ? `${title}; <<…>> stands for a secret` : title;
}

function indented(text: string): string[] {
  return text.split('\n').map((one) => (one === '' ? '' : `  ${neutralise(one)}`));
}

function line(text: string): string {
  return neutralise(text.replace(/\s+/g, ' ').trim());
}
