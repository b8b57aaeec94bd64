/** A cheap identity of large files: their length, and a checksum over three places. Whole checksums would cost more than all else together. */
import { createHash } from 'node:crypto';
import type { LayerCollector } from '../image/collector.ts';

/** `h`: checksum over the samples, 16 hex digits. */
export interface Sample {
  h: string;
}

/** Files from this length on: copies of smaller ones are no weight. */
export const sampledFrom = 1_000_000;
const piece = 4096;

/**
 * Head, middle and tail. Builds of one program differ in their head (build id), archives in their tail (directory with
 * checksums), and models of one shape in the middle.
 */
export const samplesCollector: LayerCollector<Sample> = {
  id: 'samples',
  version: 1,
  wants: ({ type, size }) =>
    type === 'file' && size >= sampledFrom
      ? {
          kind: 'spans',
          head: piece,
          next: ({ spans }) =>
            spans.length > 0
              ? []
              : [
                  { offset: Math.floor(size / 2), length: piece },
                  { offset: size - piece, length: piece },
                ],
        }
      : undefined,
  take: (_entry, { bytes, spans = [], truncated }) => {
    // A sparse file comes without its bytes.
    if (!truncated || bytes.length < piece) return undefined;
    const hash = createHash('sha256').update(bytes);
    for (const { bytes: part } of [...spans].sort((a, b) => a.offset - b.offset)) hash.update(part);
    return { h: hash.digest('hex').slice(0, 16) };
  },
};
