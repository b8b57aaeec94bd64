import { expect, test } from 'vitest';
import { cleanPath, pathDepth, whiteout } from '../../src/image/paths.ts';

test.each([
  ['./etc/passwd', 'etc/passwd', false],
  ['/etc//passwd/', 'etc/passwd', false],
  ['./', '', false],
  ['.', '', false],
  ['a/./b', 'a/b', false],
  ['a/../b', 'b', false],
  ['..', '', true],
  ['../../etc/passwd', 'etc/passwd', true],
  ['a/../../b', 'b', true],
  ['a..b/c...', 'a..b/c...', false],
  ['./.../x', '.../x', false],
  ['.hidden', '.hidden', false],
])('%s is %s', (name, path, escaped) => expect(cleanPath(name)).toEqual({ path, escaped }));

test('whiteouts by name', () => {
  expect(whiteout('etc/.wh.passwd')).toEqual({ path: 'etc/passwd', whiteout: 'file' });
  expect(whiteout('.wh.x')).toEqual({ path: 'x', whiteout: 'file' });
  expect(whiteout('etc/.wh..wh..opq')).toEqual({ path: 'etc', whiteout: 'opaque' });
  expect(whiteout('.wh..wh..opq')).toEqual({ path: '', whiteout: 'opaque' });
  expect(whiteout('.wh..wh.plnk')).toBe('ignore');
  expect(whiteout('.wh..wh.orph/12')).toBe('ignore');
  // Hardlinks lead to it, so its content counts.
  expect(whiteout('.wh..wh.plnk/12.34')).toBeUndefined();
  expect(whiteout('.wh..wh.aufs')).toBe('ignore');
  // Only AUFS's own names at the top are passed over: nothing can hide below a look-alike.
  expect(whiteout('app/.wh..wh.x/secret')).toBeUndefined();
  expect(whiteout('a.wh.b')).toBeUndefined();
  expect(whiteout('etc/.wh...')).toBe('ignore');
});

test('depth', () => expect([pathDepth('a'), pathDepth('a/b/c')]).toEqual([1, 3]));
