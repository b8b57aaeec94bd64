/** Completion for zsh, by its own _arguments. */
import type { CommandWords, Completable, OptionWords } from './model.ts';

/** A script to be sourced behind compinit, or kept as `_tare` in a folder of fpath. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name, meaning }) => `      ${quoted(`${name}:${meaning}`)}`);
  const places = commands.map(
    (command) =>
      `        ${command.name})\n          _arguments \\\n${[...command.options.map(option), argument(command)]
        .map((line) => `            ${line}`)
        .join(' \\\n')} ;;`,
  );
  return `#compdef tare
# Completion of tare for zsh: source <(tare completion zsh)
_tare_prefixes() {
  if compset -P '*='; then _files; else compadd -S '' -- "$@"; fi
}

_tare() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '--version[show the version]' '--help[show the commands]' '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${names.join('\n')}
      )
      _describe -t commands 'command' commands ;;
    rest)
      case $words[1] in
${places.join('\n')}
      esac ;;
  esac
}

if [ "$funcstack[1]" = _tare ]; then _tare "$@"; else compdef _tare tare; fi
`;
}

function option({ name, describe, repeats, shown, value }: OptionWords): string {
  // Inside of the brackets these end the text.
  const text = describe.replace(/[[\]\\]/g, '\\$&');
  if (!value) return quoted(`--${name}[${text}]`);
  return quoted(`${repeats ? '*' : ''}--${name}=[${text}]:${shown.replace(/[:\\]/g, '\\$&')}:${action(value)}`);
}

function argument(command: CommandWords): string {
  return quoted(`*: :${action(command.arguments)}`);
}

function action(what: Completable): string {
  if (what.kind === 'files') return '_files';
  if (what.kind === 'folders') return '_files -/';
  if (what.kind === 'free') return ' ';
  return what.kind === 'words' ? `(${what.words.join(' ')})` : `{_tare_prefixes ${what.words.join(' ')}}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
