import { describe, expect, test } from 'vitest';
import { indexFacts } from '../../src/facts/evidence.ts';
import { testImage } from '../support/image.ts';

const good = 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n';
const bad = 'root:x:0:0::/root:/bin/sh\napp:x:0:0::/:/bin/sh\n';

/** Ids of the accounts in the file that /etc/passwd leads to; undefined where it was not read. */
async function uids(...layers: Record<string, string | { link: string } | { hardlink: string }>[]) {
  const fact = indexFacts(await testImage({ layers })).at<{ users: { u: number }[] }>('accounts', 'etc/passwd');
  return fact?.data.users.map((user) => user.u);
}

describe('facts are those of the file that a path shows', () => {
  test('a hardlink has the content of the name that it was stored by', async () => {
    expect(await uids({ 'usr/lib/passwd': good, 'etc/passwd': { hardlink: 'usr/lib/passwd' } })).toEqual([0, 1000]);
    const gone = { 'usr/.wh.lib': '' };
    expect(await uids({ 'usr/lib/passwd': good, 'etc/passwd': { hardlink: 'usr/lib/passwd' } }, gone)).toEqual([
      0, 1000,
    ]);
  });

  test('and not those of another file that stood there in the same layer', async () => {
    expect(await uids({ 'etc/passwd': good, e: { link: 'etc' }, 'e/passwd': bad })).toBeUndefined();
    expect(await uids({ 'etc/passwd': good, 'opt/x': bad, './etc/passwd': { hardlink: 'opt/x' } })).toBeUndefined();
    expect(await uids({ 'etc/passwd': good, etc: { link: 'x' }, 'x/passwd': bad })).toBeUndefined();
    // Written twice, the last one counts.
    expect(await uids({ 'etc/passwd': good, './etc/passwd': bad })).toEqual([0, 0]);
  });
});
