/**
 * The half of a collector that runs in the one streaming pass over a layer.
 * It sees each entry once, asks for as much content as it needs, and returns plain data,
 * which is cached under diffID + collector versions and sent between threads.
 */
import type { FileEntry } from '../types.ts';

/** A span of a file's content, bytes. */
export interface Span {
  offset: number;
  length: number;
}

/** What a collector wants of an entry. The cheapest that serves is the right one. */
export type Want =
  /** The header alone. */
  | { kind: 'header' }
  /** The first `bytes` bytes. */
  | { kind: 'head'; bytes: number }
  /** All of it, up to `limit` bytes; a longer file comes as its first `limit` bytes with `truncated`. */
  | { kind: 'whole'; limit: number }
  /** Every chunk as it passes; chunks are valid during the call only. */
  | { kind: 'stream'; open(entry: FileEntry): ContentSink }
  /** The first `head` bytes, then spans learned from what was seen; the pass goes forward only, so a span that begins before the current position and outside the head is not delivered. */
  | { kind: 'spans'; head: number; next(seen: SpanContent): Span[] };

/** Takes a file’s content as it passes. */
export interface ContentSink {
  write(chunk: Uint8Array): void;
  /** Called once after the last byte; returns the collector's data, or undefined for none. */
  end(): unknown;
}

/** What a `spans` want has been given so far. */
export interface SpanContent {
  head: Uint8Array;
  spans: { offset: number; bytes: Uint8Array }[];
}

/** As much of an entry’s content as was asked for. */
export interface Content {
  /** Head or whole content; empty for `header`. Valid during the call only: copy what must live on. */
  bytes: Uint8Array;
  /** The file goes on past `bytes`. */
  truncated: boolean;
  spans?: { offset: number; bytes: Uint8Array }[];
}

/** `D` must survive JSON: no Map, no Buffer, no undefined in arrays. */
export interface LayerCollector<D = unknown> {
  id: string;
  /** Raise it when the data or what is collected changes: cached results of other versions are not used. */
  version: number;
  /** A collector that keeps a budget gives a fresh one of itself for each layer; it is asked once, before the first entry. */
  begin?(): LayerCollector<D>;
  /** Cheap test on the header, run for every entry of every layer. */
  wants(entry: FileEntry): Want | undefined;
  /** Called with the content asked for (not for `stream`); a throw makes the collector's facts of this layer unknown. */
  take(entry: FileEntry, content: Content): D | undefined;
}

/** One collector's answer for one entry. */
export interface LayerFact<D = unknown> {
  path: string;
  /** Index of the entry in its layer: an archive may hold a path twice, or lead to it in two ways. */
  entry: number;
  data: D;
}
