/** The configuration files that say whose signatures and certificates count, each as its own program reads it. */
import type { SettingsReader } from '../types/source-setting.ts';
import { lines as textLines } from './text.ts';

/** A setting: line, name, value, what it holds for, and that source's address. */
export interface ReadSetting {
  l: number;
  n: string;
  v: string;
  o?: string;
  a?: string;
}

/** Settings kept of one file. */
const settingLimit = 200;
const valueLimit = 120;
const addressLimit = 200;

/**
 * Names that are kept: of signatures and certificates. Anything else may be a secret. Asked of a name's last part alone: sections
 * and scopes hold hosts, and `//trusted.example/:_authToken` is no setting of trust.
 */
const kept =
  /trusted|insecure|unauthenticated|verify|strict-?ssl|gpgcheck|siglevel|certificate|allow-weak|allow-downgrade/;

/** Lines longer than any that a person writes are passed over: no pattern here is asked about more. */
const lineLimit = 2048;

function* lines(text: string): IterableIterator<string> {
  for (const line of textLines(text)) yield line.length > lineLimit ? '#' : line;
}

/** What a file says, in its order. Lines that no reader knows are passed over. */
export function readSettings(reader: SettingsReader, text: string): ReadSetting[] {
  const all =
    reader === 'apt-source' ? aptSources(text) : reader === 'apt' ? aptConfiguration(text) : keyed(reader, text);
  return all
    .filter(({ n }) => kept.test(n.split(/[.:/]/).at(-1)!))
    .slice(0, settingLimit)
    .map(masked);
}

/** What leaves here lies in the cache and in reports. Masked before it is cut: half of a token is one too. */
function masked({ l, n, v, o, a }: ReadSetting): ReadSetting {
  const out: ReadSetting = { l, n: withoutCredentials(n), v: withoutCredentials(v).slice(0, valueLimit) };
  if (o !== undefined) out.o = withoutCredentials(o).slice(0, addressLimit);
  if (a !== undefined) out.a = withoutCredentials(a).slice(0, addressLimit);
  return out;
}

/** sources.list(5): `deb [options] uri suite component`, or deb822 stanzas. */
function aptSources(text: string): ReadSetting[] {
  const out: ReadSetting[] = [];
  let stanza: ReadSetting[] = [];
  let address: string | undefined;
  let enabled = true;
  const end = () => {
    const of = address === undefined ? {} : { o: address, a: address };
    if (enabled) out.push(...stanza.map((setting) => ({ ...setting, ...of })));
    stanza = [];
    address = undefined;
    enabled = true;
  };
  let number = 0;
  for (const raw of lines(text)) {
    number++;
    const line = raw.split('#', 1)[0]!.trim();
    const one = /^deb(?:-src)?\s+\[([^\]]{0,1024})\]\s+(\S+)/.exec(line);
    if (one) {
      const uri = one[2]!;
      for (const option of one[1]!.split(/\s+/)) {
        const [name = '', value = ''] = option.split('=', 2);
        if (name) out.push({ l: number, n: name.toLowerCase(), v: value, o: uri, a: uri });
      }
      continue;
    }
    if (raw.trim() === '') {
      end();
      continue;
    }
    const field = /^([A-Za-z][A-Za-z-]{1,40}):\s{0,16}(.{0,1024})$/.exec(line);
    if (!field) continue;
    const name = field[1]!.toLowerCase();
    if (name === 'uris') address = firstAddress(field[2]!.trim());
    else if (name === 'enabled') enabled = !/^(no|false|0|off|without)$/i.test(field[2]!.trim());
    else stanza.push({ l: number, n: name, v: field[2]!.trim() });
  }
  end();
  return out;
}

/** Text in quotes, a comment that closes, or one that takes the rest of the line. */
const aptCommentOrText = /("[^"]*"?)|\/\*.*?(?:(\*\/)|$)|(?:\/\/|#).*$/g;

/** apt.conf(5): `Scope::Name "value";`, and the same in nested braces. */
function aptConfiguration(text: string): ReadSetting[] {
  const out: ReadSetting[] = [];
  const scopes: string[] = [];
  let number = 0;
  let comment = false;
  for (const raw of lines(text)) {
    number++;
    let line = raw.trim();
    if (comment) {
      const close = line.indexOf('*/');
      if (close < 0) continue;
      comment = false;
      line = line.slice(close + 2).trim();
    }
    line = line.replace(aptCommentOrText, (found, text?: string, close?: string) => {
      if (text !== undefined) return found;
      comment = found.startsWith('/*') && close === undefined;
      return ' ';
    });
    for (const part of line.split(/(?<=[;{}])/)) {
      const piece = part.trim();
      if (piece.endsWith('{')) {
        if (scopes.length < 16) scopes.push(piece.slice(0, -1).trim().toLowerCase());
        continue;
      }
      if (piece.startsWith('}')) {
        scopes.pop();
        continue;
      }
      const setting = /^([A-Za-z][\w:./-]{0,200})\s{1,32}"?([^";]{0,200})"?\s{0,32};?$/.exec(piece);
      if (setting) out.push({ l: number, n: [...scopes, setting[1]!.toLowerCase()].join('::'), v: setting[2]!.trim() });
    }
  }
  return out;
}

const iniHead = /^\[([^\]]{1,200})\]$/;
/** git-config(1), "Syntax": a setting may follow on the same line, and a subsection in quotes may hold a bracket. */
const gitHead = /^\[((?:[^\]"]|"(?:[^"\\]|\\.)*")+)\](.*)$/;

/** `name = value` or `name: value`, below `[section]` lines. */
function keyed(reader: SettingsReader, text: string): ReadSetting[] {
  const out: ReadSetting[] = [];
  let section = '';
  let block: ReadSetting[] = [];
  let address: string | undefined;
  let enabled = true;
  const end = () => {
    const of = { ...(section !== '' && { o: section }), ...(address !== undefined && { a: address }) };
    if (enabled) out.push(...block.map((setting) => ({ ...setting, ...of })));
    block = [];
    address = undefined;
    enabled = true;
  };
  let number = 0;
  for (const raw of lines(text)) {
    number++;
    let line = raw.trim();
    const head = (reader === 'git' ? gitHead : iniHead).exec(line);
    if (head) {
      end();
      section = head[1]!.trim();
      line = (head[2] ?? '').trim();
    }
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const setting = /^[-:]{0,2}([A-Za-z_][\w.-]{0,200}?)\s{0,16}(?:[=:\s]\s{0,16}(.{0,512}))?$/.exec(line);
    if (!setting) continue;
    const written = setting[1]!.toLowerCase();
    const name = reader === 'curl' && written === 'k' ? 'insecure' : written;
    const value = (setting[2] ?? '')
      .replace(/^[=:]\s*/, '')
      .replace(/\s[#;].*$/, '')
      .replace(/^["'](.*)["']$/, '$1')
      .trim();
    if (reader === 'rpm-repository' && name === 'enabled') enabled = !/^(0|no|false)$/i.test(value);
    else if (name === 'baseurl') address = firstAddress(value);
    else
      block.push({
        l: number,
        n: reader === 'git' && section !== '' ? `${section.split(/\s/)[0]!.toLowerCase()}.${name}` : name,
        v: value,
      });
  }
  end();
  return out;
}

/** Of a list with blanks or commas between; a password may hold a comma too. */
function firstAddress(list: string): string {
  return withoutCredentials(list).split(/[\s,]/)[0]!;
}

/** Without user, password and query of every address, with a scheme or without: names, sections and values hold them alike. */
function withoutCredentials(text: string): string {
  return (
    text
      .replace(/(\/\/|(?:^|\s)["']?)[^\s/]*@/g, '$1')
      // A password with a slash that nobody encoded, or cut at a `#`: what stands before it is no host with its port.
      .replace(/\/\/[^\s/:[]*:(?!\d{0,5}(?:[\s/"']|$))(?:\S*@|(?!\$)[^\s/"']*)/g, '//')
      .replace(/(\/\/[^\s?#"']*)[?#][^\s"']*/g, '$1')
  );
}
