/** Private keys in PEM: what a block holds, judged by its structure and not by its header alone. */

export interface PemKey {
  kind: 'rsa' | 'ec' | 'dsa' | 'pkcs8' | 'openssh' | 'pgp' | 'ssh2';
  encrypted: boolean;
  /** Characters of the text from `at` to the end of the block. */
  length: number;
}

const header =
  /^-----BEGIN ((?:RSA |EC |DSA |ENCRYPTED |OPENSSH |ANY |SSH2 ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?)-----/;
const longest = 64 * 1024;

/**
 * The private key whose header stands at `at`; undefined where the block has no end, where its body is no key, and for
 * everything that is public. Line ends may be escaped (`\n`), indented, quoted or missing.
 */
export function readPem(text: string, at: number): PemKey | undefined {
  const label = header.exec(text.slice(at, at + 64))?.[1];
  if (!label) return undefined;
  const begin = at + `-----BEGIN ${label}-----`.length;
  const end = text.indexOf('-----', begin);
  const footer = `-----END ${label}-----`;
  if (end < 0 || end - begin > longest || !text.startsWith(footer, end)) return undefined;
  const lines = text
    .slice(begin, end)
    .replace(/\\+[rn]/g, '\n')
    .split('\n')
    .map(bare);
  const encryptedHeader = lines.some((line) => /^Proc-Type: ?4, ?ENCRYPTED/.test(line));
  const body = lines.filter((line) => !/^[A-Za-z][A-Za-z0-9-]{2,20}: /.test(line) && !/^=[A-Za-z0-9+/]{4}$/.test(line));
  const base64 = body.join('').replace(/\s+/g, '');
  if (base64.length < 40 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const kind = kindOf(label, Buffer.from(base64, 'base64'), encryptedHeader);
  return kind && { ...kind, length: end + footer.length - at };
}

/** A line without what a string, a comment or an indentation puts around it. `+` and `/` are base64 too. */
function bare(line: string): string {
  let from = 0;
  while (from < line.length) {
    const [char, next] = [line[from]!, line[from + 1] ?? ' '];
    if (/[\s"'`#*<>|,;.\\]/.test(char) || (char === '+' && /[\s"']/.test(next))) from++;
    else if (line.startsWith('// ', from)) from += 3;
    else break;
  }
  let to = line.length;
  while (to > from) {
    const [char, previous] = [line[to - 1]!, line[to - 2] ?? ' '];
    if (!/[\s"'`,;.\\]/.test(char) && !(char === '+' && /[\s"'`]/.test(previous))) break;
    to--;
  }
  return line.slice(from, to);
}

function kindOf(label: string, der: Buffer, encryptedHeader: boolean): Omit<PemKey, 'length'> | undefined {
  if (label.startsWith('OPENSSH')) return openssh(der);
  if (label.startsWith('PGP')) return pgp(der);
  if (label.startsWith('SSH2')) return { kind: 'ssh2', encrypted: true };
  const kind = label.startsWith('RSA')
    ? 'rsa'
    : label.startsWith('EC ')
      ? 'ec'
      : label.startsWith('DSA')
        ? 'dsa'
        : 'pkcs8';
  // RFC 1421: the body is encrypted as a whole, and tells nothing.
  if (encryptedHeader) return der.length >= 16 ? { kind, encrypted: true } : undefined;
  const outer = element(der, 0);
  if (outer?.tag !== 0x30 || outer.end > der.length) return undefined;
  const first = element(der, outer.from);
  if (!first || first.end > der.length) return undefined;
  if (label.startsWith('ENCRYPTED')) return first.tag === 0x30 ? { kind, encrypted: true } : undefined;
  const second = element(der, first.end);
  // RFC 8017, RFC 5915, RFC 5958: a version, then the numbers, the octets, or the algorithm.
  const wanted = kind === 'ec' ? 0x04 : kind === 'pkcs8' ? 0x30 : 0x02;
  if (first.tag !== 0x02 || !second) return undefined;
  // A header is often wrong about which of the two forms follows; OpenSSL reads either.
  return [wanted, 0x30, 0x02, 0x04].includes(second.tag) && second.end <= der.length
    ? { kind, encrypted: false }
    : undefined;
}

/** openssh/PROTOCOL.key: magic, cipher name, key derivation … */
function openssh(der: Buffer): Omit<PemKey, 'length'> | undefined {
  const magic = 'openssh-key-v1\0';
  if (der.subarray(0, magic.length).toString('latin1') !== magic || der.length < magic.length + 8) return undefined;
  const size = der.readUInt32BE(magic.length);
  if (size > 64) return undefined;
  const cipher = der.subarray(magic.length + 4, magic.length + 4 + size).toString('latin1');
  return { kind: 'openssh', encrypted: cipher !== 'none' };
}

/** RFC 9580: a secret-key packet (tag 5), whose string-to-key octet says whether it is encrypted. */
function pgp(der: Buffer): Omit<PemKey, 'length'> | undefined {
  const tag = der[0];
  if (tag === undefined || (tag & 0x80) === 0) return undefined;
  const type = tag & 0x40 ? tag & 0x3f : (tag >> 2) & 0x0f;
  if (type !== 5 && type !== 7) return undefined;
  // The octet stands behind public numbers of many forms; gpg says so in words of its own.
  return { kind: 'pgp', encrypted: der.includes('gnu-dummy') || pgpEncrypted(der) };
}

/** An iterated and salted S2K (usage 254 or 255, cipher, 3, hash) is what every encrypted export has. */
function pgpEncrypted(der: Buffer): boolean {
  for (let at = 8; at < Math.min(der.length - 4, 1200); at++) {
    if ((der[at] === 0xfe || der[at] === 0xff) && der[at + 2] === 3 && der[at + 1]! <= 10 && der[at + 3]! <= 11)
      return true;
  }
  return false;
}

/** One DER element (X.690, 8.1): its tag, where its content begins, where it ends. */
function element(der: Buffer, at: number): { tag: number; from: number; end: number } | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, from: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  if (count < 1 || count > 3 || at + 2 + count > der.length) return undefined;
  return { tag, from: at + 2 + count, end: at + 2 + count + der.readUIntBE(at + 2, count) };
}
