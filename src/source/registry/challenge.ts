/** One way in that a registry offers (RFC 9110 §11.6.1). Scheme and parameter names in lower case. */
export interface Challenge {
  scheme: string;
  parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const space = /[ \t]*/y;

/**
 * Reads a WWW-Authenticate header, which may hold several challenges with commas between and within them. What does
 * not parse ends the reading: what was read up to there is returned. Linear in the header's length.
 */
export function parseChallenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  const reader = new Reader(header);
  let scheme = reader.next(token);
  while (scheme !== undefined) {
    const parameters = new Map<string, string>();
    found.push({ scheme: scheme.toLowerCase(), parameters });
    scheme = undefined;
    reader.next(space);
    for (;;) {
      reader.skipCommas();
      const name = reader.next(token);
      if (name === undefined) break;
      reader.next(space);
      if (!reader.take('=')) {
        // A word without "=" is the next scheme.
        scheme = name;
        break;
      }
      reader.next(space);
      const value = reader.next(quoted) ?? reader.next(token);
      if (value === undefined) {
        // `Negotiate dG9rZW4==`: bare data (token68), which no scheme of a registry has.
        while (reader.take('='));
        continue;
      }
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value.replace(/\\(.)/g, '$1'));
      reader.next(space);
    }
  }
  return found;
}

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.skipCommas();
  }

  next(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) return undefined;
    this.at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  skipCommas(): void {
    while (this.at < this.text.length && ', \t'.includes(this.text[this.at]!)) this.at++;
  }
}
