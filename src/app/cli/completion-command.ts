/** `tare completion SHELL`: prints a script that completes commands, options and what options take. */
import { baseline } from '../../rules/baseline.ts';
import { suggestion } from '../../rules/suggest.ts';
import { UsageError } from '../../types.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { type CommandWords, completionModel } from './completion/model.ts';
import { zshCompletion } from './completion/zsh.ts';
import { helpText } from './help.ts';
import { completionOptions, optionTables } from './option-tables.ts';
import { parseWords } from './parse.ts';
import { say } from './say.ts';
import { widthOf } from './terminal.ts';
import { quote } from './words.ts';

const shells: ReadonlyMap<string, (commands: readonly CommandWords[]) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** @throws UsageError for a shell that is not among them. */
export async function completionCommand(
  words: readonly string[],
  commands: readonly [name: string, usage: string, meaning: string][],
): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, completionOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, completionHelp(widthOf(stdout, env)));
    return 0;
  }
  const [shell, extra] = parsed.positionals;
  const names = [...shells.keys()];
  if (shell === undefined) throw new UsageError('say for which shell: tare completion bash, zsh or fish');
  const script = shells.get(shell);
  if (!script)
    throw new UsageError(
      `there is no completion for ${quote(shell)}${suggestion(shell, names) || '; there is one for bash, zsh and fish'}`,
    );
  if (extra !== undefined) throw new UsageError(`tare completion prints one script, not ${quote(extra)} too`);
  const rules = baseline().rules.map((rule) => rule.metadata.id);
  await say(stdout, script(completionModel(commands, optionTables, { rules, shells: names })));
  return 0;
}

function completionHelp(width: number): string {
  return helpText(
    {
      usage: 'tare completion bash|zsh|fish',
      about:
        'Prints a script for the shell that completes commands, options, formats, severities and rule ids. It asks nothing ' +
        'of tare while you type; load it anew after an update.',
      options: completionOptions,
      examples: [
        ['eval "$(tare completion bash)"', 'in ~/.bashrc'],
        ['source <(tare completion zsh)', 'in ~/.zshrc, behind compinit'],
        ['tare completion fish > ~/.config/fish/completions/tare.fish', 'once'],
      ],
    },
    width,
  );
}
