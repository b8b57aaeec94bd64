/** Bodies that must be whole before anything is decided, within a bound for each and for all. */
import type { Readable } from 'node:stream';

/** Bytes that may be held at once. */
export interface Holding {
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** A budget of bytes that all requests share. */
export function createHolding(most: number): Holding {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > most) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

/** Why a body could not be held. */
export type NotHeld = 'too long' | 'too much at once' | 'broken' | 'too slow';

/** Reads a body whole. What it took of the budget is the caller's to give back: `bytes.length`. */
export function hold(
  body: Readable & { complete?: boolean },
  limit: number,
  holding: Holding,
  withinMs: number,
): Promise<Buffer | NotHeld> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let over = false;
    const end = (result: NotHeld): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      body.off('data', onData);
      holding.give(size);
      size = 0;
      resolve(result);
    };
    const timer = setTimeout(() => end('too slow'), withinMs);
    const onData = (chunk: Buffer): void => {
      if (size + chunk.length > limit) end('too long');
      else if (!holding.take(chunk.length)) end('too much at once');
      else {
        size += chunk.length;
        chunks.push(chunk);
      }
    };
    body.on('data', onData);
    body.once('end', () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    body.once('error', () => end('broken'));
    body.once('aborted', () => end('broken'));
    body.once('close', () => end('broken'));
  });
}
