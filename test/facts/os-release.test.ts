import { describe, expect, test } from 'vitest';
import { parseOsRelease } from '../../src/facts/os-release.ts';

const read = (text: string) => Object.fromEntries(parseOsRelease(text));

describe('os-release(5)', () => {
  test('takes quotes and escapes as a shell does', () => {
    expect(read('A="a \\"b\\" \\$c \\x"\nB=\'it is $x "so"\'\nC=one\\ two\nD="x"\'y\'z\n')).toEqual({
      A: 'a "b" $c \\x',
      B: 'it is $x "so"',
      C: 'one two',
      D: 'xyz',
    });
  });

  test('passes over comments, blank lines, a byte-order mark, CRLF and names that are none', () => {
    expect(read('\ufeff# c\r\n\r\nID=debian\r\n1X=2\nno assignment\nA-B=3\n =4\n')).toEqual({ ID: 'debian' });
  });

  test('keeps the last of several assignments and survives an open quote', () => {
    expect(read('ID=a\nID=b\nNAME="open\nX=1')).toEqual({ ID: 'b', NAME: 'open', X: '1' });
  });

  test('has no place for names that would change an object', () => {
    const values = parseOsRelease('__proto__=x\nID=y');
    expect(values.get('__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
