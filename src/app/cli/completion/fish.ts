/** Completion for fish. */
import type { CommandWords, Completable, OptionWords } from './model.ts';

/** A script for fish's folder of completions. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = [
    '# Completion of tare for fish: tare completion fish > ~/.config/fish/completions/tare.fish',
    'function __tare_in --description "The command is this one; the first word is always the command"',
    '    set -l words (commandline -opc)',
    '    test (count $words) -ge 2; and test "$words[2]" = $argv[1]',
    'end',
    '',
    'function __tare_first',
    '    test (count (commandline -opc)) -eq 1',
    'end',
    '',
    'complete -c tare -f',
    "complete -c tare -n __tare_first -l version -d 'show the version'",
    "complete -c tare -n __tare_first -l help -d 'show the commands'",
  ];
  for (const { name, meaning, options, arguments: what } of commands) {
    lines.push('', `complete -c tare -n __tare_first -a ${name} -d ${quoted(meaning)}`);
    const here = `complete -c tare -n '__tare_in ${name}'`;
    const words = wordsOf(what);
    if (words) lines.push(`${here} -a ${quoted(words)}`);
    else if (what.kind !== 'free') lines.push(`${here} -F`);
    for (const option of options)
      lines.push(`${here} -l ${option.name}${valueWords(option)} -d ${quoted(option.describe)}`);
  }
  return `${lines.join('\n')}\n`;
}

function valueWords({ value }: OptionWords): string {
  if (!value) return '';
  if (value.kind === 'files') return ' -r -F';
  if (value.kind === 'folders') return " -x -a '(__fish_complete_directories)'";
  const words = wordsOf(value);
  return words ? ` -x -a ${quoted(words)}` : ' -x';
}

function wordsOf(what: Completable): string | undefined {
  return what.kind === 'words' || what.kind === 'prefixes' ? what.words.join(' ') : undefined;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
