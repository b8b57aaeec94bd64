/** Memory given back at once: what is released is empty, and what others share stays. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateStream, isUsedUp } from '../../src/image/inflate.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import { release } from '../../src/image/release.ts';

describe('release', () => {
  it('empties every view of a buffer of its own', () => {
    const whole = Buffer.alloc(1 << 20, 'x');
    const part = whole.subarray(10, 20);
    release(part);
    expect([whole.length, part.length]).toEqual([0, 0]);
    expect(() => release(whole)).not.toThrow();
  });

  it('leaves alone what Node cuts from a piece that others use', () => {
    const neighbour = Buffer.from('still here');
    release(Buffer.allocUnsafe(100));
    release(Buffer.from('also small'));
    expect(neighbour.toString()).toBe('still here');
    expect(Buffer.from('and new ones').toString()).toBe('and new ones');
  });

  it('may be given whatever an inflater has used up, while it goes on', async () => {
    const text = Buffer.from(Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`).join(''));
    const packed = gzipSync(text);
    const pieces = (async function* () {
      for (let at = 0; at < packed.length; at += 10_000) yield packed.subarray(at, at + 10_000);
    })();
    const parts: Buffer[] = [];
    let released = 0;
    for await (const chunk of inflateStream('gzip', pieces, defaultLimits, 'a test')) {
      parts.push(Buffer.from(chunk));
      if (!isUsedUp(chunk)) continue;
      released++;
      release(chunk);
    }
    expect(Buffer.concat(parts).equals(text)).toBe(true);
    expect(released).toBeGreaterThan(5);
  });
});
