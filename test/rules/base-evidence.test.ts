/** SCORING.md: more evidence never lowers the value. An image that tells of its base scores no less than one that hides it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { judge } from '../../src/rules/run.ts';
import { score } from '../../src/score/score.ts';
import type { BaseIdentity } from '../../src/types/base.ts';
import type { Facts } from '../../src/types/facts.ts';
import type { Digest, Fact } from '../../src/types.ts';
import { known, makeFacts, unknown } from '../support/facts.ts';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const distro = known({
  ...{ id: 'debian', idLike: [], name: 'Debian', versionId: '13' },
  ...{ prettyName: 'Debian GNU/Linux 13 (trixie)', distroless: false },
});
const reference = fc.record(
  {
    registry: fc.constantFrom('docker.io', 'evil.example', 'quay.io'),
    repository: fc.constantFrom('library/debian', 'someone/base', 'team/app'),
    tag: fc.constantFrom('1', 'latest', '13-slim'),
    digest: fc.constant(digest),
  },
  { requiredKeys: ['registry', 'repository'] },
);
const claim = fc.record(
  { via: fc.constantFrom('annotation', 'label', 'provenance'), reference, digest: fc.constant(digest) },
  { requiredKeys: ['via'] },
);
const level = fc.constantFrom('high', 'medium', 'low');
const conflict = { conflict: fc.constant('its files are those of another') };
const identity = fc.oneof(
  fc.record(
    {
      ...{ kind: fc.constant('image'), via: fc.constantFrom('annotation', 'provenance', 'label'), confidence: level },
      ...{ reference, digest: fc.constant(digest) },
      ...conflict,
    },
    { requiredKeys: ['kind', 'via', 'confidence', 'reference'] },
  ),
  fc.record(
    {
      ...{ kind: fc.constant('image'), via: fc.constant('layers'), confidence: fc.constant('high'), reference },
      ...{ layers: fc.constant(1), line: fc.constant('x'), released: fc.constant('2026-10-01'), claimed: claim },
    },
    { requiredKeys: ['kind', 'via', 'confidence', 'reference', 'layers', 'line', 'released'] },
  ),
  fc.record({
    ...{ kind: fc.constant('image'), via: fc.constantFrom('history', 'os-release'), confidence: fc.constant('low') },
    likely: fc.constant('debian'),
  }),
  fc.record({ kind: fc.constant('scratch'), via: fc.constantFrom('rootfs', 'annotation'), confidence: level }),
) as fc.Arbitrary<BaseIdentity>;
const trusted = fc.subarray(['quay.io/team/**', 'docker.io/someone/*']);

const ruleset = baseline();
const of = (base: Fact<BaseIdentity>, trust: string[], changes: Partial<Facts> = {}) =>
  score(judge(makeFacts({ distro, base, ...changes }), ruleset, { trusted: trust, strict: true }).findings);

describe('evidence of the base', () => {
  test('never lowers the value', () => {
    fc.assert(
      fc.property(identity, trusted, (base, trust) => {
        expect(of(known(base), trust).value).toBeGreaterThanOrEqual(of(unknown('nothing tells'), trust).value);
      }),
      { numRuns: 300 },
    );
  });

  test('beside layers that are known, a claim never lowers it either', () => {
    const layers = identity.filter(({ via }) => via === 'layers');
    fc.assert(
      fc.property(layers, trusted, (base, trust) => {
        const { claimed: _, ...alone } = base;
        expect(of(known(base), trust).value).toBeGreaterThanOrEqual(of(known(alone), trust).value);
      }),
      { numRuns: 200 },
    );
  });

  test('a label earns nothing', () => {
    fc.assert(
      fc.property(reference, trusted, (named, trust) => {
        const base: BaseIdentity = { kind: 'image', via: 'label', confidence: 'medium', reference: named };
        const pinned = named.digest === undefined ? 0 : 2;
        expect(of(known(base), trust).value).toBeLessThanOrEqual(of(unknown('nothing tells'), trust).value + pinned);
      }),
      { numRuns: 100 },
    );
  });
});
