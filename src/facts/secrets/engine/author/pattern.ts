/**
 * Reads the small part of the regular-expression language that a secret's pattern may use: literals, classes,
 * groups, alternatives and bounded repeats. Whatever could run without bound is not in the language at all.
 */

export type Node =
  | { type: 'set'; set: ReadonlySet<number> }
  | { type: 'sequence'; items: Node[] }
  | { type: 'choice'; options: Node[] }
  | { type: 'repeat'; item: Node; min: number; max: number }
  | { type: 'group'; item: Node; name?: string };

/** @throws Error that says what the language has not, and where. */
export function parsePattern(source: string): Node {
  const reader = new Reader(source);
  const node = reader.choice();
  if (reader.at < source.length) reader.fail('a closing bracket without its opening');
  return node;
}

class Reader {
  at = 0;
  constructor(private readonly source: string) {}

  fail(what: string): never {
    throw new Error(`at character ${this.at + 1}: ${what}`);
  }

  choice(): Node {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0]! : { type: 'choice', options };
  }

  private sequence(): Node {
    const items: Node[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at]!)) items.push(this.repeat());
    return items.length === 1 ? items[0]! : { type: 'sequence', items };
  }

  private repeat(): Node {
    const item = this.atom();
    if (this.take('?')) {
      this.refuseMore();
      return { type: 'repeat', item, min: 0, max: 1 };
    }
    if ('*+'.includes(this.source[this.at] ?? ' ')) this.fail('a repeat without bound; write {min,max}');
    const counts = /^\{(\d+)(,(\d*))?\}/.exec(this.source.slice(this.at));
    if (!counts) return item;
    if (counts[3] === '') this.fail('a repeat without bound; write {min,max}');
    const min = Number(counts[1]);
    const max = Number(counts[3] ?? counts[1]);
    if (max < min || max < 1) this.fail('a repeat that cannot be');
    this.at += counts[0].length;
    this.refuseMore();
    return { type: 'repeat', item, min, max };
  }

  private refuseMore(): void {
    if ('?*+{'.includes(this.source[this.at] ?? ' ')) this.fail('a repeat of a repeat, or a lazy one');
  }

  private atom(): Node {
    const char = this.source[this.at++]!;
    if (char === '(') return this.group();
    if (char === '[') return this.class();
    if (char === '\\') return { type: 'set', set: new Set(this.escape()) };
    if ('.^$*+?{}]'.includes(char)) {
      this.at--;
      this.fail(`"${char}" is not in the language of patterns; escape it, or write a class`);
    }
    return { type: 'set', set: new Set([char.charCodeAt(0)]) };
  }

  private group(): Node {
    const head = /^\?(?::|<([a-z]+)>)/.exec(this.source.slice(this.at));
    if (!head) this.fail('only (?:…) and (?<secret>…) groups are known');
    this.at += head[0].length;
    const item = this.choice();
    if (!this.take(')')) this.fail('a group without its end');
    return { type: 'group', item, ...(head[1] ? { name: head[1] } : {}) };
  }

  private class(): Node {
    const set = new Set<number>();
    const negated = this.take('^');
    while (!this.take(']')) {
      if (this.at >= this.source.length) this.fail('a class without its end');
      const from = this.classMember();
      if (from.length === 1 && this.source[this.at] === '-' && this.source[this.at + 1] !== ']') {
        this.at++;
        const to = this.classMember();
        if (to.length !== 1 || to[0]! < from[0]!) this.fail('a range that cannot be');
        for (let code = from[0]!; code <= to[0]!; code++) set.add(code);
      } else for (const code of from) set.add(code);
    }
    if (!negated) return { type: 'set', set };
    return { type: 'set', set: new Set(range(0x20, 0x7e).filter((code) => !set.has(code))) };
  }

  private classMember(): number[] {
    const char = this.source[this.at++] ?? this.fail('a class without its end');
    return char === '\\' ? this.escape() : [char.charCodeAt(0)];
  }

  private escape(): number[] {
    const char = this.source[this.at++] ?? this.fail('a backslash at the end');
    if (char === 'd') return range(0x30, 0x39);
    if (char === 's') return [0x09, 0x20];
    if (char === 't') return [0x09];
    if (char === 'n') return [0x0a];
    if (char === 'x') {
      const code = Number.parseInt(this.source.slice(this.at, this.at + 2), 16);
      this.at += 2;
      return [code];
    }
    if (/[A-Za-z0-9]/.test(char)) this.fail(`"\\${char}" is not in the language of patterns`);
    return [char.charCodeAt(0)];
  }

  private take(char: string): boolean {
    if (this.source[this.at] !== char) return false;
    this.at++;
    return true;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
