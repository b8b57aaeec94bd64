import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, matchesPattern, patternProblem } from '../../src/rules/pattern.ts';
import type { Reference } from '../../src/types/facts.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const ref = (registry: string, repository: string, more: Partial<Reference> = {}): Reference => ({
  registry,
  repository,
  ...more,
});
const match = (pattern: string, reference: Reference) => {
  expect(patternProblem(pattern)).toBeUndefined();
  return matchesPattern(compilePattern(pattern), reference);
};

describe('matchesPattern', () => {
  const nginx = ref('docker.io', 'library/nginx', { tag: '1.29' });
  it.each<[string, Reference, boolean]>([
    ['docker.io/library/**', nginx, true],
    ['docker.io/library/*', nginx, true],
    ['docker.io/*/nginx', nginx, true],
    ['docker.io/**', nginx, true],
    ['**', nginx, true],
    ['*/**', nginx, true],
    ['docker.io', nginx, true],
    ['index.docker.io/library/nginx', nginx, true],
    ['nginx', nginx, true],
    ['ngi*', nginx, true],
    ['nginx:1.29', nginx, true],
    ['nginx:1.*', nginx, true],
    ['nginx:2.*', nginx, false],
    ['docker.io/library/ng', nginx, false],
    ['docker.io/*', nginx, false],
    ['docker.io/library/nginx/**', nginx, false],
    ['**/library', nginx, false],
    ['ghcr.io/library/nginx', nginx, false],
    ['team/**', ref('docker.io', 'team/app'), true],
    ['ghcr.io/acme/**', ref('ghcr.io', 'acme/a/b/c'), true],
    ['ghcr.io/acme/**', ref('ghcr.io', 'acme'), false],
    ['ghcr.io/acme/**', ref('ghcr.io', 'acme-evil/a'), false],
    ['ghcr.io/acme/**', ref('ghcr.io.evil.example', 'acme/a'), false],
    ['ghcr.io/acme/*/app', ref('ghcr.io', 'acme/x/app'), true],
    ['ghcr.io/acme/**/app', ref('ghcr.io', 'acme/app'), true],
    ['ghcr.io/acme/**/app', ref('ghcr.io', 'acme/x/y/app'), true],
    ['ghcr.io/**/b/**', ref('ghcr.io', 'x/b'), false],
    ['ghcr.io/**/b/**', ref('ghcr.io', 'x/b/y'), true],
    ['*.example.com/**', ref('a.b.example.com', 'x'), true],
    ['*.example.com/**', ref('example.com', 'x'), false],
    ['*.example.com/**', ref('example.com.evil.example', 'x'), false],
    ['registry.example.com/**', ref('registry.example.com:5000', 'x'), false],
    ['registry.example.com:5000', ref('registry.example.com:5000', 'x/y'), true],
    ['Registry.Example.com/**', ref('registry.example.com', 'x'), true],
    ['localhost:*/**', ref('localhost:5000', 'x'), true],
    ['[::1]:*/**', ref('[::1]:5000', 'x'), true],
    [`ghcr.io/acme/app@${digest}`, ref('ghcr.io', 'acme/app', { tag: '1', digest }), true],
    [`ghcr.io/acme/app:1@${digest}`, ref('ghcr.io', 'acme/app', { tag: '1', digest }), true],
    [`ghcr.io/acme/app:2@${digest}`, ref('ghcr.io', 'acme/app', { tag: '1', digest }), false],
    [`ghcr.io/acme/app@${digest}`, ref('ghcr.io', 'acme/app', { tag: '1' }), false],
    ['ghcr.io/acme/app@sha256:*', ref('ghcr.io', 'acme/app', { digest }), true],
    ['ghcr.io/acme/app:1', ref('ghcr.io', 'acme/app', { digest }), false],
  ])('%s against %o is %s', (pattern, reference, expected) => {
    expect(match(pattern, reference)).toBe(expected);
  });

  const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const reference = fc.record({
    registry: part.map((name) => `${name}.example:5000`),
    repository: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    tag: part,
  });

  it('takes every name for itself, and with any part replaced by *', () => {
    fc.assert(
      fc.property(reference, fc.nat(), (name, at) => {
        const parts = [name.registry, ...name.repository.split('/')];
        expect(match(`${parts.join('/')}:${name.tag}`, name)).toBe(true);
        const starred = parts.map((text, i) => (i === at % parts.length ? '*' : text)).join('/');
        expect(match(starred, name)).toBe(true);
        expect(match(`**/${parts.at(-1)}`, name)).toBe(true);
        expect(match(`${parts.join('/')}x`, name)).toBe(false);
        expect(match(`${parts.join('/')}/**`, name)).toBe(false);
      }),
    );
  });

  it('never throws on what patternProblem accepts', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ab*/:@.[]-_'), maxLength: 30 });
    fc.assert(
      fc.property(letters, reference, (pattern, name) => {
        if (patternProblem(pattern) === undefined)
          expect(typeof matchesPattern(compilePattern(pattern), name)).toBe('boolean');
      }),
    );
  });

  it('answers at once on a pattern and a name made to backtrack', () => {
    const pattern = `ghcr.io/${'*a'.repeat(240)}b`;
    expect(match(pattern, ref('ghcr.io', 'a'.repeat(4000)))).toBe(false);
    const deep = `ghcr.io/${'**/a/'.repeat(90)}b`;
    expect(match(deep, ref('ghcr.io', `${'a/'.repeat(2000)}c`))).toBe(false);
  });
});

describe('patternProblem', () => {
  it.each([
    ['', 'cannot be empty'],
    ['https://ghcr.io/acme/**', 'no scheme'],
    ['ghcr.io/acme/', 'end it in /**'],
    ['ghcr.io//acme', 'empty part'],
    ['/acme', 'empty part'],
    ['ghcr.io/a**', 'write it alone'],
    ['ghcr.io/acme/app:', 'needs a tag'],
    ['ghcr.io/acme/app@', 'needs a digest'],
    ['ghcr.io/acme/{a,b}', 'cannot hold "{"'],
    ['ghcr.io/acme/ap?', 'cannot hold "?"'],
    ['ghcr.io/acme/a b', 'cannot hold " "'],
    ['a'.repeat(513), 'at most 512'],
  ])('refuses %j', (pattern, problem) => {
    expect(patternProblem(pattern)).toContain(problem);
  });
});
