/** Commands that fetch from the network: curl, wget and their kin, and where what they fetch goes. */
import type { ArgumentFact, CommandFact, DockerfileFacts } from '../types/dockerfile.ts';
import { hasOption } from './commands.ts';
import { isLocal, looksLikeUrl } from './urls.ts';

export interface Download {
  command: CommandFact;
  urls: ArgumentFact[];
  /** Where it is written: a file (its path where that is known), or the next command of the pipeline. */
  to: 'file' | 'output';
  path?: string;
}

/** Options of curl that take a value, single letters. */
const curlValued = 'oHduAbceEFmrtTUwxXyYzCDKPQ';
const wgetValued = 'OoaietTwQPUAXRDIlBS';
const curlLong = new Set(
  '--output --output-dir --header --data --data-raw --data-binary --data-urlencode --user --user-agent --cookie --cookie-jar --cert --cacert --capath --key --form --max-time --connect-timeout --retry --retry-delay --retry-max-time --request --proxy --range --write-out --url --upload-file --limit-rate --resolve --referer --config --tlsv1 --ciphers --max-redirs --noproxy --pass'.split(
    ' ',
  ),
);
const wgetLong = new Set(
  '--output-document --output-file --append-output --input-file --tries --timeout --wait --directory-prefix --header --user --password --user-agent --referer --post-data --ca-certificate --progress --base --accept --reject --limit-rate --retry-on-http-error --waitretry --read-timeout --dns-timeout --connect-timeout --execute'.split(
    ' ',
  ),
);

/** The download that the command is, or undefined. URLs of this machine are not counted. */
export function downloadOf(command: CommandFact): Download | undefined {
  const { name } = command;
  if (name === 'curl' || name === 'wget' || name === 'wget2') return fetched(command, name === 'curl');
  if (/^(?:fetch|aria2c|axel|lwp-download|http|https)$/.test(name)) return plain(command);
  if (/^(?:invoke-webrequest|iwr|invoke-restmethod|irm|start-bitstransfer)$/i.test(name)) return plain(command);
  return undefined;
}

function fetched(command: CommandFact, curl: boolean): Download | undefined {
  const urls: ArgumentFact[] = [];
  let path: string | undefined;
  let remoteName = !curl;
  const { args } = command;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const { text } = arg;
    if (text.startsWith('--')) {
      const [name = '', value] = text.split('=', 2);
      const takes = (curl ? curlLong : wgetLong).has(name);
      const given = value ?? (takes ? args[++at]?.text : undefined);
      if (name === (curl ? '--output' : '--output-document')) path = given;
      else if (curl && name === '--url' && args[at]) urls.push(args[at]!);
      else if (name === '--remote-name' || name === '--remote-name-all') remoteName = true;
      else if (name === '--head' || name === '--spider') return undefined;
    } else if (/^-./.test(text)) {
      const letters = curl ? curlValued : wgetValued;
      for (let i = 1; i < text.length; i++) {
        const letter = text[i]!;
        if (curl && letter === 'O') remoteName = true;
        if (curl && letter === 'I') return undefined;
        if (!letters.includes(letter)) continue;
        const value = text.slice(i + 1) || args[++at]?.text;
        if (letter === (curl ? 'o' : 'O')) path = value;
        break;
      }
    } else if (looksLikeUrl(text) || arg.dynamic) urls.push(arg);
  }
  if (urls.length === 0 || urls.every(({ text }) => isLocal(text))) return undefined;
  const redirect = command.redirects.find(
    ({ operator, descriptor }) => /^>>?\|?$|^&>$/.test(operator) && (descriptor ?? 1) === 1,
  );
  const into = redirect?.target?.text;
  if (path !== undefined && /^(?:-|\/dev\/stdout)$/.test(path)) {
    path = undefined;
    remoteName = false;
  }
  if (path === '/dev/null' || (path === undefined && into === '/dev/null')) return undefined;
  const file = path ?? (remoteName ? lastPart(urls[0]!.text) : into);
  return { command, urls, to: file === undefined ? 'output' : 'file', ...(file !== undefined && { path: file }) };
}

function plain(command: CommandFact): Download | undefined {
  const urls = command.args.filter(({ text }) => looksLikeUrl(text));
  if (urls.length === 0 || urls.every(({ text }) => isLocal(text))) return undefined;
  const at = command.args.findIndex(({ text }) => /^(?:-o|-outfile|-out|--output|-O|-d)$/i.test(text));
  const path = at >= 0 ? command.args[at + 1]?.text : undefined;
  const windows = /^(?:i|s)/i.test(command.name);
  const file = path ?? (windows ? undefined : lastPart(urls[0]!.text));
  return { command, urls, to: file === undefined ? 'output' : 'file', ...(file !== undefined && { path: file }) };
}

function lastPart(url: string): string {
  const plain = url.replace(/[?#].*$/s, '');
  return plain.slice(plain.lastIndexOf('/') + 1) || 'index.html';
}

/** The commands that get its output through pipes, in order. */
export function pipedInto(dockerfile: DockerfileFacts, command: CommandFact): CommandFact[] {
  const { pipeline } = command;
  const out: CommandFact[] = [];
  for (const other of nearby(dockerfile, command)) {
    if (pipeline) {
      const further = other.pipeline?.id === pipeline.id && other.pipeline.position > pipeline.position;
      if (further && other.context.substitution === command.context.substitution) out.push(other);
    } else if (other.join === '|' && !other.pipeline) out.push(other);
    // PowerShell and cmd: the commands behind a pipe follow at once.
    else if (!other.pipeline) break;
  }
  return out;
}

/** Far enough for any command that people write, and short enough for any that they should not. */
const reach = 2000;

/** The commands that come next in the same script. */
export function nearby({ commands }: DockerfileFacts, { index, script }: CommandFact): CommandFact[] {
  return commands.slice(index + 1, index + reach).filter((other) => other.script === script);
}

/** The commands in front of it in the same script. */
export function before({ commands }: DockerfileFacts, { index, script }: CommandFact): CommandFact[] {
  return commands.slice(Math.max(0, index - reach), index).filter((other) => other.script === script);
}

/** The interpreter reads its program from standard input: `sh`, `bash -s -- x`, `python3 -`, `php -- --install-dir`. */
export function readsProgram({ name, args }: CommandFact): boolean {
  const plainShell = /^(?:sh|bash|dash|ash|zsh|ksh|mksh|rbash|fish)$/.test(name);
  const other = /^(?:python[\d.]*|perl|ruby|node|nodejs|php[\d.]*|lua)$/.test(name);
  if (/^(?:iex|invoke-expression)$/i.test(name)) return true;
  if (!plainShell && !other) return false;
  if (hasOption({ args: args.slice(0, 1) }, '--version', '--help')) return false;
  if (plainShell && args.some(({ text }) => text === '-s' || /^-[a-z]*s[a-z]*$/.test(text))) return true;
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!;
    if (text === '-' || text === '/dev/stdin') return true;
    if (text === '--') return plainShell ? at + 1 >= args.length || args[at + 1]!.text === '-' : name.startsWith('php');
    if (plainShell && /^-[a-z]*c/.test(text)) return false;
    // -e, -c, -m, -r, -n and -p hold the program themselves.
    if (other && /^-(?:[a-z]*[ecmrnp]|l?[np][a-z]*|-eval|-print)/.test(text)) return false;
    if (!text.startsWith('-') && !text.startsWith('+')) return false;
    if (/^[-+]o$/.test(text)) at++;
  }
  return true;
}
