/** Files known by their first bytes: databases, dumps, wallets, key files. */
import { constants, gunzipSync } from 'node:zlib';
import type { FileMark } from './raw.ts';

/** What the beginning of a file says it is. `head` should hold 4 KiB at least, where the file has them. */
export function markOf(path: string, head: Buffer): FileMark | undefined {
  const first = head[0]!;
  return (
    wallet(path, head, first) ??
    database(head, first) ??
    (mailPath.test(path) ? mail(head) : undefined) ??
    dump(path, head, first)
  );
}

const mailPath = /(^|\/)(var\/(spool\/)?mail|Maildir)\//;

/** True where bytes are no text: a NUL, or many control characters, near the beginning. UTF-16 with its mark is text. */
export function isBinary(head: Buffer): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return false;
  if (head.subarray(0, 4096).includes(0)) return true;
  const length = Math.min(head.length, 256);
  let control = 0;
  for (let i = 0; i < length; i++) {
    const c = head[i]!;
    if (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 12 && c !== 27) control++;
  }
  return control > length / 20;
}

function starts(head: Buffer, text: string, at = 0): boolean {
  return head.length >= at + text.length && head.toString('latin1', at, at + text.length) === text;
}

function database(head: Buffer, first = head[0]!): FileMark | undefined {
  const found = (title: string): FileMark => ({ kind: 'database-file', title, confidence: 'high' });
  if (first === 0x53 && starts(head, 'SQLite format 3\0')) {
    // The root page of the schema table: no cells, no tables.
    if (head.length >= 108 && head[100] === 13 && head.readUInt16BE(103) === 0) return undefined;
    return found('SQLite database');
  }
  if (first === 0x52 && starts(head, 'REDIS00')) return found('Redis snapshot');
  if (first === 0x48 && starts(head, 'H2:') && starts(head, 'block:', 3)) return found('H2 database');
  if (first === 0 && starts(head, '\0\x01\0\0Standard ')) return found('Access database');
  if (head.length >= 20) {
    const magic = head.readUInt32LE(12);
    const swapped = head.readUInt32BE(12);
    for (const value of [0x00053162, 0x00061561, 0x00042253])
      if (magic === value || swapped === value) return found('Berkeley DB file');
    if (head.readUInt32LE(16) === 0xbeefc0de) return found('LMDB database');
  }
  return undefined;
}

function wallet(path: string, head: Buffer, first: number): FileMark | undefined {
  const found = (title: string): FileMark => ({ kind: 'state-file', title, confidence: 'high' });
  if (
    first === 3 &&
    head.length >= 8 &&
    head.readUInt32LE(0) === 0x9aa2d903 &&
    (head.readUInt32LE(4) & 0xfffffff0) >>> 0 === 0xb54bfb60
  )
    return found('KeePass password database');
  if (first === 0x6f && starts(head, 'opdata01')) return found('1Password vault');
  if (first === 5 && (head[1] === 1 || head[1] === 2) && /keytab/i.test(path)) return found('Kerberos keytab');
  if (path.endsWith('wallet.dat') && database(head)) return found('cryptocurrency wallet');
  if (first !== 0x7b) return undefined;
  const text = head.toString('latin1', 0, 4096);
  if (/"crypto"\s{0,9}:\s{0,9}\{/i.test(text) && /"(ciphertext|kdf)"/.test(text) && /"(mac|address)"/.test(text))
    return found('Ethereum key file');
  return /"wallet_type"\s{0,9}:/.test(text) && /"seed_version"/.test(text) ? found('Electrum wallet') : undefined;
}

function mail(head: Buffer): FileMark | undefined {
  if (!starts(head, 'From ') && !/^(Return-Path|Received|Delivered-To): /.test(head.toString('latin1', 0, 40)))
    return undefined;
  return { kind: 'database-file', title: 'mail spool', confidence: 'high' };
}

function dump(path: string, head: Buffer, first: number): FileMark | undefined {
  const found = (title: string): FileMark => ({ kind: 'database-dump', title, confidence: 'high' });
  if (first === 0x50 && starts(head, 'PGDMP')) return found('PostgreSQL dump');
  if (first === 0x54 && starts(head, 'TAPE\0\0') && /\.bak$/i.test(path)) return found('SQL Server backup');
  if (first === 0x1f && head[1] === 0x8b && /\.(sql|dump)\.gz$/i.test(path)) {
    const inner = unzippedHead(head);
    return inner && sqlDump(inner);
  }
  return sqlDump(head);
}

/** Dump programs sign their work in the first lines. */
function sqlDump(head: Buffer): FileMark | undefined {
  // A comment, PRAGMA, or blanks before them.
  if (![0x2d, 0x2f, 0x50, 0x20, 0x0a, 0x0d].includes(head[0]!)) return undefined;
  const text = head.toString('latin1', 0, 2000);
  const match =
    /^\s{0,20}(--|\/\*)/.test(text) &&
    /(PostgreSQL database(?: cluster)? dump|MySQL dump \d|MariaDB dump \d|phpMyAdmin SQL Dump)/.exec(
      text.slice(0, 400),
    );
  if (match) {
    const name = /PostgreSQL|MySQL|MariaDB/.exec(match[1]!)?.[0] ?? 'SQL';
    return { kind: 'database-dump', title: `${name} dump`, confidence: 'high' };
  }
  if (/^PRAGMA foreign_keys ?= ?OFF;\r?\nBEGIN TRANSACTION;/.test(text))
    return { kind: 'database-dump', title: 'SQLite dump', confidence: 'high' };
  return undefined;
}

function unzippedHead(head: Buffer): Buffer | undefined {
  try {
    return gunzipSync(head.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8 << 20 });
  } catch {
    return undefined;
  }
}
