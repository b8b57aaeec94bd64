/** Properties of the forecast, whatever the findings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/score/forecast.ts';
import type { Finding } from '../../src/types.ts';
import { arbitraryFindings as findings } from './arbitrary.ts';

const split = (all: readonly Finding[]) => ({
  shared: new Set(all.map(({ rule }) => rule)),
  certain: [] as Finding[],
  possible: [] as Finding[],
});

describe('the forecast', () => {
  it('is a range from 0 to 100, low end first', () => {
    fc.assert(
      fc.property(findings, findings, findings, (own, certain, possible) => {
        const { low, high, holding } = forecast(own, { ...split(own), certain, possible });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
        expect(low).toBeLessThanOrEqual(high);
        for (const line of holding) expect(line.points).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('never falls at its high end when a finding is mended', () => {
    fc.assert(
      fc.property(findings, fc.nat(), (own, at) => {
        const rest = own.filter((_, i) => i !== at % Math.max(1, own.length));
        expect(forecast(rest, split(own)).high).toBeGreaterThanOrEqual(forecast(own, split(own)).high);
      }),
      { numRuns: 300 },
    );
  });

  it('is one figure where nothing is open', () => {
    fc.assert(
      fc.property(findings, (own) => {
        const known = own.filter(({ outcome }) => outcome === 'fail');
        const { low, high } = forecast(known, split(known));
        expect(low).toBe(high);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves rules for Dockerfiles alone out', () => {
    fc.assert(
      fc.property(findings, (own) => {
        expect(forecast(own, { shared: new Set(), certain: [], possible: [] })).toMatchObject({ low: 100, high: 100 });
      }),
      { numRuns: 50 },
    );
  });
});
