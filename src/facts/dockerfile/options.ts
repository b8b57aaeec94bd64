/** Options and operands of a command, by the grammar of its program (POSIX utility syntax, and GNU long options). */
import type { ArgumentFact } from '../../types/dockerfile.ts';
import type { OptionFact } from '../../types/package-action.ts';

/** How a program reads its arguments. */
export interface OptionGrammar {
  /** Options that take the next argument as their value, with their dashes. */
  valued: ReadonlySet<string>;
  /** Long options have one dash (go). */
  oneDash?: boolean;
}

/** Splits arguments. `--` ends options; a value that is not there is left out. */
export function readOptions(
  args: readonly ArgumentFact[],
  { valued, oneDash = false }: OptionGrammar,
): { options: OptionFact[]; operands: ArgumentFact[] } {
  const options: OptionFact[] = [];
  const operands: ArgumentFact[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    const { text } = argument;
    if (text === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (text.length < 2 || !text.startsWith('-')) {
      operands.push(argument);
      continue;
    }
    const next = () => args[++at]?.text;
    if (text.startsWith('--') || oneDash) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      options.push(
        option(name, equals < 0 ? (valued.has(name) ? next() : undefined) : text.slice(equals + 1), argument),
      );
    } else options.push(...cluster(argument, valued, next));
  }
  return { options, operands };
}

/** The option by any of its names. */
export function findOption(options: readonly OptionFact[], ...names: string[]): OptionFact | undefined {
  return options.find(({ name }) => names.includes(name));
}

/** `-qy`, `-ofile`, `-q=2`. */
function cluster(argument: ArgumentFact, valued: ReadonlySet<string>, next: () => string | undefined): OptionFact[] {
  const { text } = argument;
  const out: OptionFact[] = [];
  for (let at = 1; at < text.length && at < 32; at++) {
    const name = `-${text[at]}`;
    const rest = text.slice(at + 1);
    if (valued.has(name)) return [...out, option(name, rest === '' ? next() : rest.replace(/^=/, ''), argument)];
    if (rest.startsWith('=')) return [...out, option(name, rest.slice(1), argument)];
    out.push(option(name, undefined, argument));
  }
  return out;
}

function option(name: string, value: string | undefined, argument: ArgumentFact): OptionFact {
  return { name, ...(value !== undefined && { value }), argument };
}
