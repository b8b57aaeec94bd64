/**
 * The builder's word lexer: quotes, escapes, variables and their modifiers, word splitting.
 * Facts: Dockerfile reference, "Environment replacement"; BuildKit frontend/dockerfile/shell.
 */
import { type Budget, BudgetError, spend } from './budget.ts';
import { compilePattern, replaceMatch, trimMatch } from './pattern.ts';
import { isSpace } from './source.ts';
import { WordSplitter } from './splitter.ts';

/** What is known of a variable. `value` absent: declared, but without a value here. */
export interface LexVariable {
  value?: string;
  open: readonly string[];
}

/** How a word is lexed, and within which bounds. */
export interface LexOptions {
  escape: '\\' | '`';
  /** Keep quotes, keep escapes, keep variables that are not set. */
  rawQuotes?: boolean;
  rawEscapes?: boolean;
  keepUnset?: boolean;
  get?: (name: string) => LexVariable | undefined;
  /** Nothing but `get` can declare a variable, so that `${V:?}` can be judged. */
  closed?: boolean;
  /** Longest text to make. */
  limit: number;
  budget: Budget;
}

/** The lexed word, and the variables that it depends on. */
export interface LexResult {
  text: string;
  /** The text split at blanks outside of quotes, after expansion. */
  words: string[];
  open: Set<string>;
  undeclared: Set<string>;
}

/** The builder refuses the word. `offset` is into the word. */
export class LexError extends Error {
  override name = 'LexError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const maxNesting = 100;

/** Lexes one word (or a whole line). Throws LexError where the builder refuses it, BudgetError past a limit. */
export function lex(word: string, options: LexOptions): LexResult {
  return new Lexer(word, options).run();
}

class Lexer {
  private at = 0;
  private depth = 0;
  private rawEscapes: boolean;
  private readonly open = new Set<string>();
  private readonly undeclared = new Set<string>();
  private readonly word: string;
  private readonly options: LexOptions;

  constructor(word: string, options: LexOptions) {
    this.word = word;
    this.options = options;
    this.rawEscapes = options.rawEscapes ?? false;
  }

  run(): LexResult {
    const { text, words } = this.until(undefined, this.rawEscapes);
    return { text, words, open: this.open, undeclared: this.undeclared };
  }

  /** Reads to the stop character, or to the end when there is none. */
  private until(stop: string | undefined, rawEscapes: boolean): { text: string; words: string[] } {
    const before = this.rawEscapes;
    this.rawEscapes = rawEscapes;
    if (++this.depth > maxNesting)
      throw new LexError('The substitutions are nested too deeply; use fewer levels.', this.at);
    const opened = this.at;
    const out = new WordSplitter(this.options.limit);
    const { word } = this;
    let closed = stop === undefined;
    while (this.at < word.length) {
      const char = word[this.at]!;
      if (char === stop) {
        this.at++;
        closed = true;
        break;
      }
      if (char === "'") out.raw(this.singleQuoted());
      else if (char === '"') out.raw(this.doubleQuoted());
      else if (char === '$') out.split(this.dollar());
      else if (char === '<') out.raw(this.angle());
      else if (char === this.options.escape) {
        this.at++;
        if (this.rawEscapes) out.raw(char);
        if (this.at < word.length) out.raw(word[this.at++]!);
      } else {
        this.at++;
        out.split(char);
      }
    }
    if (!closed) throw new LexError(`The closing ${stop} of the substitution is missing.`, opened);
    this.depth--;
    this.rawEscapes = before;
    return { text: out.text, words: out.finish() };
  }

  private singleQuoted(): string {
    const start = this.at;
    const end = this.word.indexOf("'", start + 1);
    if (end < 0) throw new LexError('The closing single quote is missing.', start);
    this.at = end + 1;
    return this.options.rawQuotes ? this.word.slice(start, end + 1) : this.word.slice(start + 1, end);
  }

  private doubleQuoted(): string {
    const start = this.at++;
    const { word } = this;
    const quote = this.options.rawQuotes ? '"' : '';
    let text = quote;
    for (;;) {
      const char = word[this.at];
      if (char === undefined) throw new LexError('The closing double quote is missing.', start);
      if (char === '"') {
        this.at++;
        return text + quote;
      }
      if (char === '$') {
        text += this.dollar();
        this.measure(text.length);
        continue;
      }
      this.at++;
      if (char === this.options.escape) {
        if (this.rawEscapes) text += char;
        const next = word[this.at];
        if (next === undefined) continue;
        if (next === '"' || next === '$' || next === this.options.escape) {
          text += next;
          this.at++;
        } else if (!this.rawEscapes) text += char;
      } else text += char;
    }
  }

  /** `<<` takes the blanks behind it into its word: `<< EOF` is a here-document. */
  private angle(): string {
    const start = this.at++;
    if (this.word[this.at] !== '<') return '<';
    this.at++;
    while (this.at < this.word.length && isSpace(this.word.charCodeAt(this.at))) this.at++;
    return this.word.slice(start, this.at);
  }

  private dollar(): string {
    const start = this.at++;
    const { word } = this;
    if (word[this.at] !== '{') {
      const name = this.name();
      if (name === '') return '$';
      const variable = this.get(name, true);
      return variable?.value === undefined && this.options.keepUnset ? `$${name}` : (variable?.value ?? '');
    }
    this.at++;
    const first = word[this.at];
    if (first === undefined) throw new LexError('The closing } of the substitution is missing.', start);
    if (first === '{' || first === '}' || first === ':')
      throw new LexError('This is no variable substitution that a builder knows.', start);
    const name = this.name();
    const char = word[this.at++];
    if (char === undefined) throw new LexError('The closing } of the substitution is missing.', start);
    if (char === '}') {
      const variable = this.get(name, true);
      return variable?.value === undefined && this.options.keepUnset ? `\${${name}}` : (variable?.value ?? '');
    }
    if (char === '/') return this.replace(name, start);
    const nullIsUnset = char === ':';
    const operator = nullIsUnset ? (word[this.at++] ?? '') : char;
    if (!'+-?#%'.includes(operator) || operator === '') {
      throw new LexError(`Builders know no modifier "${nullIsUnset ? ':' : ''}${operator}" in a substitution.`, start);
    }
    const { text } = this.until('}', operator === '#' || operator === '%');
    return this.modify(name, operator, nullIsUnset, text, start);
  }

  private modify(name: string, operator: string, nullIsUnset: boolean, operand: string, start: number): string {
    const variable = this.get(name, operator === '#' || operator === '%');
    const value = variable?.value;
    if (value === undefined && this.options.keepUnset) return this.word.slice(start, this.at);
    const missing = value === undefined || (nullIsUnset && value === '');
    if (operator === '-') return missing ? operand : value;
    if (operator === '+') return missing ? '' : operand;
    if (operator === '?') {
      if (missing && !variable && this.options.closed) {
        throw new LexError(`${name} is not set: ${operand || 'the substitution demands a value'}.`, start);
      }
      return value ?? '';
    }
    const longest = operand.startsWith(operator);
    const pattern = this.pattern(longest ? operand.slice(1) : operand, start);
    return trimMatch(value ?? '', pattern, operator === '#' ? 'start' : 'end', longest, this.options.budget);
  }

  private replace(name: string, start: number): string {
    const all = this.word[this.at] === '/';
    if (all) this.at++;
    const pattern = this.until('/', true).text;
    const replacement = this.until('}', true).text;
    const value = this.get(name, true)?.value;
    if (value === undefined && this.options.keepUnset) return this.word.slice(start, this.at);
    const text = replaceMatch(value ?? '', this.pattern(pattern, start), replacement, all, this.options.budget);
    this.measure(text.length);
    return text;
  }

  private pattern(text: string, start: number) {
    const pattern = compilePattern(text);
    if (!pattern) throw new LexError('The pattern of the substitution holds an escape that builders refuse.', start);
    return pattern;
  }

  private name(): string {
    const { word } = this;
    const start = this.at;
    const first = word[start] ?? '';
    if (first >= '0' && first <= '9') {
      while (word[this.at]! >= '0' && word[this.at]! <= '9') this.at++;
    } else if ('@*#?-$!'.includes(first) && first !== '') this.at++;
    else while (this.at < word.length && isNameChar(word[this.at]!)) this.at++;
    return word.slice(start, this.at);
  }

  private get(name: string, counts: boolean): LexVariable | undefined {
    const variable = this.options.get?.(name);
    if (!variable) {
      this.open.add(name);
      if (counts) this.undeclared.add(name);
    } else for (const open of variable.open) this.open.add(open);
    spend(this.options.budget, 1 + (variable?.value?.length ?? 0));
    return variable;
  }

  private measure(length: number): void {
    if (length > this.options.limit) throw new BudgetError('a value grows past its limit');
  }
}

function isNameChar(char: string): boolean {
  return /[\p{L}\p{Nd}_]/u.test(char);
}
