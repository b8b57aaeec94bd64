/** Fills a parsed template. Reads own properties alone, and stops at a bound on work and on output. */
import { UsageError } from '../../types.ts';
import type { Escape } from './escape.ts';
import type { Expression } from './expression.ts';
import { applyFilter, Escaped } from './filters.ts';
import type { Node } from './parse.ts';

const mostSteps = 5_000_000;
const mostOutput = 64 << 20;

interface Scope {
  value: unknown;
  names: ReadonlyMap<string, unknown>;
  outer?: Scope;
}

/** @throws UsageError for a template that asks for more than the bounds allow. */
export function fill(nodes: readonly Node[], root: object, name: string, escaped: Escape): string {
  const parts: string[] = [];
  let written = 0;
  let steps = 0;
  walk(nodes, { value: root, names: new Map() });
  return parts.join('');

  function walk(list: readonly Node[], scope: Scope): void {
    for (const node of list) {
      step();
      if (node.kind === 'text') write(node.text);
      else if (node.kind === 'value') write(shown(evaluate(node.value, scope)));
      else if (node.kind === 'if') choose(node, scope);
      else each(node, scope);
    }
  }

  function choose(node: Extract<Node, { kind: 'if' }>, scope: Scope): void {
    const branch = node.branches.find(({ when, negated }) => holds(evaluate(when, scope)) !== negated);
    walk(branch?.body ?? node.otherwise, scope);
  }

  function each(node: Extract<Node, { kind: 'each' }>, scope: Scope): void {
    const list = itemsOf(evaluate(node.list, scope));
    if (list.length === 0) walk(node.otherwise, scope);
    for (const [index, [key, value]] of list.entries()) {
      const names = new Map<string, unknown>([
        ['@index', index],
        ['@number', index + 1],
        ['@key', key],
        ['@first', index === 0],
        ['@last', index === list.length - 1],
        ...(node.as === undefined ? [] : ([[node.as, value]] as const)),
      ]);
      walk(node.body, { value, names, outer: scope });
    }
  }

  function evaluate(expression: Expression, scope: Scope): unknown {
    step();
    switch (expression.kind) {
      case 'plain':
        return expression.value;
      case 'path':
        return lookUp(expression.names, scope);
      case 'equal':
        return Object.is(evaluate(expression.left, scope), evaluate(expression.right, scope)) !== expression.negated;
      case 'filter':
        return filtered(expression, scope);
    }
  }

  /** What a filter writes costs as it is written, so that a loop cannot turn the whole report over and over. */
  function filtered(
    { name: filter, of, arguments: values }: Extract<Expression, { kind: 'filter' }>,
    scope: Scope,
  ): unknown {
    const value = applyFilter(filter, evaluate(of, scope), values);
    const text = value instanceof Escaped ? value.text : value;
    if (typeof text === 'string') step(text.length >> 5);
    return value;
  }

  function shown(value: unknown): string {
    return value instanceof Escaped ? value.text : escaped(value);
  }

  function write(text: string): void {
    written += text.length;
    if (written > mostOutput) throw new UsageError(`${name}: the template writes more than ${mostOutput} characters`);
    parts.push(text);
  }

  function step(cost = 1): void {
    steps += cost;
    if (steps > mostSteps)
      throw new UsageError(`${name}: the template takes more than ${mostSteps} steps; its loops go over too much`);
  }
}

function lookUp(names: readonly string[], scope: Scope): unknown {
  const [first, ...rest] = names;
  let value: unknown = first === 'this' ? scope.value : undefined;
  if (first !== 'this') {
    for (let here: Scope | undefined = scope; here; here = here.outer) {
      if (here.names.has(first!)) {
        value = here.names.get(first!);
        break;
      }
      const own = property(here.value, first!);
      if (own !== undefined) {
        value = own;
        break;
      }
    }
  }
  for (const name of rest) value = property(value, name);
  return value;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Items of a list, or a record's values with their keys in the order of the keys. */
function itemsOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function holds(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Escaped ? value.text !== '' : Boolean(value);
}
