/** Version tables: lines `a OP b`, comments and blank lines between. */
export function pairs(text: string): [a: string, op: '<' | '=' | '>', b: string][] {
  const out: [string, '<' | '=' | '>', string][] = [];
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#') || line.startsWith('//')) continue;
    const match = /^(\S+) (<|==?|>) (\S+)$/.exec(line.trim());
    if (!match) throw new Error(`not a pair: ${line}`);
    out.push([match[1]!, match[2]![0] as '<', match[3]!]);
  }
  return out;
}

/** Pairs that come out otherwise, or otherwise the other way round. */
export function wrong(table: Iterable<[string, string, string]>, compare: (a: string, b: string) => number): string[] {
  const said: string[] = [];
  const sign = (value: number) => (value < 0 ? '<' : value > 0 ? '>' : '=');
  const turned: Record<string, string> = { '<': '>', '>': '<', '=': '=' };
  for (const [a, op, b] of table) {
    if (sign(compare(a, b)) !== op) said.push(`${a} ${op} ${b}: ${sign(compare(a, b))}`);
    if (sign(compare(b, a)) !== turned[op]) said.push(`${b} ${turned[op]} ${a}: ${sign(compare(b, a))}`);
  }
  return said;
}

/** Deterministic strings of an alphabet, and each with a small change. */
export function madeUp(alphabet: string, count: number, tidy: (text: string) => string): [string, string][] {
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const out: [string, string][] = [];
  while (out.length < count) {
    const length = 1 + random(9);
    const letters = Array.from({ length }, () => alphabet[random(alphabet.length)]!);
    const a = tidy(letters.join(''));
    letters[random(length)] = alphabet[random(alphabet.length)]!;
    if (random(3) === 0) letters.push(alphabet[random(alphabet.length)]!);
    out.push([a, tidy(letters.join(''))]);
  }
  return out;
}
