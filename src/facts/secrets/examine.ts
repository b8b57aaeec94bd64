/** One file's bytes to what is kept of it: the parser of its name, the keys in it, the engine, and whatever is packed inside. */
import { createHash } from 'node:crypto';
import { eachMember } from './archive.ts';
import type { LayerBudget } from './budget.ts';
import { derKey } from './der.ts';
import { archiveKind, parserOf } from './files.ts';
import { findKeys, identityOf, judgeKey, type KeySecret } from './keys.ts';
import { keystoreSecret } from './keystore.ts';
import { isBinary, markOf } from './magic.ts';
import type { FileMark, FileParser, ParsedFile } from './raw.ts';
import { type ScannedWhole, scanBytes } from './scanner.ts';
import { type CompiledAllow, isGuessable, type SealedHit, seal } from './seal.ts';

/** What is kept of one file. */
export interface SecretFile {
  hits?: SealedHit[];
  mark?: FileMark;
  /** Why some of it was not read. */
  cut?: string;
  /** A binary file that is longer than is read of one. */
  partial?: true;
  /** The layer's budget ran out at this file. */
  spent?: true;
  /** Beginnings of md5, sha1 and sha256, to hold against the package that owns the file. */
  sums?: [md5: string, sha1: string, sha256: string];
}

export interface Examiner {
  budget: LayerBudget;
  allow: readonly CompiledAllow[];
  /** Memory for one file, until the next is asked for. */
  scratch(length: number): Buffer;
}

/** Below this a checksum would give away what a small file holds. */
const leastHashed = 256;

/** Looks through a file that lies in memory whole. Undefined where there is nothing to say of it. */
export function examine(path: string, bytes: Buffer, examiner: Examiner): SecretFile | undefined {
  const found: SecretFile = {};
  const secrets = dig(path, bytes, examiner, 0, found);
  keep(found, secrets, examiner);
  if (found.hits && bytes.length >= leastHashed) found.sums = sumsOf(bytes);
  return found.hits || found.mark || found.cut ? found : undefined;
}

/** Seals secrets into the record, each value once a line, up to the limits. */
export function keep(found: SecretFile, secrets: readonly KeySecret[], { budget, allow }: Examiner): void {
  const seen = new Set<string>();
  const hits: SealedHit[] = [];
  for (const secret of secrets) {
    const key = `${secret.kind} ${secret.inside ?? ''} ${secret.value}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const slow = isGuessable(secret.value) && !budget.take('slowHits', 1);
    if (slow || hits.length >= budget.limits.hitsPerFile || !budget.take('hitsPerLayer', 1)) {
      found.cut ??= 'it, or its layer, holds more of what looks like secrets than is kept';
      break;
    }
    hits.push(seal(secret, allow));
  }
  if (hits.length > 0) found.hits = hits;
}

function dig(path: string, bytes: Buffer, examiner: Examiner, depth: number, found: SecretFile): KeySecret[] {
  if (archiveKind(path) && depth < examiner.budget.limits.depth) {
    const secrets: KeySecret[] = [];
    const problem = eachMember(path, bytes, examiner.budget, (member) => {
      for (const secret of dig(member.path, member.bytes, examiner, depth + 1, found))
        secrets.push({
          ...secret,
          inside: secret.inside === undefined ? member.path : `${member.path}!${secret.inside}`,
        });
    });
    if (problem) found.cut ??= problem;
    return secrets;
  }
  const mark = depth === 0 ? markOf(path, bytes) : undefined;
  if (mark) found.mark = mark;
  if (isBinary(bytes)) return binarySecrets(path, bytes, examiner, found);
  const parser = parserOf(path);
  const { secrets, armour } = scanned(path, bytes, found);
  // Most files have no parser and no key: they are never made into text.
  if (!parser && !armour && !mayHoldKey(bytes)) return secrets.length === 0 ? secrets : merge([], secrets, false);
  const text = decode(bytes);
  const parsed = attempt(parser, text, path);
  if (parsed?.mark && depth === 0) found.mark = parsed.mark;
  const own = parsed?.secrets ?? [];
  const named = [...own, ...findKeys(text).filter((key) => !own.some((secret) => secret.value === key.value))];
  return merge(named, secrets, parsed?.understood === true);
}

/** A key file without armour, or text that the engine may not have seen as such: UTF-16 by its mark. */
function mayHoldKey(bytes: Buffer): boolean {
  return (
    (bytes[0] === 0x50 && bytes.subarray(0, puttyMark.length).equals(puttyMark)) ||
    (bytes[0]! >= 0xfe && bytes[1]! >= 0xfe)
  );
}

const puttyMark = Buffer.from('PuTTY-User-Key-File-');

function scanned(path: string, bytes: Buffer, found: SecretFile): ScannedWhole {
  const result = scanBytes(path, bytes);
  if (result.cut) found.cut ??= 'it has more places to look at than the limit';
  return result;
}

/** Key files and keystores, and the formats whose pattern is sure enough for bytes that are no text. */
function binarySecrets(path: string, bytes: Buffer, examiner: Examiner, found: SecretFile): KeySecret[] {
  const store = keystoreSecret(bytes);
  if (store.length > 0) return store;
  const ending = /\.(der|key|pk8|p8)$/i.test(path) ? derKey(bytes) : undefined;
  if (ending) {
    const identity = identityOf(ending.identity);
    return [
      {
        detector: 'private-key',
        title: `${ending.type} private key (DER)`,
        kind: 'private-key',
        severity: 'critical',
        confidence: ending.encrypted ? 'low' : 'high',
        value: bytes.toString('base64'),
        identity,
      },
    ];
  }
  const part = bytes.subarray(0, examiner.budget.limits.binaryBytes);
  return examiner.budget.take('layerBinary', part.length) ? scanned(path, part, found).secrets : [];
}

/** What a parser or the key reader found is better known than what the engine makes of the same value. */
export function merge(named: readonly KeySecret[], scanned: readonly KeySecret[], understood: boolean): KeySecret[] {
  const values = named.map(({ value }) => value);
  const lines = new Set(named.filter(({ inside }) => inside === undefined).map(({ line }) => line));
  const known = scanned.flatMap(asKey);
  const rest = known.filter((secret) => {
    const { value, kind, line } = secret;
    if (values.some((other) => other === value || (value.length >= 8 && other.includes(value)))) return false;
    return !(kind === 'password-in-file' && (understood || lines.has(line)));
  });
  // The engine knows the provider: a token that stands in a file of variables is that provider's, and so is a key.
  const provider = new Map(
    known
      .filter(({ kind, detector }) => kind !== 'password-in-file' && kind !== 'private-key' && !isGeneric(detector))
      .map((secret) => [secret.value, secret]),
  );
  const better = named.map((secret) => {
    const open = secret.kind === 'password-in-file' || secret.detector === 'private-key';
    const same = open ? provider.get(secret.value) : undefined;
    return same ? { ...secret, ...same } : secret;
  });
  const all = [...better, ...rest];
  // The name of a key opens nothing; with the key itself beside it, it is not worth a word of its own.
  const whole = all.some(({ detector }) => awsSecrets.has(detector));
  return whole ? all.filter(({ detector }) => detector !== 'aws-access-key-id') : all;
}

/** Found by the name of its field and its look alone. */
export function isGeneric(detector: string): boolean {
  return detector.startsWith('generic-') || detector === 'named-value';
}

const awsSecrets = new Set(['aws-credentials-file', 'aws-secret-access-key', 'aws-key-pair']);

/** An armoured key that the engine found: its body, where it is a key at all. The key reader has found the others. */
function asKey(secret: KeySecret): KeySecret[] {
  if (!secret.value.includes('PRIVATE KEY')) return [secret];
  const judged = judgeKey(secret.value);
  if (!judged?.confidence) return [];
  const { body, confidence, identity } = judged;
  return [{ ...secret, value: body, confidence, ...(identity !== undefined && { identity }) }];
}

/** A parser must not throw; where one does, its message could hold what it read, so it goes nowhere. */
function attempt(parser: FileParser | undefined, text: string, path: string): ParsedFile | undefined {
  try {
    return parser?.(text, path);
  } catch {
    return undefined;
  }
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

function sumsOf(bytes: Buffer): [string, string, string] {
  const sum = (name: string): string => {
    try {
      return createHash(name).update(bytes).digest('hex').slice(0, 16);
    } catch {
      // A host in FIPS mode has no MD5.
      return '';
    }
  };
  return [sum('md5'), sum('sha1'), sum('sha256')];
}
