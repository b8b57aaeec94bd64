/** What stands in a tag: a path into the report or a plain value, a comparison, filters. */
import { type FilterName, filterNames, isFilter } from './filters.ts';

export type Expression =
  | { kind: 'plain'; value: string | number | boolean }
  /** Names from the innermost scope outwards; `this` is the scope's own value. */
  | { kind: 'path'; names: string[] }
  | { kind: 'equal'; negated: boolean; left: Expression; right: Expression }
  | { kind: 'filter'; of: Expression; name: FilterName; arguments: (string | number | boolean)[]; at: number };

const token =
  /\s*(?:("(?:[^"\\\n]|\\.)*")|(-?\d+(?:\.\d+)?)(?![\w.])|(@?[A-Za-z_][\w-]*(?:\.[\w-]+)*|\.)|(==|!=|[|:,])|(\S))/y;

export interface ExpressionReader {
  /** One expression with its filters, and nothing after it. */
  whole(): Expression;
  /** One expression with its filters. */
  value(): Expression;
  /** Takes this word, if it comes next. */
  word(word: string): boolean;
  /** A plain name. */
  name(): string;
  end(): void;
}

/** `fail` gets the offset in the template, where `text` begins at `from`. */
export function expressionReader(
  text: string,
  from: number,
  fail: (at: number, reason: string) => never,
): ExpressionReader {
  let at = 0;
  let next = read();
  return { whole, value, word, name, end };

  interface Token {
    kind: 'string' | 'number' | 'name' | 'sign' | 'other' | 'end';
    text: string;
    at: number;
  }

  function read(): Token {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return { kind: 'end', text: '', at: from + text.length };
    at = token.lastIndex;
    const kinds = ['string', 'number', 'name', 'sign', 'other'] as const;
    const index = match.slice(1).findIndex((part) => part !== undefined);
    const found = match[index + 1]!;
    return { kind: kinds[index]!, text: found, at: from + at - found.length };
  }

  function take(): Token {
    const taken = next;
    next = read();
    return taken;
  }

  function sign(text: string): boolean {
    if (next.kind !== 'sign' || next.text !== text) return false;
    take();
    return true;
  }

  function whole(): Expression {
    const expression = value();
    end();
    return expression;
  }

  function value(): Expression {
    const left = filtered();
    const equal = sign('==');
    if (!equal && !sign('!=')) return left;
    return { kind: 'equal', negated: !equal, left, right: filtered() };
  }

  function filtered(): Expression {
    let expression = operand();
    while (sign('|')) {
      const named = take();
      if (named.kind !== 'name' || !isFilter(named.text)) {
        return fail(named.at, `there is no filter ${named.text}; there are ${filterNames.join(', ')}`);
      }
      const values: (string | number | boolean)[] = [];
      if (sign(':')) {
        do {
          const argument = operand();
          if (argument.kind !== 'plain') return fail(next.at, `${named.text} takes texts and numbers alone`);
          values.push(argument.value);
        } while (sign(','));
      }
      expression = { kind: 'filter', of: expression, name: named.text, arguments: values, at: named.at };
    }
    return expression;
  }

  function operand(): Expression {
    const taken = take();
    if (taken.kind === 'string') return { kind: 'plain', value: unquoted(taken.text) };
    if (taken.kind === 'number') return { kind: 'plain', value: Number(taken.text) };
    if (taken.kind !== 'name') {
      return fail(taken.at, taken.kind === 'end' ? 'a value is missing here' : `${taken.text} is no value`);
    }
    if (taken.text === 'true' || taken.text === 'false') return { kind: 'plain', value: taken.text === 'true' };
    return { kind: 'path', names: taken.text === '.' ? ['this'] : taken.text.split('.') };
  }

  function word(text: string): boolean {
    if (next.kind !== 'name' || next.text !== text) return false;
    take();
    return true;
  }

  function name(): string {
    const taken = take();
    if (taken.kind === 'name' && /^[A-Za-z_]\w*$/.test(taken.text)) return taken.text;
    return fail(taken.at, 'a name is missing here');
  }

  function end(): void {
    if (next.kind !== 'end') fail(next.at, `${next.text} is too much here`);
  }
}

function unquoted(text: string): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t' };
  return text.slice(1, -1).replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}
