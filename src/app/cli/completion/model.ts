/** What can be completed, apart from the shell that does it. */
import { defaultLimits } from '../../../image/limits.ts';
import { diffFormatNames } from '../../../report/diff/formats.ts';
import { formatNames } from '../../../report/formats.ts';
import { sbomFormatNames } from '../../../report/sbom/formats.ts';
import { failOns } from '../../../types/severity.ts';
import type { OptionSpec } from '../options.ts';

/** What can stand in one place: words as they are, words that more is joined to (`json=`), names of files or folders, or what nobody can guess. */
export type Completable =
  | { kind: 'words' | 'prefixes'; words: readonly string[] }
  | { kind: 'files' }
  | { kind: 'folders' }
  | { kind: 'free' };

/** One option, with what its value can be; a flag has none. */
export interface OptionWords {
  /** Without dashes. */
  name: string;
  describe: string;
  repeats: boolean;
  /** What stands for the value in the help. */
  shown: string;
  value?: Completable;
}

/** One command, with what can stand behind it. */
export interface CommandWords {
  name: string;
  meaning: string;
  options: readonly OptionWords[];
  arguments: Completable;
}

/** Values of options that the help spells in words. */
const choices: ReadonlyMap<string, readonly string[]> = new Map([
  ['suggest', ['kubernetes', 'docker']],
  ['verify', ['report', 'strict']],
  ['shellcheck', ['auto', 'on', 'off']],
  ['profile', ['baseline', 'strict', 'cis-docker', 'nist-800-190', 'pss-restricted']],
]);

/** The commands of a table with their options and everything that is known of their values; `help` is one of them. */
export function completionModel(
  commands: readonly [name: string, usage: string, meaning: string][],
  tables: ReadonlyMap<string, readonly OptionSpec[]>,
  known: { rules: readonly string[]; shells: readonly string[] },
): CommandWords[] {
  const model = commands.map(([name, , meaning]): CommandWords => {
    const options = (tables.get(name) ?? []).map((spec) => optionWords(name, spec, known.rules));
    return { name, meaning, options, arguments: argumentsOf(name, known) };
  });
  const names = commands.map(([name]) => name);
  const help: Completable = { kind: 'words', words: names };
  return [...model, { name: 'help', meaning: 'the options of a command', options: [], arguments: help }];
}

function optionWords(command: string, spec: OptionSpec, rules: readonly string[]): OptionWords {
  const { name, describe, kind, value: shown = '' } = spec;
  const value = kind === 'flag' ? undefined : valueWords(command, name, shown, rules);
  return { name, describe, repeats: kind === 'list', shown, ...(value && { value }) };
}

function valueWords(command: string, name: string, shown: string, rules: readonly string[]): Completable {
  const words = choices.get(name);
  if (words) return { kind: 'words', words };
  if (shown === 'FORMAT') return { kind: 'words', words: formatsOf(command) };
  if (shown === 'FORMAT=FILE') return { kind: 'prefixes', words: formatsOf(command).map((format) => `${format}=`) };
  if (shown === 'SEVERITY') return { kind: 'words', words: failOns };
  if (name === 'limit') return { kind: 'prefixes', words: Object.keys(defaultLimits).map((key) => `${kebab(key)}=`) };
  if (shown === 'RULESET') return { kind: 'files' };
  if (shown.startsWith('RULE')) return { kind: 'prefixes', words: rules.map((rule) => `${rule}=`) };
  if (shown === 'FILE' || shown.startsWith('FILE|')) return { kind: 'files' };
  if (shown === 'DIR') return { kind: 'folders' };
  return { kind: 'free' };
}

function formatsOf(command: string): readonly string[] {
  if (command === 'scan') return formatNames;
  if (command === 'lint')
    return formatNames.filter((name) => name !== 'gitlab-container-scanning' && name !== 'template');
  if (command === 'diff') return diffFormatNames;
  return command === 'sbom' ? sbomFormatNames : ['table', 'json'];
}

function argumentsOf(command: string, known: { rules: readonly string[]; shells: readonly string[] }): Completable {
  if (command === 'rules') return { kind: 'words', words: [...known.rules, 'test'] };
  if (command === 'completion') return { kind: 'words', words: known.shells };
  return command === 'init' ? { kind: 'free' } : { kind: 'files' };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
