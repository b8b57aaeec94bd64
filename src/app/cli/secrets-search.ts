/** Secrets of a plain folder, a file or standard input: the collectors of a scan, without an image around them. */
import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { collectorsFor } from '../../facts/collectors.ts';
import { buildFacts, type FactData } from '../../facts/facts.ts';
import { analyseImage } from '../../image/analyse.ts';
import { emptyConfig } from '../../image/config.ts';
import { readFolder } from '../../image/folder.ts';
import { LayerPass } from '../../image/layer-pass.ts';
import { LayerReader } from '../../image/layer-reader.ts';
import type { Limits } from '../../image/limits.ts';
import type { ImageHandle, LayerRecord } from '../../image/model.ts';
import { hostPlatform } from '../../image/platform.ts';
import { fileChunks } from '../../image/read-layer.ts';
import type { Rule, Ruleset } from '../../types/rule.ts';
import type { SecretFact } from '../../types/secrets.ts';
import { SourceError, type StatusEntry } from '../../types.ts';
import { quote } from './words.ts';

/** What a search is asked to do. */
export interface SearchOptions {
  ruleset: Ruleset;
  limits: Limits;
  asOf: string;
  stdin: () => AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

/** A secret, and what a user's ruleset says of it. */
export interface FoundSecret extends SecretFact {
  rule: string;
  suppression?: { reason: string; expires?: string };
}

/** How standard input is called in places. */
export const stdinName = '<stdin>';

/** Bytes of standard input that are kept: it comes without a length. */
const stdinBytes = 64 << 20;

/** Searches a target. @throws SourceError where it cannot be read. */
export async function searchSecrets(
  target: string,
  options: SearchOptions,
): Promise<{ secrets: FoundSecret[]; status: StatusEntry[] }> {
  const { ruleset, limits, asOf, signal } = options;
  const { collectors } = collectorsFor(ruleset.allowedSecrets ?? []);
  const ours = collectors.filter(({ id }) => id === 'secrets' || id === 'package-sums');
  const record = await recordOf(target, options, ours);
  const reader = new LayerReader({ collectors: ours, limits, signal });
  const image = await analyseImage(handleOf(target, record), { reader, limits, concurrency: 1 });
  const { facts, status } = buildFacts(image, {
    asOf,
    data: ruleset.data as unknown as FactData,
    allowSecrets: ruleset.allowedSecrets ?? [],
    within: placeOf(target),
  });
  if (!facts.secrets.known) throw new SourceError(`${quote(target)} could not be searched: ${facts.secrets.reason}`);
  const { ruleOf, suppressionOf } = await import('../../rules/secrets.ts');
  const known = new Set(ruleset.rules.map(({ metadata }: Rule) => metadata.id));
  const secrets = facts.secrets.value.map((secret): FoundSecret => {
    const suppression = suppressionOf(secret, ruleset.allowedSecrets ?? [], asOf);
    const rule = ruleOf(secret);
    return { ...secret, rule: known.has(rule) ? rule : 'api-token', ...(suppression && { suppression }) };
  });
  const shown = [...image.status, ...status].filter(({ part }) => part === 'secrets' || part === 'layer');
  return { secrets: secrets.sort(worstFirst), status: shown };
}

/** Where a folder lies below the current one: what is in `test` is that of a test, whether `test` or `.` is searched. */
function placeOf(target: string): string {
  const path = target === '-' ? '' : relative(resolve('.'), resolve(target)).replaceAll('\\', '/');
  return path.startsWith('..') || isAbsolute(path) ? '' : path;
}

async function recordOf(
  target: string,
  options: SearchOptions,
  collectors: ReturnType<typeof collectorsFor>['collectors'],
): Promise<LayerRecord> {
  const { limits, signal } = options;
  if (target === '-') {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of options.stdin()) {
      signal.throwIfAborted();
      length += chunk.length;
      if (length > stdinBytes)
        throw new SourceError(`standard input is longer than ${stdinBytes} bytes; write it to a file and name that`);
      parts.push(Buffer.from(chunk));
    }
    return oneFile(stdinName, length, parts, limits, collectors);
  }
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    throw new SourceError(
      `cannot read ${quote(target)}: ${error.code === 'ENOENT' ? 'there is no such file or folder' : error.message}`,
    );
  });
  if (found.isDirectory()) return readFolder(target, { collectors, limits, what: target, signal });
  if (!found.isFile()) throw new SourceError(`${quote(target)} is neither a file nor a folder`);
  return oneFile(target, found.size, fileChunks(target, 0, found.size), limits, collectors);
}

/** A layer of one file. */
async function oneFile(
  name: string,
  size: number,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: Limits,
  collectors: ReturnType<typeof collectorsFor>['collectors'],
): Promise<LayerRecord> {
  const pass = new LayerPass(collectors, limits, name);
  const plain = { mode: 0o644, uid: 0, gid: 0, mtime: 0, linkname: '', sparse: false };
  const wanted = pass.entry({ name: name.replace(/^(\.{0,2}\/)+/, ''), type: 'file', size, ...plain });
  if (wanted) {
    for await (const chunk of chunks) pass.data(chunk);
    pass.entryEnd();
  }
  pass.finish({ trailing: 0, unknown: 0 });
  const digest = `sha256:${'0'.repeat(64)}` as const;
  const { entries, facts, failed, status, wholeBytes } = pass;
  return {
    diffID: digest,
    digest,
    storedSize: size,
    tarSize: size,
    compression: 'none',
    entries,
    facts,
    failed,
    status,
    wholeBytes,
  };
}

function handleOf(name: string, record: LayerRecord): ImageHandle {
  return {
    name,
    kind: 'rootfs',
    config: emptyConfig(hostPlatform()),
    annotations: Object.create(null),
    layers: [{ index: 0, mediaType: 'inode/directory', content: { from: 'record', record }, chainVerified: false }],
    attestations: [],
    attestationsKnown: false,
    origin: { kind: 'rootfs', references: [] },
    digestChecks: [],
    status: [],
  };
}

const severities = ['critical', 'high', 'medium', 'low', 'info'];
const confidences = ['high', 'medium', 'low'];

function worstFirst(a: FoundSecret, b: FoundSecret): number {
  return (
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
