/** What is wrong with an expression, as a sentence with its place in the text. */
import type { AstNode } from './own-budget.ts';
import { type Kind, variableOf } from './own-kind.ts';
import { suggestion } from './suggest.ts';

/** A fault and where it is, in characters from the start of the expression. */
export interface Fault {
  at: number;
  message: string;
}

/** What the expression is about. */
export interface About {
  kinds: readonly Kind[];
  kind: Kind;
  on: Kind['on'];
  /** What it may name. */
  variables: ReadonlyMap<string, string>;
}

/** Functions that an expression may call, with what each is for. */
export const functions: ReadonlyMap<string, string> = new Map([
  [
    're',
    '`re(text, "pattern")`: some part of the text fits the regular expression (RE2 syntax; anchor with `^` and `$`)',
  ],
  ['glob', '`glob(path, "pattern")`: the path fits; `*` and `?` within one part, `**` for whole parts'],
  [
    'olderThan',
    '`pkg.olderThan("3.0.14")`, `runtime.olderThan("22")`: by the order of its package manager; Semantic Versioning where it has none',
  ],
  ['daysSince', '`daysSince(image.created)`: days from a date, such as `2026-11-23…`, to the day that is judged by'],
  ['startsWith', '`text.startsWith("x")`'],
  ['endsWith', '`text.endsWith("x")`'],
  ['contains', '`text.contains("x")`'],
  ['indexOf', '`text.indexOf("x")`: -1 where it is not there'],
  ['lastIndexOf', '`text.lastIndexOf("x")`'],
  ['substring', '`text.substring(from)`, `text.substring(from, to)`'],
  ['split', '`text.split(",")`'],
  ['join', '`list.join(",")`'],
  ['trim', '`text.trim()`'],
  ['lowerAscii', '`text.lowerAscii()`'],
  ['upperAscii', '`text.upperAscii()`'],
  ['size', '`size(text)`, `size(list)`, or `list.size()`'],
  ['int', '`int("42")`'],
  ['double', '`double("1.5")`'],
  ['string', '`string(42)`'],
  ['bool', '`bool("true")`'],
  ['exists', '`list.exists(x, …)`: true for one or more of them'],
  ['all', '`list.all(x, …)`: true for each of them'],
  ['exists_one', '`list.exists_one(x, …)`: true for exactly one'],
  ['filter', '`list.filter(x, …)`: those for which it is true'],
  ['map', '`list.map(x, …)`: a list of what it makes of each'],
  ['bind', '`cel.bind(x, value, …)`: gives a value a name'],
]);

/** What CEL has and a rule may not use, with the way that is there instead. */
const refused: ReadonlyMap<string, string> = new Map([
  [
    'matches',
    'matches() can take for ever on a hostile text; write re(text, "pattern"), or glob(path, "pattern") for paths',
  ],
  ['has', 'every field is always there, and empty where nothing is known; compare it with "", 0 or false'],
  ['dyn', 'dyn() would take away the types that this file is checked by; leave it out'],
]);

/** What the rule may not hold, whatever its types. */
export function refusal(nodes: Iterable<AstNode>): Fault | undefined {
  const faults = [...nodes].map(refusedIn).filter((fault) => fault !== undefined);
  return faults.sort((a, b) => a.at - b.at)[0];
}

function refusedIn(node: AstNode): Fault | undefined {
  const { op, args, start } = node;
  if (op === 'map') return { at: start, message: 'a rule cannot build maps; compare fields, or use lists' };
  if (op === 'value' && args !== null && typeof args === 'object')
    return {
      at: start,
      message: 'a rule has texts, whole numbers, decimals, true and false; not bytes, and no numbers with u',
    };
  if (op !== 'call' && op !== 'rcall') return undefined;
  const [name, second, third] = args as [string, unknown, unknown];
  const parts = (op === 'call' ? second : third) as AstNode[];
  const end = parts[0]?.start ?? node.end;
  const at = op === 'call' ? start : Math.max(start, nameBefore(node, name, end));
  const instead = refused.get(name);
  if (instead !== undefined) return { at, message: instead };
  if (functions.has(name)) return undefined;
  return {
    at,
    message: `there is no function ${name}()${suggestion(name, [...functions.keys()]) || `; there are ${[...functions.keys()].join(', ')}`}`,
  };
}

/** Where a method's name stands: behind its receiver's last dot. */
function nameBefore(node: AstNode, name: string, end: number): number {
  const text = (node as unknown as { input: string }).input;
  return typeof text === 'string' ? text.lastIndexOf(name, end) : node.start;
}

/** The library's error in our words. */
export function faultOf(error: unknown, about: About): Fault {
  const {
    code = '',
    range,
    summary,
    message,
  } = error as {
    code?: string;
    range?: { start: number };
    summary?: string;
    message?: string;
  };
  const said = summary ?? String(message ?? error);
  return { at: range?.start ?? 0, message: sentence(code, said, error, about) };
}

function sentence(code: string, said: string, error: unknown, about: About): string {
  const name = said.slice(said.indexOf(': ') + 2);
  switch (code) {
    case 'unknown_variable':
      return unknownVariable(name, about);
    case 'reserved_identifier':
      return `CEL keeps the word ${name} for itself${name === 'package' ? '; a package is pkg' : ''}`;
    case 'no_such_key':
      return unknownField(name, error, about);
    case 'no_such_overload':
      return `${shown(name)} cannot be worked out: the types do not go together`;
    case 'no_matching_overload':
      return wrongCall(shown(/'(.+)'$/.exec(said)?.[1] ?? said));
    case 'unexpected_character':
      return `this is not CEL: ${lower(said)}${/: =$/.test(said) ? '; write == to compare' : ''}`;
    case 'unexpected_token':
    case 'expected_token':
      return `this is not CEL: ${said.includes('EOF') ? 'the expression ends where something is missing' : lower(withSigns(said))}`;
    default:
      return code === 'limit_exceeded' ? tooLarge(said) : shown(lower(said));
  }
}

function wrongCall(call: string): string {
  const known = functions.get(/(\w+)\(/.exec(call)?.[1] ?? '');
  const [ways = ''] = /^`[^`]+`(?:,(?: or)? `[^`]+`)*/.exec(known ?? '') ?? [];
  return `${call} cannot be called with these types${ways && `; write ${ways.replaceAll('`', '')}`}`;
}

function tooLarge(said: string): string {
  const [, name = '', most = ''] = /(max[A-Za-z]+) \((\d+)\)/.exec(said) ?? [];
  const limits: Record<string, string> = {
    maxAstNodes: `it has more than ${most} parts`,
    maxDepth: `it nests more than ${most} deep`,
    maxListElements: `a list has more than ${most} items`,
    maxMapEntries: `a map has more than ${most} entries`,
    maxCallArguments: `a call has more than ${most} arguments`,
  };
  return `the expression is too large: ${limits[name] ?? lower(said)}; make several rules of it`;
}

function unknownVariable(name: string, { kinds, variables, kind, on }: About): string {
  const other = kinds.find((one) => variableOf(one) === name);
  if (other && !variables.has(name)) {
    const where = other.on.map((target) => (target === 'image' ? 'images' : 'Dockerfiles')).join(' and ');
    const narrower = other.on.filter((target) => kind.on.includes(target));
    const way = narrower.length > 0 ? `say on: [${narrower.join(', ')}], or leave it out` : 'leave it out';
    return `${name} is there for ${where} alone, and this rule is judged on ${on.join(' and ')}; ${way}`;
  }
  const item = kinds.find((one) => one.item === name);
  if (item) return `there is no ${name} in a rule for ${kind.name}; the list of all is ${item.name}`;
  const names = [...variables.keys()];
  return `there is no ${name} here${suggestion(name, names) || `; a rule for ${kind.name} sees ${names.join(', ')}`}`;
}

function unknownField(name: string, error: unknown, { kinds }: About): string {
  const { node } = error as { node?: { args?: [AstNode, string] } };
  const type = node?.args?.[0]?.checkedType?.name;
  const kind = kinds.find(({ item }) => item === type);
  if (!kind) return `there is no field ${name} here`;
  const names = Object.keys(kind.fields);
  return `${kind.item} has no field ${name}${suggestion(name, names) || `; it has ${names.join(', ')}`}`;
}

const words: readonly (readonly [RegExp, string])[] = [
  [/\bstring\b/g, 'text'],
  [/\bint\b/g, 'whole number'],
  [/\bdouble\b/g, 'decimal'],
  [/\bbool\b/g, 'true-or-false'],
  [/\blist<([^<>]+)>/g, 'list of $1'],
];

/** The parser's names of what it reads. */
const signs: Readonly<Record<string, string>> = {
  ...{
    NUMBER: 'a number',
    STRING: 'text',
    BYTES: 'bytes',
    BOOLEAN: 'true or false',
    NULL: 'null',
    IDENTIFIER: 'a name',
  },
  ...{
    PLUS: '+',
    MINUS: '-',
    MULTIPLY: '*',
    DIVIDE: '/',
    MODULO: '%',
    EQ: '==',
    NE: '!=',
    LT: '<',
    LE: '<=',
    GT: '>',
    GE: '>=',
  },
  ...{
    AND: '&&',
    OR: '||',
    NOT: '!',
    IN: 'in',
    LPAREN: '(',
    RPAREN: ')',
    LBRACKET: '[',
    RBRACKET: ']',
    LBRACE: '{',
    RBRACE: '}',
  },
  ...{ DOT: '.', COMMA: ',', COLON: ':', QUESTION: '?' },
};

function withSigns(text: string): string {
  return text.replace(/\b[A-Z]{2,}\b/g, (name) => (Object.hasOwn(signs, name) ? signs[name]! : name));
}

/** Names of types, for people. */
export function shown(text: string): string {
  return words.reduce((said, [type, word]) => said.replace(type, word), text);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
