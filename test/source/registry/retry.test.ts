import { describe, expect, it } from 'vitest';
import { backOff, retryAfterMs } from '../../../src/source/registry/retry.ts';

describe('backOff', () => {
  it('doubles with jitter and stays below the longest pause', () => {
    const policy = { attempts: 5, baseMs: 100, maxMs: 1000 };
    for (let attempt = 1; attempt <= 40; attempt++) {
      const whole = Math.min(1000, 100 * 2 ** (attempt - 1));
      const pause = backOff(policy, attempt);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pause).toBeLessThanOrEqual(whole);
    }
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5x', undefined],
    ['99999999999999999999', undefined],
  ])('%s is %s', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});
