/**
 * Bounds what an expression may do, by counting instead of by the clock: the same rule on the same image ends the same way
 * on every machine. Each node of the expression that is evaluated is a step, and what works on whole texts and lists costs
 * in proportion to them, before it is done.
 */

/** What is left to spend. */
export interface Budget {
  left: number;
  spend(steps: number): void;
}

/** Thrown, over and over, once nothing is left. */
export const exhausted = new Error('too many steps');

/** A budget of so many steps. */
export function budgetOf(steps: number): Budget {
  return {
    left: steps,
    spend(count) {
      this.left -= count;
      if (this.left < 0) throw exhausted;
    },
  };
}

/** A node of @marcbachmann/cel-js 8.0.0, as far as this file needs it. */
export interface AstNode {
  op: string;
  args: unknown;
  start: number;
  end: number;
  meta: { evaluate: Evaluate; alternate?: AstNode; macro?: unknown };
  setMeta(key: string, value: unknown): unknown;
  checkedType?: { kind: string; name: string };
  /** Of an operator: its operands, and what works on their values. */
  left?: AstNode;
  right?: AstNode;
  handle?: (...values: unknown[]) => unknown;
  receiverWithArgs?: AstNode[];
}

type Evaluate = (this: AstNode, evaluator: Evaluator, ast: AstNode, context: unknown) => unknown;
interface Evaluator {
  run(ast: AstNode, context: unknown): unknown;
}

/** Nodes of an expression, also those that macros such as `exists` were made into. */
export function nodesOf(root: AstNode, expanded: boolean): Set<AstNode> {
  const seen = new Set<AstNode>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next);
    else if (isNode(next)) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next.args, expanded ? next.meta.alternate : undefined);
    } else if (next !== null && typeof next === 'object') {
      // A loop keeps its parts by name.
      const { iterable, init, step } = next as Record<string, unknown>;
      pending.push(iterable, init, step);
    }
  }
  return seen;
}

function isNode(value: unknown): value is AstNode {
  return value !== null && typeof value === 'object' && 'op' in value && 'meta' in value;
}

const errorSteps = 200;

/** Makes a checked expression count. `budget` gives the one in force when a node is evaluated. */
export function counted(root: AstNode, budget: () => Budget, price: (name: string) => Price): void {
  for (const node of nodesOf(root, true)) {
    const evaluate = charging(node, budget, price) ?? node.meta.evaluate;
    node.setMeta('evaluate', function (this: AstNode, evaluator: Evaluator, ast: AstNode, context: unknown) {
      budget().spend(1);
      try {
        return evaluate.call(this, evaluator, ast, context);
      } catch (error) {
        // An error is made with its place in the text and a trace, which costs more than anything else here.
        if (error !== exhausted) budget().spend(errorSteps);
        throw error;
      }
    });
  }
}

/** Cost of a function beyond its step, by its values. */
export type Price = (values: readonly unknown[]) => number;

const operators = new Set(['+', '==', '!=', 'in', '<', '<=', '>', '>=']);

/** In place of the library's own evaluation of operators and calls: the same, with its price paid between operands and work. */
function charging(node: AstNode, budget: () => Budget, price: (name: string) => Price): Evaluate | undefined {
  if (operators.has(node.op)) {
    return (evaluator, ast, context) => {
      const left = evaluator.run(ast.left!, context);
      const right = evaluator.run(ast.right!, context);
      budget().spend(weigh(left, budget().left) + weigh(right, budget().left));
      return ast.handle!(left, right, ast, evaluator);
    };
  }
  if (node.meta.macro || node.meta.alternate) return undefined;
  if (node.op === 'call') {
    return (evaluator, ast, context) => {
      const [name, parts] = ast.args as [string, AstNode[]];
      const values = parts.map((part) => evaluator.run(part, context));
      budget().spend(price(name)(values));
      return ast.handle!(values, ast, evaluator);
    };
  }
  if (node.op === 'rcall') {
    return (evaluator, ast, context) => {
      const values = ast.receiverWithArgs!.map((part) => evaluator.run(part, context));
      budget().spend(price((ast.args as [string])[0])(values));
      return ast.handle!(values, evaluator, ast);
    };
  }
  return undefined;
}

/** How large a value is: a list by its items, theirs included, a text by sixteen characters. Stops counting past `most`. */
export function weigh(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length >> 4;
  if (!Array.isArray(value)) return 0;
  let sum = value.length;
  for (const item of value) {
    if (typeof item === 'string') sum += item.length >> 4;
    else if (Array.isArray(item)) sum += weigh(item, most - sum);
    if (sum > most) break;
  }
  return sum;
}
