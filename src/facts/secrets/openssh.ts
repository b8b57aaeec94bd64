/** OpenSSH's own private key format (openssh-portable, PROTOCOL.key). */

const magic = 'openssh-key-v1\0';

/** Whether a passphrase guards it, and the key's number; undefined where it is cut off or no such key. */
export function openSshKey(bytes: Buffer): { encrypted: boolean; identity: Uint8Array } | undefined {
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) return undefined;
  const reader = new Reader(bytes, magic.length);
  const cipher = reader.text();
  reader.string();
  reader.string();
  const keys = reader.number();
  const publicKey = reader.string();
  const secret = reader.string();
  if (cipher === undefined || keys === undefined || keys < 1 || !publicKey || !secret || secret.length < 32)
    return undefined;
  const inside = new Reader(publicKey, 0);
  const type = inside.text();
  const first = inside.string();
  // RSA: e, then n, which is what the other formats are known by too. ECDSA: the curve's name, then the point.
  const number =
    type === 'ssh-rsa' || type?.startsWith('ecdsa-') || type?.startsWith('sk-ecdsa-') ? inside.string() : first;
  if (!type || !number || number.length < 16) return undefined;
  return { encrypted: cipher !== 'none', identity: number[0] === 0 ? number.subarray(1) : number };
}

/** Length-prefixed fields (RFC 4251, section 5). Past the end every read is undefined. */
class Reader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  number(): number | undefined {
    if (this.at + 4 > this.bytes.length) return undefined;
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  string(): Buffer | undefined {
    const length = this.number();
    if (length === undefined || length > this.bytes.length - this.at) {
      this.at = this.bytes.length;
      return undefined;
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string | undefined {
    return this.string()?.toString('latin1');
  }
}
