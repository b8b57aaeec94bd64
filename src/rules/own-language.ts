/**
 * The language of `when:`: CEL, type-checked against the kinds, with what could run for ever left out or counted. Heavy (loads
 * `@marcbachmann/cel-js` and `re2js`): import it only where a ruleset holds rules of its own.
 */
import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { compareVersions } from '../versions/compare.ts';
import { type AstNode, type Budget, budgetOf, counted, exhausted, nodesOf, type Price, weigh } from './own-budget.ts';
import { type About, type Fault, faultOf, refusal, shown } from './own-faults.ts';
import { type FieldType, type Item, type Kind, variableOf } from './own-kind.ts';
import { matchesPath, pathPatternProblem } from './path-pattern.ts';

/** Longest expression, and longest pattern in one. */
export const longestExpression = 4000;
const longestPattern = 500;
/** Size of all patterns of a ruleset together, in the instructions that they are compiled to. */
const mostPatterns = 50_000;

/** A value of a kind, as an expression sees it. */
export type Instance = object;

/** An expression that fits its kind. */
export interface Compiled {
  on: ('image' | 'dockerfile')[];
  /** Names of the kinds that it looks at beside its own. */
  reads: readonly Kind[];
  /** @throws Error of the library where it cannot be told, `exhausted` where the budget is used up. */
  holds(variables: Readonly<Record<string, unknown>>, budget: Budget, asOf: string): boolean;
}

/** Makes expressions and the values that they look at. */
export interface Language {
  /** Without `on` it is for all targets that have what it names. A fault has its place in the text. */
  compile(text: string, kind: Kind, on: Kind['on'] | undefined): Compiled | Fault;
  instance(kind: Kind, values: Item['values']): Instance;
}

/** The language over these kinds. */
export function languageOver(kinds: readonly Kind[]): Language {
  const patterns = new Map<string, RE2JS>();
  const classes = new Map(kinds.map((kind) => [kind.item, classOf(kind)]));
  const basis = new Environment({
    limits: { maxAstNodes: 1000, maxDepth: 32, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 4 },
  })
    .registerFunction('re(string, string): bool', (text: string, pattern: string) => patterns.get(pattern)!.test(text))
    .registerFunction('glob(string, string): bool', (path: string, pattern: string) => matchesPath(pattern, path))
    .registerFunction('daysSince(string): int', (date: string) => daysBetween(date, today));
  for (const kind of kinds) {
    const fields = Object.fromEntries(Object.entries(kind.fields).map(([name, [type]]) => [name, type]));
    basis.registerType(kind.item, { ctor: classes.get(kind.item)!, fields });
  }
  // A type has to be there before a method of it.
  basis
    .registerFunction('pkg.olderThan(string): bool', (pkg: { type: string; version: string }, version: string) => {
      return compareVersions(pkg.type, pkg.version, version) < 0;
    })
    .registerFunction('runtime.olderThan(string): bool', (runtime: { version: string }, version: string) => {
      if (runtime.version === '') throw new Error('the version could not be told');
      return compareVersions('', runtime.version, version) < 0;
    });
  const environments = new Map<string, Environment>();
  const environmentFor = (kind: Kind, on: Kind['on']): Environment => {
    const key = `${kind.name} ${on.join(' ')}`;
    let found = environments.get(key);
    if (!found) {
      found = basis.clone();
      for (const [name, type] of variablesOf(kinds, kind, on)) found.registerVariable(name, type);
      environments.set(key, found);
    }
    return found;
  };
  const unbound = basis.clone();
  let budget = budgetOf(0);
  let today = '';
  const price = priceOf(patterns);
  return {
    instance: (kind, values) => new (classes.get(kind.item)!)(values),
    compile(text, kind, given) {
      if (text.length > longestExpression)
        return {
          at: longestExpression - 1,
          message: `the expression has more than ${longestExpression} characters; make several rules of it`,
        };
      let on = given ?? kind.on;
      let about: About = { kinds, kind, variables: variablesOf(kinds, kind, on), on };
      let parsed: ReturnType<Environment['parse']>;
      try {
        if (!given) on = targetsOf(namesIn(unbound.parse(text).ast as unknown as AstNode), kind, kinds);
        about = { ...about, variables: variablesOf(kinds, kind, on), on };
        parsed = environmentFor(kind, on).parse(text);
      } catch (error) {
        return faultOf(error, about);
      }
      const ast = parsed.ast as unknown as AstNode;
      const problem = refusal(nodesOf(ast, false)) ?? literalPatterns(ast, patterns);
      if (problem) return problem;
      const { valid, type, error } = parsed.check();
      if (!valid) return faultOf(error, about);
      if (type !== 'bool') return { at: ast.start, message: `must be true or false, not ${shown(type ?? 'nothing')}` };
      const indexed = [...nodesOf(ast, true)].find(
        ({ op, left }) => op === '[]' && left?.checkedType?.kind === 'message',
      );
      if (indexed) return { at: indexed.start, message: 'write a field behind a dot, such as pkg.name' };
      counted(ast, () => budget, price);
      const used = namesIn(ast);
      return {
        on: [...on],
        reads: kinds.filter((one) => used.has(variableOf(one)) && !(one.single && one === kind)),
        holds(variables, allowed, asOf) {
          budget = allowed;
          today = asOf;
          const result: unknown = parsed(variables as Record<string, unknown>);
          // An operator may have swallowed the error that ended it.
          if (allowed.left < 0) throw exhausted;
          return result === true;
        },
      };
    },
  };
}

function namesIn(ast: AstNode): Set<string> {
  return new Set([...nodesOf(ast, false)].filter(({ op }) => op === 'id').map(({ args }) => args as string));
}

/** Where a rule can be judged: everything that it names is there. All targets of its kind where that is nowhere, to say so. */
function targetsOf(names: ReadonlySet<string>, kind: Kind, kinds: readonly Kind[]): Kind['on'] {
  const named = kinds.filter((one) => names.has(variableOf(one)));
  const targets = kind.on.filter((target) => named.every(({ on }) => on.includes(target)));
  return targets.length > 0 ? targets : kind.on;
}

/** Name and type of what an expression may name: its own item, the single kinds, and the lists. */
function variablesOf(kinds: readonly Kind[], own: Kind, on: Kind['on']): Map<string, string> {
  const out = new Map<string, string>();
  for (const kind of kinds) {
    if (!on.every((target) => kind.on.includes(target))) continue;
    out.set(variableOf(kind), kind.single ? kind.item : `list<${kind.item}>`);
  }
  return out.set(own.item, own.item);
}

function daysBetween(from: string, to: string): bigint {
  const start = /^\d{4}-\d\d-\d\d/.test(from) ? Date.parse(from.slice(0, 10)) : Number.NaN;
  if (Number.isNaN(start)) throw new Error('there is no date');
  return BigInt(Math.round((Date.parse(to) - start) / 86_400_000));
}

/** A class whose objects have a kind's fields, made of the values when they are asked for: most things are asked for one or two. */
function classOf({ fields }: Kind): new (values: Item['values']) => Instance {
  class Thing {
    constructor(readonly $values: Item['values']) {}
  }
  for (const [name, [type]] of Object.entries(fields))
    Object.defineProperty(Thing.prototype, name, {
      get(this: Thing) {
        return valueOfType(this.$values[name], type);
      },
    });
  return Thing;
}

/** JavaScript's numbers are CEL's doubles, so that whole numbers are BigInt. */
function valueOfType(value: Item['values'][string], type: FieldType): unknown {
  if (type === 'int') return BigInt(Math.trunc(Number(value ?? 0)) || 0);
  return value ?? (type === 'string' ? '' : type === 'bool' ? false : []);
}

/** Patterns are read when the rule is: a wrong one is told at once, and none is made of what an image says. */
function literalPatterns(ast: AstNode, patterns: Map<string, RE2JS>): Fault | undefined {
  for (const node of nodesOf(ast, false)) {
    if (node.op !== 'call') continue;
    const [name, parts] = node.args as [string, AstNode[]];
    const pattern = parts[1];
    if ((name !== 're' && name !== 'glob') || !pattern) continue;
    const text = pattern.args;
    if (pattern.op !== 'value' || typeof text !== 'string')
      return { at: pattern.start, message: `the pattern of ${name}() must be written out, as text in quotes` };
    const problem = name === 're' ? compilePattern(text, patterns) : pathPatternProblem(text);
    if (problem) return { at: pattern.start, message: problem };
  }
  return undefined;
}

function compilePattern(text: string, patterns: Map<string, RE2JS>): string | undefined {
  if (patterns.has(text)) return undefined;
  if (text.length > longestPattern) return `a pattern has at most ${longestPattern} characters`;
  try {
    const compiled = RE2JS.compile(text);
    const size = [...patterns.values()].reduce((sum, pattern) => sum + pattern.programSize(), compiled.programSize());
    if (size > mostPatterns)
      return 'the patterns of this ruleset are too large together; leave out counts such as {1000}';
    patterns.set(text, compiled);
    return undefined;
  } catch (error) {
    const why = (error as Error).message.replace(/^error parsing regexp: /, '').replaceAll('`', '"');
    return `this is not a pattern that re() reads (RE2 syntax, no look-around or back-references): ${why}`;
  }
}

/** Functions cost what they look at; `contains` and kin in the worst case each character of one with each of the other. */
function priceOf(patterns: ReadonlyMap<string, RE2JS>): (name: string) => Price {
  const sizes = (values: readonly unknown[]) => values.reduce((sum: number, value) => sum + weigh(value, 1e9), 0);
  const lengths = ([text, other]: readonly unknown[]) => String(text).length * String(other).length;
  return (name) => {
    if (name === 'size') return ([value]) => (typeof value === 'string' ? value.length >> 4 : 0);
    if (name === 're')
      return ([text, pattern]) => (String(text).length * patterns.get(String(pattern))!.programSize()) >> 2;
    if (name === 'glob') return (values) => lengths(values) >> 4;
    if (/^(?:contains|indexOf|lastIndexOf|split)$/.test(name))
      return (values) => sizes(values) + (lengths(values) >> 6);
    return sizes;
  };
}
