/** The file of `tare baseline`: what was found before, by target, so that only what is new fails. */
import { dirname, relative, resolve } from 'node:path';
import { isRecord } from '../../../image/documents.ts';
import { textFile } from '../../../source/text-file.ts';
import type { Finding, RuleId } from '../../../types.ts';
import { UsageError } from '../../../types.ts';
import { writeOutput } from '../outputs.ts';
import { quote } from '../words.ts';
import { localPath, referenceOf } from './target.ts';

/** One target of the file. */
export interface KnownTarget {
  name: string;
  findings: { rule: RuleId; fingerprint: string }[];
}

/** What the file holds. */
export interface KnownFile {
  schemaVersion: 1;
  targets: KnownTarget[];
}

const mostBytes = 64 << 20;

/** @throws UsageError where it cannot be read or is none. */
export async function readKnown(file: string): Promise<KnownFile> {
  const { text } = await textFile('baseline', file, mostBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `the baseline ${quote(file)} is not JSON: ${(error as Error).message.slice(0, 200)}; write it with tare baseline`,
    );
  }
  const problem = problemOf(value);
  if (problem) throw new UsageError(`the baseline ${quote(file)} ${problem}; write it with tare baseline`);
  return value as KnownFile;
}

function problemOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'is no baseline';
  if (value['schemaVersion'] !== 1)
    return `has the schemaVersion ${JSON.stringify(value['schemaVersion'])?.slice(0, 40)}, and 1 is read`;
  const { targets } = value;
  if (!Array.isArray(targets)) return 'has no list of targets';
  for (const [i, target] of targets.entries()) {
    if (!isRecord(target) || typeof target['name'] !== 'string' || !Array.isArray(target['findings']))
      return `has no name and findings at targets[${i}]`;
    const bad = target['findings'].findIndex(
      (one) => !isRecord(one) || typeof one['rule'] !== 'string' || typeof one['fingerprint'] !== 'string',
    );
    if (bad >= 0) return `has no rule and fingerprint at targets[${i}].findings[${bad}]`;
  }
  return undefined;
}

/** Writes the file whole or not at all: targets of this run replaced, others kept, all in order. @throws UsageError */
export async function writeKnown(
  file: string,
  before: KnownFile | undefined,
  now: readonly KnownTarget[],
): Promise<void> {
  const targets = new Map((before?.targets ?? []).map((target) => [target.name, target]));
  for (const target of now) targets.set(target.name, target);
  const content: KnownFile = {
    schemaVersion: 1,
    targets: [...targets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  await writeOutput(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** What is written of a target's findings: those that nothing else lets be. */
export function knownTarget(name: string, findings: readonly Finding[]): KnownTarget {
  const open = findings.filter(({ suppression }) => !suppression);
  return {
    name,
    findings: open
      .map(({ rule, fingerprint }) => ({ rule, fingerprint }))
      .sort((a, b) => (a.rule === b.rule ? (a.fingerprint < b.fingerprint ? -1 : 1) : a.rule < b.rule ? -1 : 1)),
  };
}

/** A reference as far as it names the same image tomorrow: without tag and digest. */
export function imageKey({ registry, repository }: { registry: string; repository: string }): string {
  return `${registry}/${repository}`;
}

/** What a target is called in the file: a path from the file's folder, with slashes, or an image's name without its tag. */
export function targetKey(name: string, file: string, local: boolean): string {
  if (local) return (relative(dirname(resolve(file)), resolve(localPath(name))) || '.').replaceAll('\\', '/');
  // An id of the daemon's is no reference.
  const reference = referenceOf(name);
  return reference ? imageKey(reference) : name;
}
