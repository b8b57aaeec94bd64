/** Word splitting of the builder's lexer. */
import { BudgetError } from './budget.ts';
import { isSpace } from './source.ts';

/** Puts text together and splits it at blanks that are not raw. */
export class WordSplitter {
  text = '';
  private readonly words: string[] = [];
  private word = '';
  private inside = false;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  raw(text: string): void {
    this.grow(text);
    this.word += text;
    this.inside = true;
  }

  split(text: string): void {
    this.grow(text);
    for (const char of text) {
      if (!isSpace(char.charCodeAt(0))) {
        this.word += char;
        this.inside = true;
      } else if (this.inside && this.word !== '') {
        this.words.push(this.word);
        this.word = '';
        this.inside = false;
      }
    }
  }

  finish(): string[] {
    if (this.word !== '') this.words.push(this.word);
    return this.words;
  }

  private grow(text: string): void {
    this.text += text;
    if (this.text.length > this.limit) throw new BudgetError('a value grows past its limit');
  }
}
