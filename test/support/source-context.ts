/** A context for sources alone: `analyse` reads a layer to its end and hashes it, since no collector is under test. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { defaultLimits } from '../../src/image/limits.ts';
import type { LayerRecord, SourceContext } from '../../src/image/model.ts';

export interface TestContext extends SourceContext {
  /** Names of the layers handed to `analyse`, in order. */
  analysed: string[];
}

export function sourceContext(changes: Partial<SourceContext> = {}): TestContext {
  const analysed: string[] = [];
  return {
    limits: defaultLimits,
    allPlatforms: false,
    verify: 'report',
    async analyse(bytes, hint) {
      analysed.push(hint.name);
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.byteLength;
      }
      const digest = `sha256:${hash.digest('hex')}` as const;
      const record: LayerRecord = {
        diffID: digest,
        digest,
        storedSize: size,
        tarSize: size,
        compression: 'none',
        entries: [],
        facts: {},
        failed: {},
        status: [],
        wholeBytes: 0,
      };
      return record;
    },
    progress() {},
    env: {},
    stdin: () => Readable.from([]),
    signal: new AbortController().signal,
    ...changes,
    analysed,
  };
}

/** The bytes in odd pieces, as a pipe delivers them. */
export async function* inPieces(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}
