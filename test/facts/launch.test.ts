import { describe, expect, test } from 'vitest';
import { changesUser, unwrap, userOf } from '../../src/facts/launch.ts';
import { factData } from '../support/image.ts';

const shells = new Set(['sh', 'bash', 'ash']);
const launch = (...argv: string[]) => unwrap(argv, factData()['privilege-droppers'], (name) => shells.has(name));

describe('looking through helpers', () => {
  test.each<[string[], string[], string[]]>([
    [['app', '-x'], ['app', '-x'], []],
    [['/sbin/tini', '-g', '--', 'app'], ['app'], ['tini']],
    [['tini', '-p', 'SIGTERM', 'app', '--', 'y'], ['app', '--', 'y'], ['tini']],
    [['/usr/bin/dumb-init', '--rewrite', '15:3', '--', 'env', '-u', 'X', 'A=b', 'app'], ['app'], ['dumb-init', 'env']],
    [['tini', '--', 'gosu', 'app', 'serve'], ['serve'], ['tini']],
    [['su', 'app', '-c', 'cd /x && exec serve -v'], ['serve', '-v'], []],
    [['su', '-c', 'tini serve', 'app'], ['serve'], ['tini']],
    [['timeout', '-k', '5', '10', 'app'], ['app'], ['timeout']],
    [['env'], ['env'], []],
    [['/bin/sh', '-c', 'cd /x && exec java -jar a.jar'], ['java', '-jar', 'a.jar'], []],
    [['bash', '-o', 'pipefail', '-c', 'A=1 app'], ['app'], []],
    [['sh', '-ec', 'tini -- app'], ['app'], ['tini']],
    [['sh', '-c', 'exec "$@"', '--', 'app', '-v'], ['app', '-v'], []],
    [['sh', '-c', 'exec "$APP"'], ['sh', '-c', 'exec "$APP"'], []],
    [['sh', '-c', '$START'], ['sh', '-c', '$START'], []],
    [['sh', 'run.sh', '-c', 'x'], ['sh', 'run.sh', '-c', 'x'], []],
    [['sh'], ['sh'], []],
    [[], [], []],
  ])('%j', (argv, rest, wrappers) => expect(launch(...argv)).toMatchObject({ argv: rest, wrappers }));

  test('tells a shell form', () => {
    expect(launch('/bin/sh', '-c', 'app').shellForm).toBe(true);
    expect(launch('/bin/sh', 'app').shellForm).toBe(false);
  });

  test.each<[string[], boolean]>([
    [['su', 'app', '-c', 'serve'], true],
    [['su', '-', 'app', '-c', 'serve'], true],
    [['su', '-s', '/bin/sh', '-c', 'serve', 'app'], true],
    [['su', '-c', 'serve'], false],
    [['su', '-', '-c', 'serve'], false],
    [['su', 'root', '--command', 'serve'], false],
  ])('%j: whether it changes the user', (argv, wanted) => {
    expect(launch(...argv).droppedBy).toBe(wanted ? 'su' : undefined);
  });

  test('ends, however deep the helpers go', () => {
    expect(launch(...Array(5000).fill('tini'), 'app').wrappers).toHaveLength(16);
    expect(launch(...Array(5000).fill('sh -c')).argv.length).toBe(5000);
  });
});

describe('the user that a helper changes to', () => {
  const droppers = new Map(factData()['privilege-droppers'].droppers.map((entry) => [entry.name, entry]));

  test.each<[string, string | undefined, boolean]>([
    ['gosu web app', 'web', true],
    ['gosu web:web app', 'web:web', true],
    ['gosu root app', 'root', false],
    ['su -g web app', 'app', true],
    ['su -s /bin/sh -c serve web', 'web', true],
    ['su - web', 'web', true],
    ['su -', undefined, false],
    ['setpriv --reuid=web --clear-groups app', 'web', true],
    ['setpriv --reuid web app', 'web', true],
    ['sudo -u web app', 'web', true],
    ['sudo -- app -u web', undefined, false],
    ['sudo app', undefined, false],
    ['fixuid app', undefined, true],
  ])('%s', (line, user, changes) => {
    const argv = line.split(' ');
    const dropper = droppers.get(argv[0]!)!;
    expect(userOf(argv, dropper)).toBe(user);
    expect(changesUser(argv, dropper)).toBe(changes);
  });

  test('a dash alone is no program', () => {
    expect(launch('su', '-', 'web', 'serve').argv).toEqual(['serve']);
    expect(launch('env', '-', 'A=b', 'serve').argv).toEqual(['serve']);
  });
});
