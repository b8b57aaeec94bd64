/** Fetches the documents of a medium and holds their bytes against the digests that name them. */

import type { DigestCheck } from '../types/bytes.ts';
import { SourceError } from '../types.ts';
import { type Descriptor, digestOf } from './documents.ts';
import { pastLimit } from './limits.ts';
import type { SourceContext } from './model.ts';

/** Reads a document or a small blob. `undefined` = the medium does not hold it; any other failure is thrown. */
export type FetchDocument = (descriptor: Descriptor) => Promise<Uint8Array | undefined>;

/** Documents read of one medium, in multiples of the limit on one: several may wait in memory together. */
const documentsRead = 16;

/**
 * Counts what a medium's documents weigh together: an index may name one huge config hundreds of times.
 * @throws SourceError past the sum.
 */
export function withinBudget<A>(
  fetch: (asked: A) => Promise<Uint8Array | undefined>,
  limits: Pick<SourceContext['limits'], 'documentBytes'>,
  name: string,
): (asked: A) => Promise<Uint8Array | undefined> {
  const most = documentsRead * limits.documentBytes;
  let read = 0;
  return async (asked) => {
    const bytes = await fetch(asked);
    read += bytes?.byteLength ?? 0;
    if (read > most)
      throw pastLimit(`${name} has manifests and configs of more than ${most} bytes together`, 'documentBytes');
    return bytes;
  };
}

/** `verify: 'strict'` makes any digest mismatch throw: right for a registry, whatever the user's option says. */
export interface SelectionContext extends Pick<SourceContext, 'limits' | 'platform' | 'allPlatforms' | 'verify'> {
  /** Whether the medium holds a blob. Absent = assume it does (a registry): then nothing is asked for before it is needed. */
  has?(descriptor: Descriptor): boolean | Promise<boolean>;
}

/** Bytes that are not what names them, where that ends the run. */
export class DigestMismatch extends SourceError {}

/** Fetches documents and holds their bytes against their digests. */
export class Loader {
  constructor(
    private readonly fetch: FetchDocument,
    readonly context: SelectionContext,
    readonly name: string,
  ) {}

  /** @throws SourceError on a mismatch with `verify: 'strict'`. */
  async load(
    descriptor: Descriptor,
    what: string,
    document: 'config' | 'manifest' | 'index',
    checks: DigestCheck[],
  ): Promise<Uint8Array | undefined> {
    const bytes = await this.fetch(descriptor);
    if (!bytes) return undefined;
    const actual = digestOf(bytes);
    if (actual !== descriptor.digest) {
      if (this.context.verify === 'strict') {
        throw new DigestMismatch(
          `The ${what} of ${this.name} has the digest ${actual} where ${descriptor.digest} is named; save or pull the image again`,
        );
      }
      checks.push({ layer: -1, document, kind: 'digest', expected: descriptor.digest, actual });
    } else if (descriptor.size !== undefined && descriptor.size !== bytes.byteLength) {
      if (this.context.verify === 'strict') {
        throw new DigestMismatch(
          `The ${what} of ${this.name} is ${bytes.byteLength} bytes long where ${descriptor.size} are named; save or pull the image again`,
        );
      }
      checks.push({
        layer: -1,
        document,
        kind: 'size',
        expected: String(descriptor.size),
        actual: String(bytes.byteLength),
      });
    }
    return bytes;
  }
}
