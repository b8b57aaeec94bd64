/** Reads XML as strictly as the specification asks, for what src/report writes: elements, attributes, text, `&#N;`. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const token =
  /<\?xml version="1\.0" encoding="UTF-8"\?>\n|<\/([a-z][\w-]*)>|<([a-z][\w-]*)((?: [a-z][\w-]*="(?:[^"<&]|&#\d+;)*")*)(\/?)>|((?:[^<&]|&#\d+;)+)/y;

/** Throws where it is not well-formed, or holds a character that XML 1.0 does not allow (section 2.2). */
export function readXml(text: string): Element {
  const illegal = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (illegal)
    throw new Error(`U+${illegal[0].codePointAt(0)!.toString(16)} at ${illegal.index} is not allowed in XML`);
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  token.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    const match = token.exec(text);
    if (!match) throw new Error(`not well-formed at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
    at = token.lastIndex;
    const [, closed, opened, attributes, empty, words] = match;
    if (opened !== undefined) {
      const element: Element = { name: opened, attributes: attributesOf(attributes!), children: [], text: '' };
      open.at(-1)!.children.push(element);
      if (!empty) open.push(element);
    } else if (closed !== undefined) {
      const last = open.pop()!;
      if (last.name !== closed) throw new Error(`</${closed}> at ${at} closes <${last.name}>`);
    } else if (words !== undefined) open.at(-1)!.text += decoded(words);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one root element');
  return root.children[0]!;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-z][\w-]*)="([^"]*)"/g)].map(
    ([, name, value]) => [name!, decoded(value!)] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`an attribute stands twice in${text}`);
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
