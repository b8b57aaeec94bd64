/** Rules that users write themselves: from an entry of a ruleset file to a rule like any other. */
import type { Facts } from '../types/facts.ts';
import type { Hit, Rule, RuleMetadata } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { atLeastOne, listed, unknownHit } from './hits.ts';
import { type Budget, budgetOf, exhausted } from './own-budget.ts';
import { wholeOf } from './own-image.ts';
import { type Item, type Kind, type Listing, variableOf } from './own-kind.ts';
import { kindByName, kinds } from './own-kinds.ts';
import { type Compiled, type Instance, languageOver, longestExpression } from './own-language.ts';
import type { OwnRule } from './own-schema.ts';
import { shield } from './own-shield.ts';
import { mostOwnRules, type UserRuleset } from './parse.ts';
import { placeholders } from './template.ts';

/** Steps that all rules of a user's own may take together on one image or Dockerfile: about half a second. */
const mostSteps = 10_000_000;
/** What comes to that for each thing that some rule looks at, so that a large image does not need smaller rules. */
const stepsEach = 500;

/** Of all expressions together. */
const mostCharacters = 250_000;

/** Findings of one rule that is not gathered; what is more comes in one. */
const mostFindings = 1000;

/** Makes rules of entries, one after the other; rules made by one maker share their budget. */
export type RuleMaker = (
  id: string,
  rule: OwnRule,
  file: Pick<UserRuleset, 'fail' | 'failIn' | 'slice'>,
  name: string,
) => Rule;

/** What the rules know of one image or Dockerfile. */
interface View {
  budget: Budget;
  /** Of the budget, from the start. */
  allowed: number;
  spent: Map<string, number>;
  /** By kind; read when first asked for. */
  listings: Map<Kind, Listing & { instances: Instance[] }>;
}

/** A maker with a language of its own. */
export function ruleMaker(): RuleMaker {
  const language = languageOver(kinds);
  const views = new WeakMap<Facts, View>();
  let rules = 0;
  let characters = 0;
  const tooMuch = new Map<string, (steps: number, allowed: number) => never>();
  const viewOf = (facts: Facts): View => {
    const found = views.get(facts) ?? {
      budget: budgetOf(mostSteps),
      allowed: mostSteps,
      spent: new Map(),
      listings: new Map(),
    };
    views.set(facts, found);
    return found;
  };
  const read = (view: View, kind: Kind, facts: Facts) => {
    const known = view.listings.get(kind);
    if (known) return known;
    const listing = kind.read(facts);
    const instances = listing.items.map(({ values }) => language.instance(kind, values));
    const made = { ...listing, instances };
    view.listings.set(kind, made);
    view.budget.left += instances.length * stepsEach;
    view.allowed += instances.length * stepsEach;
    return made;
  };
  return (id, rule, { fail, failIn, slice }, file) => {
    const kind = kindByName.get(rule.for)!;
    if (++rules > mostOwnRules)
      fail(['rules', id], `rulesets hold at most ${mostOwnRules} rules of their own together; leave some out`, 'key');
    characters += Math.min(rule.when.length, longestExpression);
    if (characters > mostCharacters)
      fail(['rules', id, 'when'], `expressions have at most ${mostCharacters} characters together; leave some out`);
    const wrong = rule.on?.findIndex((target) => !kind.on.includes(target)) ?? -1;
    if (wrong >= 0) fail(['rules', id, 'on', wrong], `${kind.name} are there on ${kind.on.join(' and ')} alone`);
    checkTemplates(id, rule, kind, fail);
    const compiled = language.compile(rule.when, kind, rule.on);
    if ('message' in compiled) failIn(['rules', id, 'when'], compiled.at, compiled.message);
    const when = compiled as Compiled;
    tooMuch.set(id, (steps, allowed) =>
      failIn(
        ['rules', id, 'when'],
        0,
        `rules of your own may take ${Math.round(allowed / 1e6)} million steps together on this target, and this one took ${(steps / 1e6).toFixed(1)} million; ask first what is cheap and seldom true, and no list within a list`,
      ),
    );
    const metadata = {
      ...metadataOf(id, rule, when.on, file),
      ...exampleOf(rule, () => slice(['rules', id, 'tests', 'ng', 0, 'image'])),
    };
    const fields = [...new Set([...placeholders(rule.message), ...placeholders(rule.remediation)])];
    const check = (facts: Facts): Hit[] => {
      const view = viewOf(facts);
      // The same facts are judged once more.
      if (view.spent.has(id)) Object.assign(view, { budget: budgetOf(view.allowed), spent: new Map() });
      const missing = when.reads
        .map((other) => read(view, other, facts).unknown)
        .find((reason) => reason !== undefined);
      if (missing !== undefined) return unknownHit(missing, wholeOf(facts));
      const variables: Record<string, unknown> = {};
      for (const other of when.reads) {
        const { instances } = read(view, other, facts);
        variables[variableOf(other)] = other.single ? instances[0] : instances;
      }
      const { items, instances, unknown } = read(view, kind, facts);
      const found: Item[] = [];
      const untold: { item: Item; why: string }[] = [];
      const before = view.budget.left;
      for (const [i, item] of items.entries()) {
        variables[kind.item] = instances[i];
        try {
          if (when.holds(variables, view.budget, facts.asOf)) found.push(item);
        } catch (error) {
          if (error === exhausted || view.budget.left < 0) break;
          untold.push({ item, why: String((error as { summary?: string }).summary ?? (error as Error).message) });
        }
      }
      view.spent.set(id, before - view.budget.left);
      if (view.budget.left < 0) {
        const [worst, steps] = [...view.spent].sort((a, b) => b[1] - a[1])[0]!;
        tooMuch.get(worst)!(steps, view.allowed);
      }
      return [
        ...(rule.gather ? gathered(found, kind) : each(found, kind, fields, shield(facts))),
        ...(unknown === undefined ? [] : unknownHit(unknown, wholeOf(facts))),
        ...untoldHits(untold, kind, `${file}, rules.${id}.when`),
      ];
    };
    return { metadata, check };
  };
}

function metadataOf(id: string, rule: OwnRule, on: ('image' | 'dockerfile')[], file: string): RuleMetadata {
  const { title, category, severity, confidence, why, message, remediation, references } = rule;
  return {
    ...{ id, title, category, severity, confidence, on, why },
    message: { default: message, more: `${title}: {count} more of these` },
    remediation: {
      default: remediation,
      more: placeholders(remediation).length === 0 ? remediation : 'As for the others.',
    },
    references: references.map(({ title: name, section, url }) => ({
      title: name,
      ...(section !== undefined && { section }),
      ...(url !== undefined && { url }),
    })),
    parameters: {},
    data: [],
    own: { file, for: rule.for, when: rule.when },
  };
}

/** The first of the rule's tests that find something. */
function exampleOf({ tests: { ng } }: OwnRule, recipe: () => string): Pick<RuleMetadata, 'example'> {
  if (!ng[0]) return {};
  const { dockerfile } = ng[0];
  if (dockerfile !== undefined) return { example: { of: 'dockerfile', text: dockerfile.trim() } };
  const lines = recipe().replace(/^\n+/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return { example: { of: 'image', text: lines.map((line) => line.slice(indent)).join('\n') } };
}

/** A placeholder that no hit can fill would break the rule on the first one. */
function checkTemplates(id: string, rule: OwnRule, kind: Kind, fail: UserRuleset['fail']): void {
  const names = rule.gather ? ['count', 'names'] : Object.keys(kind.fields);
  const numbers = rule.gather ? ['count'] : names.filter((name) => kind.fields[name]![0] === 'int');
  for (const part of ['message', 'remediation'] as const) {
    const unknown = placeholders(rule[part]).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const hint = unknown === 'count' || unknown === 'names' ? 'set gather: true for it; ' : '';
      const what = rule.gather ? 'a rule that gathers' : kind.item;
      fail(['rules', id, part], `${what} has no {${unknown}}; ${hint}there are ${names.join(', ')}`);
    }
    const formatted = [...rule[part].matchAll(/\{([A-Za-z0-9]+):/g)].find(([, name]) => !numbers.includes(name!));
    if (formatted) fail(['rules', id, part], `{${formatted[1]}:…} is for numbers, and ${formatted[1]} is none`);
  }
}

function each(found: readonly Item[], kind: Kind, fields: readonly string[], shown: (item: Item) => Item): Hit[] {
  const single = found.length > mostFindings ? found.slice(0, mostFindings) : found;
  const hits = single.map(shown).map(
    ({ values, evidence }): Hit => ({
      data: {
        // Suppressions go by the name of a package.
        ...(kind.name === 'packages' && { package: String(values['name']) }),
        ...Object.fromEntries(fields.map((name) => [name, plain(values[name], kind.fields[name]![0])])),
      },
      evidence: [evidence],
      about: nameOf({ values }, kind),
    }),
  );
  const rest = found.slice(single.length);
  const places = rest.map(({ evidence }) => evidence);
  return atLeastOne(places) ? [...hits, { variant: 'more', data: { count: rest.length }, evidence: places }] : hits;
}

function gathered(found: readonly Item[], kind: Kind): Hit[] {
  const places: Evidence[] = found.map(({ evidence }) => evidence);
  if (!atLeastOne(places)) return [];
  const names = found.map((item) => nameOf(item, kind));
  const packages = kind.name === 'packages' ? { packages: names.join(', ') } : {};
  return [{ data: { count: found.length, names: listed(names), ...packages }, evidence: places }];
}

/** What an expression broke on is neither right nor wrong. */
function untoldHits(untold: readonly { item: Item; why: string }[], kind: Kind, where: string): Hit[] {
  const places = untold.map(({ item }) => item.evidence);
  if (!atLeastOne(places)) return [];
  const names = untold.map(({ item }) => nameOf(item, kind));
  return [{ data: {}, evidence: places, unknown: `${where} broke on ${listed(names, 3)}: ${untold[0]!.why}` }];
}

function nameOf({ values }: Pick<Item, 'values'>, { named }: Kind): string {
  return String(plain(values[named]));
}

function plain(value: Item['values'][string], type?: string): string | number {
  if (value === undefined && type === 'int') return 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value);
}
