/** Passwords of accounts (shadow(5), passwd(5), crypt(5)), and files that only root should be able to read. */
import type { LayerCollector } from '../../image/collector.ts';
import type { AccountPassword, ReadableSecret } from '../../types/secrets.ts';
import type { Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import { detach, lines, utf8 } from '../text.ts';
import type { SecretFile } from './examine.ts';
import { fates } from './states.ts';

/** An account whose field holds no lock: name, line, kind of field, method of the hash, login shell where the file has one. */
interface PasswordLine {
  n: string;
  l: number;
  k: 'empty' | 'hash';
  m?: string;
  s?: string;
}
export interface PasswordFile {
  lines: PasswordLine[];
}

const fileBytes = 4 << 20;
const lineLimit = 10_000;

/** Keeps the accounts that have a hash or nothing at all in the password field; never the hash. */
export const passwordsCollector: LayerCollector<PasswordFile> = {
  id: 'passwords',
  version: 1,
  wants: ({ path, type }) =>
    type === 'file' && /(^|\/)etc\/(shadow|passwd)-?$/.test(path.slice(-14))
      ? { kind: 'whole', limit: fileBytes }
      : undefined,
  take: ({ path }, { bytes }) => {
    const found = passwordLines(utf8(bytes), /passwd-?$/.test(path));
    return found.length > 0 ? { lines: found } : undefined;
  },
};

/** Fields that are neither locked (`!`, `*`) nor kept elsewhere (`x`). */
export function passwordLines(text: string, passwd: boolean): PasswordLine[] {
  const found: PasswordLine[] = [];
  let line = 0;
  for (const raw of lines(text)) {
    line++;
    const fields = raw.slice(0, 4096).split(':');
    const name = fields[0] ?? '';
    if (found.length >= lineLimit) break;
    if (fields.length < (passwd ? 7 : 2) || name === '' || /^[+#-]/.test(name)) continue;
    const kind = fieldKind(fields[1]!, passwd);
    if (!kind) continue;
    found.push({
      n: detach(name.slice(0, 64)),
      l: line,
      ...kind,
      ...(passwd && { s: detach((fields[6] ?? '').trim().slice(0, 100)) }),
    });
  }
  return found;
}

const methods: Record<string, string> = {
  '1': 'MD5',
  '2a': 'bcrypt',
  '2b': 'bcrypt',
  '2y': 'bcrypt',
  '5': 'SHA-256',
  '6': 'SHA-512',
  '7': 'scrypt',
  y: 'yescrypt',
  gy: 'gost-yescrypt',
  sha1: 'PBKDF1-SHA1',
  md5: 'SunMD5',
};

function fieldKind(field: string, passwd: boolean): { k: 'empty' | 'hash'; m?: string } | undefined {
  if (field === '') return { k: 'empty' };
  if (passwd && field === 'x') return undefined;
  const match = /^\$([a-z0-9]{1,4})\$.{10,}/.exec(field);
  if (match) return { k: 'hash', m: methods[match[1]!] ?? match[1]! };
  if (/^[A-Za-z0-9./]{13}$/.test(field)) return { k: 'hash', m: 'DES' };
  return undefined;
}

/** Accounts with a hash in any layer, and accounts with an empty field in the rootfs as it is. */
export function collectAccountPasswords(context: FactContext): Fact<AccountPassword[]> {
  const fate = fates(context);
  const found: AccountPassword[] = [];
  const nologin = shells(context);
  for (const { path, layer, data } of context.index.all<PasswordFile>('passwords')) {
    const { state } = fate(path, layer);
    for (const { n, l, k, m, s } of data.lines) {
      // An empty field that a later layer filled lets nobody in; a hash can be guessed at for ever.
      if (k === 'empty' && (state !== 'live' || path.endsWith('-'))) continue;
      // glibc looks into shadow only where passwd says so; an empty passwd field is the password itself.
      found.push({
        account: n,
        kind: k,
        ...(m !== undefined && { method: m }),
        noLogin: isNoLogin(s ?? nologin.get(n)),
        evidence: fileEvidence(path, layer, l),
        state,
      });
    }
  }
  return { known: true, value: found, evidence: found.map(({ evidence }) => evidence) };
}

/** Login shells by account, from the rootfs. */
function shells(context: FactContext): Map<string, string> {
  const out = new Map<string, string>();
  const passwd = context.index.at<{ users?: { n: string; s: string }[] }>('accounts', 'etc/passwd');
  for (const { n, s } of passwd?.data.users ?? []) out.set(n, s);
  return out;
}

function isNoLogin(shell: string | undefined): boolean {
  return shell !== undefined && /(^|\/)(nologin|false|sync|halt|shutdown)$/.test(shell);
}

const guarded: [RegExp, string][] = [
  [/^etc\/g?shadow-?$/, 'password hashes'],
  [/^etc\/ssh\/ssh_host_[a-z0-9]+_key$/, 'SSH host key'],
  [
    /^etc\/(krb5\.keytab|samba\/(secrets|private\/.+)\.tdb|ppp\/(chap|pap)-secrets|mysql\/debian\.cnf)$/,
    'credentials of a service',
  ],
];

/** Root's own secrets that anyone may read: known files, and private keys that were found. */
export function collectReadableSecrets(context: FactContext): Fact<ReadableSecret[]> {
  const { rootfs } = context.image;
  const keys = new Set<string>();
  for (const [path, { data }] of context.index.live<SecretFile>('secrets'))
    if (
      data.hits?.some(
        ({ kind, confidence, inside }) => kind === 'private-key' && confidence === 'high' && inside === undefined,
      )
    )
      keys.add(path);
  const found: ReadableSecret[] = [];
  const look = (path: string, what: string): void => {
    const node = rootfs.lookup(path);
    if (node?.entry.type !== 'file' || node.entry.uid !== 0 || (node.entry.mode & 0o004) === 0 || node.entry.size === 0)
      return;
    for (let parent = node.parent; parent; parent = parent.parent)
      if (parent.path !== '' && (parent.entry.mode & 0o001) === 0) return;
    found.push({ path, layer: node.entry.layer, mode: node.entry.mode, what });
  };
  const etc = rootfs.lookup('etc');
  for (const { path } of etc?.children ? rootfs.nodes(etc) : []) {
    const known = guarded.find(([pattern]) => pattern.test(path));
    if (known) look(path, known[1]);
  }
  for (const path of keys)
    if (!found.some((one) => one.path === path) && /^(etc|root|var|run)\//.test(path)) look(path, 'private key');
  return { known: true, value: found, evidence: found.map(({ path, layer }) => fileEvidence(path, layer)) };
}
