import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../src/source/registry/challenge.ts';

const plain = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it.each([
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    [
      'BEARER Realm="https://a/b?c=d,e", service=s , scope="repository:a/b:pull,push"',
      [['bearer', { realm: 'https://a/b?c=d,e', service: 's', scope: 'repository:a/b:pull,push' }]],
    ],
    ['Bearer realm="a \\"q\\" \\\\"', [['bearer', { realm: 'a "q" \\' }]]],
    [
      'Negotiate, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate dG9rZW4==, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Basic realm="x", Bearer realm="y",service="z"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y', service: 'z' }],
      ],
    ],
    ['Bearer realm="first", realm="second"', [['bearer', { realm: 'first' }]]],
    [', , Basic', [['basic', {}]]],
    ['', []],
    ['"', []],
    ['Bearer realm="unended', [['bearer', {}]]],
  ])('reads %s', (header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  it('ends on any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab=", \\/+'.split('')), maxLength: 200 }), (header) => {
        expect(Array.isArray(parseChallenges(header))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
