/** YAML text to rules, data and users' rulesets, with errors at file, line and column. Heavy: import it lazily at run time. */
import type { z } from 'zod';
import type { RuleMetadata } from '../types/rule.ts';
import type { SecretAllow } from '../types/secrets.ts';
import { type OwnRule, ownRuleSchema } from './own-schema.ts';
import { type Profile, profileSchema } from './profile-schema.ts';
import { dataSchemas, kebab, ruleSchema, userRulesetSchema } from './schema.ts';
import { suggestion } from './suggest.ts';
import { type Path, readYaml, type YamlFile } from './yaml.ts';

/** What a user's ruleset changes, checked for its form but not yet against the baseline. */
export interface UserRuleset {
  name?: string;
  trusted: string[];
  disable: string[];
  rules: Record<string, { parameters: Record<string, unknown> }>;
  allowedSecrets: SecretAllow[];
  /** Rules of its own, by id; their expressions are not yet read. */
  own: ReadonlyMap<string, OwnRule>;
  /** Reports a fault at a place of the file; `at: 'key'` points at the key instead of its value. */
  fail: YamlFile['fail'];
  failIn: YamlFile['failIn'];
  line: YamlFile['line'];
  slice: YamlFile['slice'];
}

/** Reads one rule of the baseline. Throws RulesetError. */
export function parseRule(text: string, file: string): RuleMetadata {
  const yaml = readYaml(text, file);
  const rule = check(ruleSchema, yaml);
  const variants = (value: typeof rule.message) => (typeof value === 'string' ? { default: value } : value);
  return {
    ...rule,
    message: variants(rule.message),
    remediation: variants(rule.remediation),
    references: rule.references.map(({ title, section, url }) => ({
      title,
      ...(section && { section }),
      ...(url && { url }),
    })),
  };
}

/** Reads one file of rulesets/data. Throws RulesetError. */
export function parseData(name: string, text: string, file: string): unknown {
  const yaml = readYaml(text, file);
  const schema = dataSchemas.get(name);
  return schema ? check(schema, yaml) : yaml.value;
}

/** Reads a profile: rulesets/<name>.yaml. Throws RulesetError. */
export function parseProfile(text: string, file: string): Profile {
  return JSON.parse(JSON.stringify(check(profileSchema, readYaml(text, file)))) as Profile;
}

/** Reads a user's ruleset. Throws RulesetError. */
export function parseUserRuleset(text: string, file: string): UserRuleset {
  const yaml = readYaml(text, file);
  const { rest, own } = takeOwnRules(yaml);
  const { name, trusted = [], disable = [], rules = {}, secrets } = check(userRulesetSchema, { ...yaml, value: rest });
  // zod writes an absent field as undefined, which our types do not have.
  const allowedSecrets = JSON.parse(JSON.stringify(secrets?.allow ?? [])) as SecretAllow[];
  const { fail, failIn, line, slice } = yaml;
  return { ...(name && { name }), trusted, disable, rules, own, allowedSecrets, fail, failIn, line, slice };
}

/** Of one file, and of all that are loaded together. */
export const mostOwnRules = 500;

/** The rules that a file holds itself, and the file without them. */
function takeOwnRules(yaml: YamlFile): { rest: unknown; own: Map<string, OwnRule> } {
  const own = new Map<string, OwnRule>();
  const file = yaml.value as { rules?: unknown } | null;
  const rules = file !== null && typeof file === 'object' ? file.rules : undefined;
  if (rules === null || typeof rules !== 'object' || Array.isArray(rules)) return { rest: file, own };
  const changes: Record<string, unknown> = {};
  for (const [id, rule] of Object.entries(rules)) {
    if (rule === null || typeof rule !== 'object' || !['for', 'when'].some((key) => Object.hasOwn(rule, key))) {
      changes[id] = rule;
      continue;
    }
    const at = (path: Path): Path => ['rules', id, ...path];
    if (own.size === mostOwnRules)
      yaml.fail(at([]), `a file holds at most ${mostOwnRules} rules of its own; split it into several rulesets`, 'key');
    const name = kebab.safeParse(id);
    if (!name.success) yaml.fail(at([]), name.error.issues[0]!.message, 'key');
    own.set(
      id,
      check(ownRuleSchema, {
        ...yaml,
        value: rule,
        fail: (path, message, where) => yaml.fail(at(path), message, where),
        offset: (path, where) => yaml.offset(at(path), where),
      }),
    );
  }
  return { rest: { ...file, rules: changes }, own };
}

/** Holds a file to a schema. Throws RulesetError at the first fault of the text, with line and column. */
export function check<S extends z.ZodType>(schema: S, yaml: YamlFile): z.output<S> {
  const result = schema.safeParse(yaml.value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => faultOf(issue, yaml.value, result.error.issues));
  // What is there and wrong comes before what is missing, which is mostly the right name of it.
  const order = (fault: Fault) => (fault.missing ? Number.MAX_SAFE_INTEGER : yaml.offset(fault.path, fault.at));
  const first = faults.reduce((a, b) => (order(b) < order(a) ? b : a));
  return yaml.fail(first.path, first.message, first.at);
}

interface Fault {
  path: Path;
  message: string;
  at: 'key' | 'value';
  missing?: boolean;
}

function faultOf(issue: z.core.$ZodIssue, root: unknown, all: readonly z.core.$ZodIssue[]): Fault {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  const fault = (message: string, at: Fault['at'] = 'value', where: Path = path): Fault => ({
    path: where,
    message,
    at,
  });
  switch (issue.code) {
    case 'unrecognized_keys': {
      const key = issue.keys[0]!;
      const absent = all
        .map((other) => other.path)
        .filter((other) => valueAt(root, other) === undefined && other.length === path.length + 1);
      const hint =
        suggestion(
          key,
          absent.map((other) => String(other.at(-1))),
        ) || '; take it out or correct its name';
      return fault(`there is no field ${JSON.stringify(key)} here${hint}`, 'key', [...path, key]);
    }
    case 'invalid_key':
      return fault(issue.issues[0]?.message ?? 'is not a name that can stand here', 'key');
    case 'invalid_type':
      if (valueAt(root, path) === undefined) {
        return { ...fault(`is missing; it must be ${kindName(issue.expected)}`), missing: true };
      }
      return fault(`must be ${kindName(issue.expected)}, not ${kindName(kindOf(valueAt(root, path)))}`);
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (valueAt(root, path) === undefined)
        return { ...fault(`is missing; it must be ${list(values, 'or')}`), missing: true };
      return fault(`must be ${list(values, 'or')}${suggestion(String(valueAt(root, path)), values)}`);
    }
    case 'too_small':
      return fault(issue.origin === 'number' ? `must be at least ${issue.minimum}` : 'must not be empty');
    case 'too_big':
      return fault(
        issue.origin === 'number'
          ? `must be at most ${issue.maximum}`
          : `must have at most ${issue.maximum} characters`,
      );
    default:
      return fault(issue.message);
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[String(step)];
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function kindName(kind: string): string {
  switch (kind) {
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a mapping of names to values';
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'empty';
    default:
      return kind;
  }
}

function list(words: readonly string[], join: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)}`;
}
