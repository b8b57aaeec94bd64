/** Completion for bash 4.4 and later, which needs nothing of the bash-completion project. */
import type { CommandWords, Completable } from './model.ts';

/** A script to be sourced. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const options = commands.map(
    ({ name, options }) => `    ${name}) reply='${options.map((option) => `--${option.name}`).join(' ')}' ;;`,
  );
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) => (option.value ? [`    '${name} --${option.name}') ${answer(option.value)} ;;`] : [])),
  );
  const places = commands.map((command) => `    ${command.name}) ${answer(command.arguments)} ;;`);
  return `# Completion of tare for bash: eval "$(tare completion bash)"
# Each function says in $kind what the place takes, and in $reply which words.
__tare_options() {
  case $1 in
${options.join('\n')}
  esac
}

__tare_value() {
  case "$1 $2" in
${values.join('\n')}
    *) return 1 ;;
  esac
}

__tare_argument() {
  case $1 in
${places.join('\n')}
    *) kind=files ;;
  esac
}

__tare() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local kind=words reply=
  COMPREPLY=()
  # Bash may take = for a word of its own: --format=json is three words then.
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD == 1)); then reply='${commands.map(({ name }) => name).join(' ')} --help --version'
  elif [[ $prev == --* ]] && __tare_value "$command" "$prev"; then :
  elif [[ $cur == -* ]]; then __tare_options "$command"
  elif [[ \${COMP_WORDS[COMP_CWORD-1]} == = || \${COMP_WORDS[COMP_CWORD]} == = ]]; then kind=files
  else __tare_argument "$command"
  fi
  case $kind in
    files) ;;
    folders)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    *)
      # What is no file is not to be completed to one.
      compopt +o default 2>/dev/null
      [[ $kind == prefixes ]] && compopt -o nospace 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$cur") ;;
  esac
}

complete -o default -F __tare tare
`;
}

function answer(what: Completable): string {
  if (what.kind === 'files' || what.kind === 'folders') return `kind=${what.kind}`;
  if (what.kind === 'free') return 'kind=free';
  return `kind=${what.kind} reply='${what.words.join(' ')}'`;
}
