import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiar, formatReference, isLoopbackHost, parseReference } from '../../src/image/reference.ts';
import { UsageError } from '../../src/types.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}` as const;

describe('parseReference', () => {
  it.each([
    ['alpine', { registry: 'docker.io', repository: 'library/alpine' }],
    ['alpine:3.20', { registry: 'docker.io', repository: 'library/alpine', tag: '3.20' }],
    ['org/app', { registry: 'docker.io', repository: 'org/app' }],
    ['docker.io/alpine', { registry: 'docker.io', repository: 'library/alpine' }],
    ['index.docker.io/library/alpine', { registry: 'docker.io', repository: 'library/alpine' }],
    ['index.docker.io/org/app:1', { registry: 'docker.io', repository: 'org/app', tag: '1' }],
    ['localhost/app', { registry: 'localhost', repository: 'app' }],
    ['localhost:5000/app:v1', { registry: 'localhost:5000', repository: 'app', tag: 'v1' }],
    ['GHCR.io/org/app', { registry: 'ghcr.io', repository: 'org/app' }],
    ['10.0.0.1:5000/a/b/c', { registry: '10.0.0.1:5000', repository: 'a/b/c' }],
    ['[::1]:5000/app', { registry: '[::1]:5000', repository: 'app' }],
    ['[2001:db8::1]/app:x', { registry: '[2001:db8::1]', repository: 'app', tag: 'x' }],
    [`alpine@${digest}`, { registry: 'docker.io', repository: 'library/alpine', digest }],
    [`quay.io/a/b:1.2-rc_3@${digest}`, { registry: 'quay.io', repository: 'a/b', tag: '1.2-rc_3', digest }],
    ['a__b/c.d-e---f', { registry: 'docker.io', repository: 'a__b/c.d-e---f' }],
    [`app:${'t'.repeat(128)}`, { registry: 'docker.io', repository: 'library/app', tag: 't'.repeat(128) }],
  ])('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    '',
    ' alpine',
    'https://ghcr.io/org/app',
    'Alpine',
    'Registry/app',
    'org/App',
    'ghcr.io/',
    'ghcr.io/org//app',
    'a___b',
    'a..b',
    '-a',
    'a-',
    'app:',
    'app:-x',
    `app:${'t'.repeat(129)}`,
    'app@',
    'app@sha256:abc',
    `app@sha256:${'A'.repeat(64)}`,
    `app@sha512:${'a'.repeat(128)}`,
    `app@${digest}@${digest}`,
    hex,
    'host:0/app',
    'host:65536/app',
    'host:abc/app',
    '-host.com/app',
    '[::1/app',
    '[::zz]/app',
    '[::1]',
    'user:pass@ghcr.io/app',
    `ghcr.io/${'a'.repeat(250)}`,
    'a/../b',
    'app\u001b[31m',
    'x'.repeat(2000),
  ])('refuses %s', (text) => {
    expect(() => parseReference(text)).toThrow(UsageError);
  });

  it('shows no user information and no control characters', () => {
    const message = (text: string): string => {
      try {
        parseReference(text);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(message('https://bob:hunter2@ghcr.io/app')).not.toContain('hunter2');
    expect(message('app\u001b[31m')).not.toContain('\u001b');
  });

  it('answers any text with a reference that formats and parses to itself, or a UsageError', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'aAz09.:/@_-[]sha256 '.split('')), maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        let reference: ReturnType<typeof parseReference>;
        try {
          reference = parseReference(candidate);
        } catch (error) {
          return error instanceof UsageError;
        }
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(familiar(reference))).toEqual(reference);
        return true;
      }),
      { numRuns: 3000 },
    );
  });
});

describe('familiar', () => {
  it.each([
    ['docker.io/library/alpine:3', 'alpine:3'],
    ['docker.io/org/app', 'org/app'],
    ['docker.io/library/a/b', 'library/a/b'],
    ['localhost:5000/app', 'localhost:5000/app'],
    [`alpine@${digest}`, `alpine@${digest}`],
  ])('%s is %s', (text, expected) => {
    expect(familiar(parseReference(text))).toBe(expected);
  });
});

describe('isLoopbackHost', () => {
  it.each(['localhost', 'localhost:5000', '127.0.0.1:443', '127.9.9.9', '[::1]', '[::1]:5000'])('%s is', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(['localhost.evil.com', '127.0.0.1.evil.com', '10.0.0.1', '[::2]:5000', 'registry:5000'])(
    '%s is not',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});
