/** Users' rulesets, merged over the baseline. */
import { createHash } from 'node:crypto';
import type { Rule, RuleMetadata, Ruleset, RulesetFile } from '../types/rule.ts';
import type { SecretAllow } from '../types/secrets.ts';
import { type RuleId, RulesetError } from '../types.ts';
import { baseline } from './baseline.ts';
import type { RuleMaker } from './own-rules.ts';
import type { UserRuleset } from './parse.ts';
import { shapeProblem } from './shape.ts';
import { suggestion } from './suggest.ts';

/** Of all files together. */
const mostCharacters = 4 << 20;

/**
 * The baseline with the users' rulesets over it, later files over earlier ones. Without files nothing is loaded to read YAML.
 * Throws RulesetError with file, line and column.
 */
export async function loadRuleset(files: readonly RulesetFile[]): Promise<Ruleset> {
  const base = baseline();
  if (files.length === 0) return base;
  const { parseUserRuleset } = await import('./parse.ts');
  const rules = new Map(base.rules.map((rule) => [rule.metadata.id, rule]));
  const trusted: string[] = [];
  const allowedSecrets: SecretAllow[] = [];
  const disabled = new Map<RuleId, string>();
  const names: string[] = [];
  const changes: unknown[] = [];
  let make: RuleMaker | undefined;
  let characters = 0;
  for (const file of files) {
    characters += file.text.length;
    if (characters > mostCharacters)
      throw new RulesetError(
        `${file.name}:1:1: the rulesets have more than ${mostCharacters} characters together; leave some out`,
      );
    const user = parseUserRuleset(file.text, file.name);
    for (const [i, id] of user.disable.entries()) {
      if (!rules.has(id)) user.fail(['disable', i], unknownRule(id, rules));
      disabled.set(id, file.name);
    }
    for (const id of Object.keys(user.rules)) rules.set(id, withParameters(id, user, rules));
    if (user.own.size > 0) make ??= (await import('./own-rules.ts')).ruleMaker();
    for (const [id, rule] of user.own) {
      const there = rules.get(id);
      if (there) user.fail(['rules', id], taken(id, there), 'key');
      rules.set(id, make!(id, rule, user, file.name));
    }
    trusted.push(...user.trusted);
    allowedSecrets.push(...user.allowedSecrets);
    names.push(user.name ?? nameFrom(file.name));
    changes.push([
      user.trusted,
      user.disable,
      user.rules,
      ...(user.own.size > 0 ? [[...user.own].map(([id, { tests: _, ...rule }]) => [id, rule])] : []),
      ...(user.allowedSecrets.length > 0 ? [user.allowedSecrets] : []),
    ]);
  }
  return {
    name: [base.name, ...names].join(' + '),
    version: createHash('sha256')
      .update(JSON.stringify([base.version, changes]))
      .digest('hex')
      .slice(0, 12),
    rules: [...rules.values()],
    data: base.data,
    ...(trusted.length > 0 && { trusted }),
    ...(disabled.size > 0 && { disabled: Object.fromEntries(disabled) }),
    ...(allowedSecrets.length > 0 && { allowedSecrets }),
    ...([...rules.values()].some(({ metadata }) => metadata.own && asksForFiles(metadata.own)) && {
      files: true as const,
    }),
  };
}

/** `files` as a word: a name too many costs a list, one too few would leave the rule unknown. */
function asksForFiles({ for: kind, when }: NonNullable<RuleMetadata['own']>): boolean {
  return kind === 'files' || /\bfiles\b/.test(when);
}

function taken(id: RuleId, { metadata }: Rule): string {
  if (!metadata.own) return `${id} is a rule of the baseline; give yours another name, or set parameters of that one`;
  return `${id} is there already, in ${metadata.own.file}; give one of them another name`;
}

function withParameters(id: RuleId, user: UserRuleset, rules: ReadonlyMap<RuleId, Rule>): Rule {
  const rule = rules.get(id);
  if (!rule) return user.fail(['rules', id], unknownRule(id, rules), 'key');
  const defaults = rule.metadata.parameters;
  const values = user.rules[id]!.parameters;
  for (const [name, value] of Object.entries(values)) {
    const path = ['rules', id, 'parameters', name];
    if (!Object.hasOwn(defaults, name)) user.fail(path, unknownParameter(id, name, Object.keys(defaults)), 'key');
    const problem = shapeProblem(value, defaults[name]);
    if (problem) user.fail([...path, ...problem.path], problem.message);
  }
  return { check: rule.check, metadata: { ...rule.metadata, parameters: { ...defaults, ...values } } };
}

function unknownRule(id: string, rules: ReadonlyMap<RuleId, Rule>): string {
  return `there is no rule ${id}${suggestion(id, [...rules.keys()]) || '; `tare rules` lists them'}`;
}

function unknownParameter(id: RuleId, name: string, names: readonly string[]): string {
  if (names.length === 0) return `${id} has no parameters; take this out`;
  return `${id} has no parameter ${name}${suggestion(name, names) || `; it has ${names.join(', ')}`}`;
}

/** `policies/acme.yaml` → `acme`. */
function nameFrom(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).replace(/\.ya?ml$/i, '');
}
