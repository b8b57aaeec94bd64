import { describe, expect, it } from 'vitest';
import { parseDoas, parseSudoers } from '../../../src/facts/privilege/sudoers.ts';
import type { SudoGrant } from '../../../src/types/surface.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

describe('sudoers', () => {
  it('is read with targets, tags, lists, continuations and comments', () => {
    const { g, i, d } = parseSudoers(
      [
        'Defaults\tenv_reset',
        'root ALL=(ALL:ALL) ALL # all of it',
        'app , other ALL = (root, postgres) NOPASSWD: SETENV: /bin/a -x, PASSWD: /bin/b, !/bin/c, \\',
        '  sudoedit /etc/x',
        '%wheel h1=ALL : h2=NOPASSWD: ALL',
        '#1000 ALL=NOPASSWD:ALL',
        '#includedir /etc/sudoers.d',
        '@include "/etc/more"',
        'nonsense',
        '',
      ].join('\n'),
    );
    expect(i).toEqual(['/etc/sudoers.d', '/etc/more']);
    expect(d).toBeUndefined();
    expect(g).toEqual([
      { l: 2, u: ['root'], r: ['ALL'], c: [] },
      { l: 3, u: ['app', 'other'], r: ['root', 'postgres'], n: true, c: ['/bin/a'] },
      { l: 3, u: ['app', 'other'], r: ['root', 'postgres'], c: ['/bin/b'] },
      { l: 3, u: ['app', 'other'], r: ['root', 'postgres'], c: ['sudoedit'] },
      { l: 5, u: ['%wheel'], r: [], c: [] },
      { l: 5, u: ['%wheel'], r: [], n: true, c: [] },
      { l: 6, u: ['#1000'], r: [], n: true, c: [] },
    ]);
    expect(parseSudoers('Defaults !authenticate\n').d).toBe(true);
    expect(parseSudoers('Defaults:app !authenticate\n').d).toBeUndefined();
  });

  it('stays small and quick, whatever it holds', () => {
    expect(parseSudoers('a ALL=NOPASSWD: ALL\n'.repeat(20_000)).g).toHaveLength(1000);
    expect(parseSudoers(`a ALL=${'x,'.repeat(50_000)}y`).g.length).toBeLessThanOrEqual(256);
    for (const piece of ['(', 'A:', ' : ', '\\\n', '# ', '\\,', '!'])
      expect(parseSudoers(`a ALL=${piece.repeat(60_000)}`).g.length).toBeLessThanOrEqual(1000);
    const wide = ' '.repeat(65_000);
    expect(parseSudoers(`a${wide}b ALL=ALL\n`.repeat(4)).g).toHaveLength(4);
    expect(parseSudoers(`${' #'.repeat(32_000)}\u2028\n`.repeat(4)).g).toEqual([]);
    expect(parseDoas(`permit ${'{'.repeat(65_000)}\n`.repeat(4)).g).toHaveLength(4);
    expect(parseDoas(`permit ${'#'.repeat(65_000)}\u2028\n`.repeat(4)).g).toEqual([]);
  });

  it('takes spaces beside the commas of its users, and anything in comments', () => {
    const { g } = parseSudoers('a , b,\tc  d ALL=ALL\n% , x= ALL\na ALL=ALL #\u2028b ALL=ALL\n');
    expect(g.map(({ u }) => u)).toEqual([['a', 'b', 'c'], ['%', 'x'], ['a']]);
  });

  it('of doas is permit lines', () => {
    const { g } = parseDoas(
      'permit nopass keepenv setenv { A=b } :wheel\npermit app as root cmd /bin/x args -a\ndeny other\npermit app as web # no root\n',
    );
    expect(g).toEqual([
      { l: 1, u: ['%wheel'], r: [], n: true, c: [] },
      { l: 2, u: ['app'], r: ['root'], c: ['/bin/x'] },
      { l: 4, u: ['app'], r: ['web'], c: [] },
    ]);
  });
});

describe('grants', () => {
  const base: TestLayer = {
    'etc/passwd': 'root:x:0:0::/:\napp:x:1000:1000::/:\nweb:x:1001:1000::/:\n',
    'etc/group': 'team:x:1000:\nops:x:2000:web\n',
    'usr/bin/sudo': { content: 'x', mode: 0o4755 },
  };

  async function grantsOf(layer: TestLayer): Promise<SudoGrant[]> {
    const { facts } = await factsOf({ layers: [{ ...base, ...layer }], container: { user: 'app' } });
    return valueIn(facts.sudoGrants);
  }

  it('resolve aliases, groups and ids, across files, and leave out who gets no root', async () => {
    const grants = await grantsOf({
      'etc/sudoers':
        'User_Alias A = B, app : B = web\nCmnd_Alias C = /bin/a, /bin/b\nRunas_Alias R = root\nA ALL=(R) NOPASSWD: C\n' +
        '%team ALL=ALL\n%ops ALL=(web) ALL\n#1001 ALL=ALL\n@includedir /etc/sudoers.d\n',
      'etc/sudoers.d/x': '%ops ALL=(ALL) NOPASSWD: C\n',
      'etc/sudoers.d/not.read': 'app ALL=ALL\n',
    });
    expect(grants.map(({ accounts, password, commands }) => [accounts, password, commands])).toEqual([
      [['app', 'web'], false, ['/bin/a', '/bin/b']],
      [['app', 'web'], true, []],
      [['web'], true, []],
      [['web'], false, ['/bin/a', '/bin/b']],
    ]);
  });

  it('are none without the program, or with aliases that wind through each other', async () => {
    const loop = Object.fromEntries([
      ['etc/sudoers', 'User_Alias A = B, B\nUser_Alias B = A, A\nA ALL=NOPASSWD: ALL\n'],
    ]);
    const [grant] = await grantsOf(loop);
    expect(grant!.who.length).toBeLessThanOrEqual(1000);
    expect(await grantsOf({ ...loop, 'usr/bin/sudo': { content: 'x', mode: 0o755 } })).toEqual([]);
  });

  it('are found behind many that name nobody, and said to be cut where they are too many', async () => {
    const nobody = Array.from({ length: 200 }, (_, i) => `u${i}`).join(',');
    const [grant] = await grantsOf({ 'etc/sudoers': `${nobody},app ALL=NOPASSWD: ALL\n` });
    expect(grant!.accounts).toEqual(['app']);
    const { facts, status } = await factsOf({
      layers: [
        { ...base, 'etc/sudoers': '@includedir /etc/sudoers.d\n' },
        Object.fromEntries([1, 2].map((name) => [`etc/sudoers.d/${name}`, 'app ALL=ALL\n'.repeat(600)])),
      ],
    });
    expect(facts.sudoGrants).toMatchObject({ known: true, value: { length: 1000 } });
    expect(status).toMatchObject([{ part: 'sudoers', message: '200 grant(s) of sudo are not looked at' }]);
  });
});
