/**
 * What may be kept of a start script's commands: words that say which program runs and how, and none that could be a
 * secret. Anything else is ''. A secret is masked by never being taken.
 */
import type { ShellCommand } from './shell-commands.ts';
import type { ShellWord } from './shell-words.ts';
import { baseName, detach } from './text.ts';

/** `[line, marks, word …]`; marks are a sum of `scriptMarks`. Plain data: it is cached with the layer. */
export type ScriptCommand = [line: number, marks: number, ...words: string[]];

/** Bits of a script command. */
export const scriptMarks = { background: 1, piped: 2, inner: 4, loop: 8, function: 16, assignment: 32 } as const;

const wordLimit = 24;

/** Commands of a script with their harmless words, in order. */
export function keepCommands(commands: readonly ShellCommand[], open?: (word: ShellWord) => string): ScriptCommand[] {
  const out: ScriptCommand[] = [];
  for (const { kind, words, line, background, piped, inner } of commands) {
    const kept = kind === 'assignment' ? assignment(words) : open ? words.map(open) : harmlessWords(words);
    if (!kept) continue;
    const marks =
      (kind === 'command' ? 0 : scriptMarks[kind]) +
      (background ? scriptMarks.background : 0) +
      (piped ? scriptMarks.piped : 0) +
      (inner ? scriptMarks.inner : 0);
    out.push([line, marks, ...kept]);
  }
  return out;
}

/** Programs whose plain words are verbs, names of packages, services and modules. */
const verbs = new Set(
  (
    'apt apt-get aptitude apk yum dnf microdnf tdnf zypper pacman opkg rpm dpkg pip pip3 pipx uv npm npx yarn pnpm corepack gem bundle bundler ' +
    'composer poetry pipenv conda mamba cargo go git svn hg service systemctl rc-service rc-update update-rc.d chkconfig invoke-rc.d initctl ' +
    'supervisorctl sv openrc start-stop-daemon run-parts node python python2 python3 java ruby php perl dotnet erl gunicorn uvicorn hypercorn ' +
    'celery flask rails puma unicorn uwsgi waitress-serve daphne streamlit chmod crontab'
  ).split(' '),
);

/** Programs that start the one behind them. */
const starters = new Set(
  (
    'exec command builtin nohup nice ionice env setsid tini tini-static dumb-init catatonit docker-init gosu su-exec s6-setuidgid setuidgid ' +
    'setpriv runuser chpst su sudo doas timeout stdbuf time eval sh bash ash dash xargs docker-php-entrypoint'
  ).split(' '),
);

/** Of these, the ones with a user or a time in front of the program. */
const oneWordFirst = new Set('gosu su-exec s6-setuidgid setuidgid su timeout'.split(' '));

const secretOption = /^--?(p|u|pass|passwd|password|user|token|secret|key|auth|header|H|cred|env|e|d|data|a)/i;

const fileEnding =
  /\.(js|mjs|cjs|ts|py|pyz|jar|war|rb|ru|php|phar|pl|dll|sh|bash|conf|cfg|ini|json|ya?ml|toml|xml|properties|exs|escript|whl|deb|rpm|apk|d)$/;

/** All words of a command text that the config shows anyway; what only run time knows is ''. */
export function openCommands(commands: readonly ShellCommand[]): ScriptCommand[] {
  return keepCommands(commands, ({ text, dynamic }) => (dynamic ? word(text, true, false) : text));
}

/** Names in command position: starters such as `exec` and `tini --`, and the program behind them. */
export function leadingNames([, marks, ...words]: ScriptCommand): string[] {
  const out: string[] = [];
  if ((marks & ~(scriptMarks.background | scriptMarks.piped | scriptMarks.inner)) !== 0) return out;
  for (const text of words) {
    if (out.length > 0 && (text.startsWith('-') || text.endsWith('='))) continue;
    if (!/^[A-Za-z0-9_./+-]{1,128}$/.test(text)) break;
    out.push(text);
    if (!starters.has(baseName(text))) break;
  }
  return out;
}

/** The words, each as it may be kept. */
export function harmlessWords(words: readonly ShellWord[]): string[] {
  const out: string[] = [];
  /** How many further plain words may come: a program's name and what its starters put in front. */
  let plain = 1;
  let secret = false;
  let verb = false;
  for (const { text, dynamic } of words.slice(0, wordLimit)) {
    if (text.startsWith('-')) {
      out.push(option(text));
      secret = secretOption.test(text) && !text.includes('=');
      continue;
    }
    const kept = secret ? '' : word(text, dynamic, verb || plain > 0);
    secret = false;
    out.push(kept);
    if (plain === 0 || verb) continue;
    const name = baseName(kept);
    verb = verbs.has(name);
    if (starters.has(name) || (name === 'set' && out.length === 1)) plain = oneWordFirst.has(name) ? 2 : 1;
    else if (!name.endsWith('=')) plain--;
  }
  while (out.at(-1) === '' && out.length > 1) out.pop();
  return out.map((kept) => (kept === '' ? '' : detach(kept)));
}

/** An option by its name, without a value that is joined to it. */
function option(text: string): string {
  const long = /^--[a-z][a-z0-9-]{0,40}(?==|$)/.exec(text);
  if (long) return long[0];
  return /^-([A-Za-z0-9]{0,3}|[fsSLOoIkJvgNqnc]{4,8}|[a-z]{0,3}O-|-|jar|classpath|server|daemon|foreground|nodaemon|noninteractive)$/i.test(
    text,
  )
    ? text
    : '';
}

function word(text: string, dynamic: boolean, plain: boolean): string {
  if (text.length > 256) return '';
  if (/^\$(\{?@\}?|\*)$/.test(text)) return '$@';
  if (/^\$(\{?0\}?|\{?BASH_SOURCE(\[0\])?\}?)$/.test(text)) return '$0';
  const set = /^[A-Za-z_]\w{0,63}=/.exec(text);
  if (set) return set[0];
  const url = /^(https?|ftp|git|ssh):\/\/(\$|[a-z0-9.[\]:-]{0,64}(?=[/?#]|$))?/.exec(text);
  if (url) return url[2] === undefined ? `${url[1]}://` : url[0];
  if (dynamic) return simpleExpansion(text);
  if (/^[0-7]{3,4}$|^[ugoa]{0,4}[+=-][rwxXst]{1,6}$/.test(text)) return text;
  if (!/^[\w./:@%+,*?[\]-]+$/.test(text) || tokenLike(text)) return '';
  if (/^(\/|\.{1,2}\/)/.test(text) || text === '.' || text === '[' || text === '[[') return text;
  if (fileEnding.test(text)) return text;
  return plain && /^[A-Za-z_][\w.:+-]{0,63}$/.test(text) ? text : '';
}

/** `$HOME/bin/x`, `${JAVA:-/usr/bin/java}`: a variable's name and a path are no secret; anything else of an expansion may be. */
function simpleExpansion(text: string): string {
  const found =
    /^\$(?:([A-Za-z_]\w{0,63}|[1-9])|\{([A-Za-z_]\w{0,63}|[1-9])(?::?-([\w./-]{0,128}))?\})((?:\/[\w.+*-]{1,64}){0,16})$/.exec(
      text,
    );
  if (!found) return '';
  const [, bare, braced, standard, path = ''] = found;
  const name = bare ?? braced!;
  const or = standard?.startsWith('/') && !tokenLike(standard) ? `:-${standard}` : '';
  return tokenLike(path) ? '' : `\${${name}${or}}${path}`;
}

function assignment([name, value]: readonly ShellWord[]): string[] | undefined {
  if (!name || !value || name.text.length > 64 || /pass|pwd|secret|token|key|cred|auth/i.test(name.text))
    return undefined;
  const kept = word(value.text, value.dynamic, false);
  return /^(\/|\.\/|\$\{)/.test(kept) ? [detach(name.text.replace(/\+$/, '')), detach(kept)] : undefined;
}

/** A long run of mixed letters and digits within one part of a path. */
function tokenLike(text: string): boolean {
  return text.split(/[/.:,_-]/).some((part) => part.length >= 16 && /\d/.test(part) && /[a-zA-Z]/.test(part));
}
