import { describe, expect, test } from 'vitest';
import { parseGroup, parsePasswd } from '../../src/facts/accounts.ts';
import { factsOf } from '../support/image.ts';

describe('passwd and group', () => {
  test('hold the accounts of the last layer that wrote them, with their lines', async () => {
    const { facts } = await factsOf({
      layers: [
        { 'etc/passwd': 'old:x:1:1::/:/bin/sh\n' },
        {
          'etc/passwd': '# c\nroot:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/home/app:\n',
          'etc/group': 'root:x:0:\nadm:x:4:app,root\n',
        },
      ],
    });
    expect(facts.accounts).toMatchObject({
      known: true,
      value: {
        users: [
          {
            name: 'root',
            uid: 0,
            home: '/root',
            shell: '/bin/bash',
            evidence: { path: 'etc/passwd', layer: 1, line: 2 },
          },
          { name: 'app', uid: 1000, gid: 1000, shell: '', evidence: { line: 3 } },
        ],
        groups: [
          { name: 'root', members: [] },
          { name: 'adm', gid: 4, members: ['app', 'root'] },
        ],
      },
    });
  });

  test('are read through a link, and unknown where it leads to something else', async () => {
    const store = 'nix/store/abc-nss/etc/passwd';
    const linked = await factsOf({
      layers: [{ [store]: 'app:x:5:5::/:\n', 'etc/passwd': { link: `/${store}` } }],
      container: { user: 'app' },
    });
    expect(linked.facts.user).toMatchObject({ known: true, value: { uid: 5 } });
    const odd = await factsOf({
      layers: [{ 'etc/passwd': { link: '/data/users' }, 'data/users': 'app:x:0:0::/:\n' }],
      container: { user: 'app' },
    });
    expect(odd.facts.user).toMatchObject({ known: false, reason: expect.stringContaining('data/users') });
    expect(odd.facts.accounts.known).toBe(false);
  });

  test('are known and empty in an image without them', async () => {
    const { facts } = await factsOf({});
    expect(facts.accounts).toEqual({ known: true, value: { users: [], groups: [] }, evidence: [] });
  });

  test('tolerate hostile lines: what glibc would not read is marked, NIS lines are none', () => {
    const text = [
      '+::::::',
      '-@group',
      '+user',
      ':x:0:0::/:',
      '# c',
      '',
      'short',
      'noid:x',
      'neg:x:-1:5::/:',
      'huge:x:99999999999999999999:1::/:',
      'max:x:4294967295:1::/:',
      'hex:x:0x0:1::/:',
      'ok:x:5:6:g:/h:/s:extra:more',
      '__proto__:x:7:7::/:',
    ].join('\n');
    const { users } = parsePasswd(text);
    expect(users.filter(({ bad }) => !bad).map(({ n, u, g, s }) => [n, u, g, s])).toEqual([
      ['ok', 5, 6, '/s'],
      ['__proto__', 7, 7, ''],
    ]);
    expect(users.filter(({ bad }) => bad).map(({ n }) => n)).toEqual(['short', 'noid', 'neg', 'huge', 'max', 'hex']);
    expect(parseGroup('+\ng:x:1:a,,b , c\nbad:x:q:\n').groups).toEqual([
      { n: 'g', g: 1, m: ['a', 'b', 'c'], l: 2 },
      { n: 'bad', g: 0, m: [], l: 3, bad: true },
    ]);
  });

  test('stay bounded: a file of a million lines is cut, and the status says so', async () => {
    const { facts, status } = await factsOf({ layers: [{ 'etc/passwd': 'a:x:1:1::/:\n'.repeat(60_000) }] });
    expect(facts.accounts.known && facts.accounts.value.users.length).toBe(50_000);
    expect(status).toContainEqual(expect.objectContaining({ part: 'accounts', level: 'warning' }));
    const { groups, cut } = parseGroup(`g:x:1:${'m,'.repeat(9000)}\n`.repeat(100));
    expect(cut).toBe(true);
    expect(groups.length).toBeLessThan(30);
  });
});
