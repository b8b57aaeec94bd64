/** Shell words to arguments: quotes off, known variables in, field splitting, the commands inside noted. */
import type { ParameterExpansionPart, ParsedScript, Word, WordPart } from 'unbash';
import { type Budget, spend } from './budget.ts';
import type { Argument } from './commands.ts';
import { compilePattern, replaceMatch, trimMatch } from './pattern.ts';
import { MappedText, type SourceText } from './source.ts';
import type { ShellScope, ShellValue } from './variables.ts';

/** An argument with the text that a shell would be given as a script, and where each piece of it stands. */
export interface ResolvedArgument extends Argument {
  /** As `text`, but with command substitutions made harmless: their commands are walked already. */
  mapped: MappedText;
}

/** What resolving a word needs to know of its script. */
export interface ResolveContext {
  source: SourceText;
  /** The script that the word's positions point into; origins are file offsets. */
  script: MappedText;
  scope: ShellScope;
  budget: Budget;
  /** Walks a substitution's script and returns the indexes of its commands. */
  walk(script: ParsedScript, pos: number, end: number): number[];
}

const longestText = 2 ** 16;
/** Stands for the output of a command substitution in a script that is read again. */
export const output = '$_';

/** None for an unquoted variable that is empty, several where its value holds blanks. */
export function resolveWord(word: Word, context: ResolveContext): ResolvedArgument[] {
  spend(context.budget, 16);
  const start = context.script.origin(word.pos);
  const end = context.script.origin(word.end, 'end');
  const fields = new Fields(context, start, end);
  if (word.parts) for (const part of word.parts) fields.part(part, false);
  else fields.literal(word.value, word.pos, word.end);
  return fields.finish();
}

/** As one text without field splitting: the value of an assignment. */
export function resolveValue(
  word: Word,
  context: ResolveContext,
): { argument: ResolvedArgument; value: ShellValue | undefined } {
  const start = context.script.origin(word.pos);
  const end = context.script.origin(word.end, 'end');
  const fields = new Fields(context, start, end);
  if (word.parts) for (const part of word.parts) fields.part(part, true);
  else fields.literal(word.value, word.pos, word.end);
  const argument = fields.finish()[0] ?? fields.empty();
  return { argument, value: argument.dynamic ? undefined : { text: argument.text, open: argument.open } };
}

class Fields {
  private readonly done: ResolvedArgument[] = [];
  private current: ResolvedArgument;
  /** The current argument's list, still open. */
  private inner: number[] = [];
  private readonly context: ResolveContext;
  private readonly start: number;
  private readonly end: number;

  constructor(context: ResolveContext, start: number, end: number) {
    this.context = context;
    this.start = start;
    this.end = end;
    this.current = this.empty();
  }

  empty(): ResolvedArgument {
    const { start, end } = this;
    const range = this.context.source.range(start, end);
    this.inner = [];
    return {
      text: '',
      dynamic: false,
      open: [],
      quoted: false,
      glob: false,
      start,
      end,
      range,
      inner: this.inner,
      mapped: new MappedText(),
    };
  }

  finish(): ResolvedArgument[] {
    this.close();
    return this.done;
  }

  part(part: WordPart, quoted: boolean): void {
    const { context } = this;
    spend(context.budget, 1);
    switch (part.type) {
      case 'Literal':
        this.literal(part.value, part.pos, part.end);
        break;
      case 'SingleQuoted':
        this.current.quoted = true;
        this.literal(part.value, part.pos + 1, part.end - 1);
        break;
      case 'AnsiCQuoted':
        this.current.quoted = true;
        this.literal(part.value, part.pos, part.end);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        this.current.quoted = true;
        for (const child of part.parts) this.part(child, true);
        break;
      case 'SimpleExpansion':
        this.variable(context.scope.get(part.text.slice(1)), part, quoted);
        break;
      case 'ParameterExpansion':
        this.variable(this.expansion(part), part, quoted);
        break;
      case 'CommandExpansion':
      case 'ProcessSubstitution': {
        spend(context.budget, part.end - part.pos);
        const { script } = part;
        if (script) for (const index of context.walk(script, part.pos, part.end)) this.inner.push(index);
        this.unknown(part, output);
        break;
      }
      case 'ArithmeticExpansion':
        this.unknown(part, part.text);
        break;
      default:
        this.current.glob = true;
        this.literal(part.text, part.pos, part.end);
    }
  }

  literal(value: string, pos: number, end: number): void {
    if (value.length === end - pos) this.append(value, this.context.script.slice(pos, end));
    else this.append(value, this.coarse(value, pos, end));
  }

  private variable(value: ShellValue | undefined, part: WordPart, quoted: boolean): void {
    if (!value || this.current.text.length + value.text.length > longestText) {
      this.unknown(part, part.text);
      return;
    }
    spend(this.context.budget, value.text.length);
    const add = (text: string) => {
      this.current.open =
        value.open.length === 0 ? this.current.open : [...new Set([...this.current.open, ...value.open])];
      this.append(text, this.coarse(text, part.pos, part.end));
    };
    if (quoted || !/[ \t\n]/.test(value.text)) {
      add(value.text);
      return;
    }
    const words = value.text.split(/[ \t\n]+/);
    for (const [index, text] of words.entries()) {
      if (index > 0) {
        spend(this.context.budget, 64);
        this.close();
      }
      add(text);
    }
  }

  /** `${V:-d}` and kin, where everything in them is known. */
  private expansion(part: ParameterExpansionPart): ShellValue | undefined {
    if (part.prefix !== undefined || part.index !== undefined) return undefined;
    const value = this.context.scope.get(part.parameter);
    const { operation } = part;
    if (!operation) return value;
    const { budget } = this.context;
    if (operation.type === 'Default') {
      const { operator } = operation;
      // A variable that is not known may be set at run time, so its default says nothing.
      if (!value) return undefined;
      const missing = operator.startsWith(':') && value.text === '';
      if (operator.endsWith('+')) return missing ? { text: '', open: value.open } : this.operand(operation.operand);
      return missing && !operator.endsWith('?') ? this.operand(operation.operand) : value;
    }
    if (!value) return undefined;
    if (operation.type === 'Remove') {
      const pattern = compilePattern(operation.operand.value);
      if (!pattern || /[[$]/.test(operation.operand.value)) return undefined;
      const { operator } = operation;
      const text = trimMatch(
        value.text,
        pattern,
        operator.startsWith('#') ? 'start' : 'end',
        operator.length > 1,
        budget,
      );
      return { text, open: value.open };
    }
    if (operation.type === 'Replace' && operation.operator.length < 3 && !/[#%]/.test(operation.operator)) {
      const pattern = compilePattern(operation.pattern.value);
      if (!pattern || /[[$]/.test(operation.pattern.value + operation.replacement.value)) return undefined;
      const text = replaceMatch(value.text, pattern, operation.replacement.value, operation.operator === '//', budget);
      return text.length > longestText ? undefined : { text, open: value.open };
    }
    return undefined;
  }

  private operand(word: Word): ShellValue | undefined {
    return word.parts?.some((part) => part.type !== 'Literal') ? undefined : { text: word.value, open: [] };
  }

  private unknown(part: WordPart, script: string): void {
    this.current.dynamic = true;
    this.append(part.text, this.coarse(script, part.pos, part.end));
  }

  private append(text: string, mapped: MappedText): void {
    this.current.text += text;
    this.current.mapped.append(mapped);
  }

  private coarse(text: string, pos: number, end: number): MappedText {
    const mapped = new MappedText();
    mapped.add(text, this.context.script.origin(pos), this.context.script.origin(end, 'end'));
    return mapped;
  }

  private close(): void {
    if (this.current.text !== '' || this.current.quoted || this.current.dynamic) this.done.push(this.current);
    this.current = this.empty();
  }
}
