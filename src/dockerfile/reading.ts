/** What the steps of reading one file share: its instructions, its faults, its limits. */
import { type Budget, BudgetError, makeBudget } from './budget.ts';
import { LexError } from './lex.ts';
import {
  type DockerfileError,
  type DockerfileLimits,
  defaultDockerfileLimits,
  type ErrorCode,
  type Expanded,
  type Instruction,
  type Variable,
} from './model.ts';
import { expandWord } from './scope.ts';
import type { SourceText } from './source.ts';

/** More faults than these are not listed: nobody reads them. */
const maxErrors = 200;

/** State of one reading; faults, limits and work are counted in one place. */
export class Reading {
  readonly source: SourceText;
  readonly limits: DockerfileLimits;
  readonly budget: Budget;
  readonly instructions: Instruction[] = [];
  readonly globalArgs: Map<string, Variable>;
  readonly errors: DockerfileError[] = [];
  escape: '\\' | '`' = '\\';
  private exhausted = false;

  constructor(source: SourceText, limits: Partial<DockerfileLimits> | undefined, globalArgs: Map<string, Variable>) {
    this.source = source;
    this.limits = { ...defaultDockerfileLimits, ...limits };
    this.budget = makeBudget(this.limits.work);
    this.globalArgs = globalArgs;
  }

  /** Records a fault at an offset of the instruction's joined line, its keyword when absent, line 1 without an instruction. */
  report(code: ErrorCode, message: string, instruction?: Instruction, at?: number): void {
    if (this.errors.length >= maxErrors) return;
    if (!instruction) {
      this.errors.push({ code, message, line: 1, column: 1 });
      return;
    }
    const start = at ?? instruction.name.start;
    const place = instruction.locate({ start, end: start }).start;
    const { line, column } = place;
    if (this.errors.some((other) => other.line === line && other.column === column && other.code === code)) return;
    this.errors.push({ code, message, line, column, instruction: instruction.index });
  }

  /** Expands a word; undefined (and a fault) where the builder refuses it or a limit is passed. */
  expand(
    instruction: Instruction,
    word: { text: string; at: number },
    get: (name: string) => Variable | undefined,
    closed: boolean,
  ): Expanded | undefined {
    if (!/[$'"\\`]/.test(word.text)) {
      return this.spend(4, instruction) ? { text: word.text, open: [], undeclared: [] } : undefined;
    }
    if (this.exhausted) return undefined;
    try {
      return expandWord(word.text, get, {
        escape: this.escape,
        closed,
        limit: this.limits.expanded,
        budget: this.budget,
      });
    } catch (error) {
      if (error instanceof LexError) this.report('expansion', error.message, instruction, word.at + error.offset);
      else if (error instanceof BudgetError) this.overspent(instruction, word.at);
      else throw error;
      return undefined;
    }
  }

  /** Takes steps from the budget; false (and a fault) when it is used up. */
  spend(steps: number, instruction: Instruction): boolean {
    this.budget.left -= steps;
    if (this.budget.left < 0) this.overspent(instruction);
    return this.budget.left >= 0;
  }

  /** Says once that a limit was passed. */
  overspent(instruction: Instruction | undefined, at?: number): void {
    if (!this.exhausted)
      this.report(
        'limit',
        'The variables of this file grow past the limit of work; the values from here on are not known.',
        instruction,
        at,
      );
    this.exhausted = true;
  }
}
