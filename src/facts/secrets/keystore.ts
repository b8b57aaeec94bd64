/** Java and PKCS #12 keystores: do they hold a private key, or only certificates to trust? */
import { createHash } from 'node:crypto';
import { derItem, derItems } from './der.ts';
import type { KeySecret } from './keys.ts';
import { identityOf } from './keys.ts';

const jks = 0xfeedfeed;
const jceks = 0xcececece;
const defaults = ['changeit', 'password', 'changeme', 'secret', '123456', ''];
/** pkcs8ShroudedKeyBag and keyBag (RFC 7292, appendix D), as DER content. */
const shrouded = Buffer.from('2a864886f70d010c0a0102', 'hex');
const plain = Buffer.from('2a864886f70d010c0a0101', 'hex');

/** The keystore as one secret where it holds a key. A trust store is none. */
export function keystoreSecret(bytes: Buffer): KeySecret[] {
  if (bytes.length < 32) return [];
  const magic = bytes.readUInt32BE(0);
  if (magic === jks || magic === jceks) return javaKeystore(bytes, magic === jceks);
  return pkcs12(bytes);
}

function javaKeystore(bytes: Buffer, extended: boolean): KeySecret[] {
  if (!hasKeyEntry(bytes, extended)) return [];
  const opened = defaults.find((word) => digestFits(bytes, word));
  return [
    secret(
      bytes,
      extended ? 'JCEKS keystore with a private key' : 'Java keystore with a private key',
      opened === undefined ? 'medium' : 'high',
      opened,
    ),
  ];
}

/** JKS entries: tag, alias, date, and for a key its length first; tag 1 is a key, 2 a certificate, 3 a JCEKS secret key. */
function hasKeyEntry(bytes: Buffer, extended: boolean): boolean {
  const count = bytes.readUInt32BE(8);
  let at = 12;
  for (let i = 0; i < Math.min(count, 10_000) && at + 6 < bytes.length; i++) {
    const tag = bytes.readUInt32BE(at);
    if (tag === 1 || (extended && tag === 3)) return true;
    if (tag !== 2) return false;
    at += 4 + 2 + bytes.readUInt16BE(at + 4) + 8;
    if (at + 2 > bytes.length) return false;
    at += 2 + bytes.readUInt16BE(at);
    if (at + 4 > bytes.length) return false;
    at += 4 + bytes.readUInt32BE(at);
  }
  return false;
}

/** The store's own check: SHA-1 over the password in UTF-16, a fixed phrase and the content. */
function digestFits(bytes: Buffer, password: string): boolean {
  const wide = Buffer.from(password, 'utf16le').swap16();
  const content = bytes.subarray(0, bytes.length - 20);
  const digest = createHash('sha1').update(wide).update('Mighty Aphrodite').update(content).digest();
  return digest.equals(bytes.subarray(bytes.length - 20));
}

/** PFX is SEQUENCE { INTEGER 3, ContentInfo, MacData }. Key bags lie in the open part in every writer's default. */
function pkcs12(bytes: Buffer): KeySecret[] {
  const outer = derItem(bytes, 0);
  const items = outer?.tag === 0x30 ? derItems(bytes, outer) : undefined;
  if (items?.[0]?.tag !== 0x02 || bytes[items[0].start] !== 3 || items[1]?.tag !== 0x30) return [];
  if (bytes.includes(plain)) return [secret(bytes, 'PKCS #12 keystore with an unencrypted private key', 'high')];
  return bytes.includes(shrouded) ? [secret(bytes, 'PKCS #12 keystore with a private key', 'medium')] : [];
}

function secret(bytes: Buffer, title: string, confidence: 'high' | 'medium', opened?: string): KeySecret {
  const identity = identityOf(bytes);
  return {
    detector: 'keystore',
    title,
    kind: 'private-key',
    severity: 'critical',
    confidence,
    value: identity,
    identity,
    note: opened === undefined ? 'guarded by a password' : 'opens with a default password',
  };
}
