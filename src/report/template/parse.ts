/** A template as a tree. */
import { type Expression, expressionReader } from './expression.ts';
import { lex, type Piece, templateError } from './lex.ts';

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; value: Expression; at: number }
  | { kind: 'each'; list: Expression; as?: string; body: Node[]; otherwise: Node[]; at: number }
  | { kind: 'if'; branches: { when: Expression; negated: boolean; body: Node[] }[]; otherwise: Node[]; at: number };

const deepest = 32;
const longest = 1 << 20;

interface Open {
  word: 'each' | 'if' | 'unless';
  at: number;
  node: Extract<Node, { kind: 'each' | 'if' }>;
  /** Where nodes go now. */
  into: Node[];
  elseSeen: boolean;
}

/** @throws UsageError with file, line and column. */
export function parseTemplate(source: string, name: string): Node[] {
  const fail: (at: number, reason: string) => never = (at, reason) => {
    throw templateError(name, source, at, reason);
  };
  if (source.length > longest) fail(0, `the template is longer than ${longest} characters`);
  const root: Node[] = [];
  const open: Open[] = [];
  const into = (): Node[] => open.at(-1)?.into ?? root;
  for (const piece of lex(source, name)) {
    if (piece.kind === 'text') into().push({ kind: 'text', text: piece.text });
    else tag(piece);
  }
  const unclosed = open.at(-1);
  if (unclosed) fail(unclosed.at, `{{#${unclosed.word}}} is not closed: {{/${unclosed.word}}} is missing`);
  return root;

  function tag({ text, at }: Piece): void {
    const block = /^#\s*(\w*)/.exec(text);
    if (block) begin(block[1]!, text, at, at + block[0].length);
    else if (text.startsWith('/')) end(text.slice(1).trim(), at);
    else if (/^else\b/.test(text)) otherwise(text, at);
    else into().push({ kind: 'value', value: expressionReader(text, at, fail).whole(), at });
  }

  function begin(word: string, text: string, at: number, from: number): void {
    if (word !== 'each' && word !== 'if' && word !== 'unless')
      fail(at, `there is no block #${word}; there are #each, #if and #unless`);
    if (open.length >= deepest) fail(at, `blocks stand more than ${deepest} deep in one another`);
    const read = expressionReader(text.slice(from - at), from, fail);
    let node: Open['node'];
    if (word === 'each') {
      const list = read.value();
      const as = read.word('as') ? read.name() : undefined;
      read.end();
      node = { kind: 'each', list, ...(as === undefined ? {} : { as }), body: [], otherwise: [], at };
    } else {
      node = {
        kind: 'if',
        branches: [{ when: read.whole(), negated: word === 'unless', body: [] }],
        otherwise: [],
        at,
      };
    }
    into().push(node);
    const body = node.kind === 'each' ? node.body : node.branches[0]!.body;
    open.push({ word: word as Open['word'], at, node, into: body, elseSeen: false });
  }

  function otherwise(text: string, at: number): void {
    const block = open.at(-1);
    if (!block) throw templateError(name, source, at, '{{else}} stands in no block');
    if (block.elseSeen) throw templateError(name, source, at, 'this block has its {{else}} already');
    const rest = text.slice('else'.length);
    const chained = /^\s+if\b/.exec(rest);
    if (chained && block.node.kind === 'if') {
      const from = at + 'else'.length + chained[0].length;
      const when = expressionReader(text.slice(from - at), from, fail).whole();
      const branch = { when, negated: false, body: [] };
      block.node.branches.push(branch);
      block.into = branch.body;
      return;
    }
    if (rest.trim() !== '') fail(at, 'after else comes nothing, or if with a condition in an #if block');
    block.elseSeen = true;
    block.into = block.node.otherwise;
  }

  function end(word: string, at: number): void {
    const block = open.pop();
    if (!block) throw templateError(name, source, at, `{{/${word}}} closes nothing`);
    if (block.word !== word) fail(at, `{{/${word}}} stands where {{/${block.word}}} belongs`);
  }
}
