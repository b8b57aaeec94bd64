/** From words and variables to options, by the table in options.ts. The command line wins over the environment. */
import { Parser } from 'yargs/helpers';
import { suggestion } from '../../rules/suggest.ts';
import { UsageError } from '../../types.ts';
import type { OptionSpec } from './options.ts';
import { variableOf } from './options.ts';
import { clip, quote } from './words.ts';

/** What was given, by option name; nothing is checked yet but that the options exist. */
export interface Parsed {
  positionals: string[];
  flags: Set<string>;
  values: Map<string, string>;
  lists: Map<string, string[]>;
  /** Where each was given: `command line`, a variable's name, or `tare.yaml:3`. */
  origins: Map<string, string>;
}

/** Throws UsageError for an unknown option, a missing value, or a variable that cannot be understood. */
export function parseWords(words: readonly string[], specs: readonly OptionSpec[], env: NodeJS.ProcessEnv): Parsed {
  const names = (kind: OptionSpec['kind']): string[] =>
    specs.filter((spec) => spec.kind === kind).map((spec) => spec.name);
  // The parser keeps targets under `_`, which no option may set.
  const end = words.indexOf('--');
  if (words.slice(0, end < 0 ? words.length : end).some((word) => /^--_(=|$)/.test(word)))
    throw new UsageError(unknownOption('--_', []));
  // Everything is read as text: numbers and dates are ours to check, with our own sentence.
  const seen = Parser.detailed([...words], {
    string: [...names('value'), ...names('list'), '_'],
    boolean: names('flag'),
    alias: { help: ['h'] },
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    },
  });
  const parsed: Parsed = {
    positionals: seen.argv._.map(String),
    flags: new Set(),
    values: new Map(),
    lists: new Map(),
    origins: new Map(),
  };
  readEnvironment(parsed, specs, env);
  const known = new Map(specs.map((spec) => [spec.name, spec]));
  for (const [name, value] of Object.entries(seen.argv)) {
    if (name === '_') continue;
    const spec = known.get(name);
    if (!spec) throw new UsageError(unknownOption(name.length === 1 ? `-${name}` : `--${name}`, [...known.keys()]));
    const all = (Array.isArray(value) ? value : [value]) as unknown[];
    parsed.origins.set(name, 'command line');
    if (spec.kind === 'flag') all.at(-1) ? parsed.flags.add(name) : parsed.flags.delete(name);
    else if (spec.kind === 'list')
      parsed.lists.set(
        name,
        all.map((item) => given(spec, item)),
      );
    else parsed.values.set(name, given(spec, all.at(-1)));
  }
  return parsed;
}

function given(spec: OptionSpec, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new UsageError(`--${spec.name} needs a value: --${spec.name} ${spec.value}`);
  }
  return value;
}

function unknownOption(written: string, known: string[]): string {
  const near = written.startsWith('--')
    ? suggestion(
        written,
        known.map((name) => `--${name}`),
      )
    : '';
  return `there is no option ${clip(written)}${near || '; --help lists them'}`;
}

function readEnvironment(parsed: Parsed, specs: readonly OptionSpec[], env: NodeJS.ProcessEnv): void {
  for (const spec of specs) {
    if (spec.name === 'help') continue;
    const variable = variableOf(spec.name);
    const text = env[variable];
    if (text === undefined || text === '') continue;
    parsed.origins.set(spec.name, variable);
    if (spec.kind === 'value') parsed.values.set(spec.name, text);
    else if (spec.kind === 'flag') {
      if (truth(variable, text)) parsed.flags.add(spec.name);
    } else {
      const items = text.split(',').map((item) => item.trim());
      parsed.lists.set(
        spec.name,
        items.filter((item) => item !== ''),
      );
    }
  }
}

function truth(variable: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UsageError(`${variable} is 1 or 0, not ${quote(text)}`);
}
