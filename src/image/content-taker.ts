/** Keeps as much of a passing file as one collector asked for. */
import type { FileEntry } from '../types.ts';
import type { LayerCollector, Span, Want } from './collector.ts';
import type { Limits } from './limits.ts';

/** Feeds one collector with one entry. */
export interface Taker {
  collector: LayerCollector;
  entry: FileEntry;
  write(chunk: Uint8Array): void;
  end(): unknown;
}

/** The taker for a want; `header` wants need none. */
export function contentTaker(
  want: Exclude<Want, { kind: 'header' }>,
  collector: LayerCollector,
  entry: FileEntry,
  limits: Limits,
): Taker {
  if (want.kind === 'stream') {
    const sink = want.open(entry);
    return { collector, entry, write: (chunk) => sink.write(chunk), end: () => sink.end() };
  }
  if (want.kind === 'spans') return spanTaker(want, collector, entry, limits);
  const limit = Math.min(want.kind === 'head' ? want.bytes : want.limit, limits.wholeFileBytes);
  return prefixTaker(limit, collector, entry);
}

function prefixTaker(limit: number, collector: LayerCollector, entry: FileEntry): Taker {
  const length = Math.min(limit, entry.size);
  let kept: Uint8Array | undefined;
  let have = 0;
  let result: { data: unknown } | undefined;
  const truncated = entry.size > length;
  return {
    collector,
    entry,
    write(chunk) {
      if (result) return;
      // All of it lies in this chunk: no copy.
      if (have === 0 && chunk.length >= length) {
        result = { data: collector.take(entry, { bytes: chunk.subarray(0, length), truncated }) };
        return;
      }
      kept ??= Buffer.allocUnsafe(length);
      const piece = chunk.subarray(0, length - have);
      kept.set(piece, have);
      have += piece.length;
      if (have === length) result = { data: collector.take(entry, { bytes: kept, truncated }) };
    },
    end: () => result?.data,
  };
}

function spanTaker(
  want: Extract<Want, { kind: 'spans' }>,
  collector: LayerCollector,
  entry: FileEntry,
  limits: Limits,
): Taker {
  const head = Buffer.allocUnsafe(Math.min(want.head, entry.size, limits.wholeFileBytes));
  const got: { offset: number; bytes: Uint8Array }[] = [];
  let position = 0;
  let headLeft = head.length;
  let pending: { span: Span; bytes: Buffer; have: number }[] = [];
  let budget = limits.wholeFileBytes;

  const learn = (): void => {
    for (const span of want.next({ head, spans: got })) {
      const length = Math.min(span.length, entry.size - span.offset);
      if (!(length > 0) || span.offset < 0) continue;
      if (span.offset + length <= head.length) {
        got.push({ offset: span.offset, bytes: head.subarray(span.offset, span.offset + length) });
      } else if (span.offset >= position && length <= budget) {
        budget -= length;
        pending.push({ span: { offset: span.offset, length }, bytes: Buffer.allocUnsafe(length), have: 0 });
      }
    }
  };
  const copy = (piece: Uint8Array, from: number): void => {
    for (const item of pending) {
      const start = Math.max(from, item.span.offset + item.have);
      const end = Math.min(from + piece.length, item.span.offset + item.bytes.length);
      if (start >= end) continue;
      item.bytes.set(piece.subarray(start - from, end - from), item.have);
      item.have += end - start;
    }
  };
  return {
    collector,
    entry,
    write(chunk) {
      let at = 0;
      if (headLeft > 0) {
        const piece = chunk.subarray(0, headLeft);
        head.set(piece, head.length - headLeft);
        headLeft -= piece.length;
        position += piece.length;
        at = piece.length;
        if (headLeft > 0) return;
        learn();
      }
      // Up to the end of one span at a time: what is learned from it must not depend on where chunks are cut.
      while (at < chunk.length) {
        const chunkEnd = position + chunk.length - at;
        let to = chunkEnd;
        for (const { span } of pending) to = Math.min(to, span.offset + span.length);
        copy(chunk.subarray(at, at + to - position), position);
        at += to - position;
        position = to;
        const done = pending.filter((item) => item.have === item.bytes.length);
        if (done.length === 0) continue;
        pending = pending.filter((item) => item.have < item.bytes.length);
        for (const item of done) got.push({ offset: item.span.offset, bytes: item.bytes });
        learn();
      }
    },
    end: () => collector.take(entry, { bytes: head, truncated: entry.size > head.length, spans: got }),
  };
}
