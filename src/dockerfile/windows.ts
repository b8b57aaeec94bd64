/** PowerShell and cmd scripts, read without a shell: statements and words, enough to name the commands. */
import type { ResolvedArgument } from './resolve.ts';
import { MappedText, type SourceText } from './source.ts';

/** One statement, and how it follows the one before. */
export interface WindowsCommand {
  words: ResolvedArgument[];
  join: 'first' | ';' | '&&' | '||' | '|' | '&';
}

/** Splits at `;`, `|`, `&&`, `||`, line ends and braces; quotes protect, the escape is a backquote or a caret. */
export function windowsCommands(
  script: MappedText,
  dialect: 'powershell' | 'cmd',
  source: SourceText,
): WindowsCommand[] {
  const { text } = script;
  const escapeChar = dialect === 'powershell' ? '`' : '^';
  const ends = dialect === 'powershell' ? /[\s|;{}()]/ : /[\s|&]/;
  const commands: WindowsCommand[] = [];
  let join: WindowsCommand['join'] = 'first';
  let words: ResolvedArgument[] = [];
  let at = 0;
  const finish = (next: WindowsCommand['join']) => {
    if (dialect === 'powershell') words = powershellCommand(words);
    if (words.length > 0) commands.push({ words, join });
    if (words.length > 0 || join === 'first') join = commands.length === 0 ? 'first' : next;
    words = [];
  };
  while (at < text.length) {
    const char = text[at]!;
    const two = text.slice(at, at + 2);
    if (two === '&&' || two === '||') {
      finish(two);
      at += 2;
    } else if (char === '|') {
      finish('|');
      at++;
    } else if (char === '\n' || (dialect === 'powershell' ? ';{}()'.includes(char) : '()'.includes(char))) {
      finish(';');
      at++;
    } else if (char === '&' && dialect === 'cmd') {
      finish('&');
      at++;
    } else if (/\s/.test(char) || char === '&') at++;
    else if (char === '#' && dialect === 'powershell') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else {
      const start = at;
      let out = '';
      let quote = '';
      let quoted = false;
      while (at < text.length) {
        const here = text[at]!;
        if (here === escapeChar && quote !== "'" && at + 1 < text.length) {
          out += text[at + 1];
          at += 2;
          continue;
        }
        if (quote === '' && ends.test(here)) break;
        if (quote === '' && (here === '"' || (here === "'" && dialect === 'powershell'))) {
          quote = here;
          quoted = true;
        } else if (here === quote) quote = '';
        else out += here;
        at++;
      }
      if (at === start) at++;
      words.push(argument(out, script.slice(start, at), quoted, source));
    }
  }
  finish(';');
  return commands;
}

/** Drops `$name =` in front of a command, and expressions, which are no commands. */
function powershellCommand(words: ResolvedArgument[]): ResolvedArgument[] {
  const command = words[0]?.text.startsWith('$') && words[1]?.text === '=' ? words.slice(2) : words;
  const program = command[0];
  return program && !program.quoted && /^[A-Za-z.\\/][\w.\-\\/:]*$/.test(program.text) ? command : [];
}

/** What `powershell -Command …` and `cmd /c …` run. */
export function windowsScript(
  name: string,
  args: readonly ResolvedArgument[],
): { script: MappedText; dialect: 'powershell' | 'cmd' } | undefined {
  const dialect = /^(powershell|pwsh)$/i.test(name) ? 'powershell' : /^cmd$/i.test(name) ? 'cmd' : undefined;
  if (!dialect) return undefined;
  const option = dialect === 'powershell' ? /^-c(ommand)?$/i : /^\/[ck]$/i;
  const at = args.findIndex((arg) => option.test(arg.text));
  if (at < 0 || at + 1 >= args.length) return undefined;
  const script = new MappedText();
  for (const arg of args.slice(at + 1)) {
    if (script.text !== '') script.add(' ', arg.start, arg.start);
    script.append(arg.mapped);
  }
  return { script, dialect };
}

function argument(text: string, piece: MappedText, quoted: boolean, source: SourceText): ResolvedArgument {
  const start = piece.origin(0);
  const end = piece.origin(piece.text.length, 'end');
  // A script in it keeps its quotes, but for the pair around the whole.
  const whole = /^"[^"]*"$/.test(piece.text) || /^'[^']*'$/.test(piece.text);
  const mapped = whole ? piece.slice(1, piece.text.length - 1) : piece;
  return {
    text,
    dynamic: /[$%]\w/.test(text),
    open: [],
    quoted,
    glob: false,
    start,
    end,
    range: source.range(start, end),
    inner: [],
    mapped,
  };
}
