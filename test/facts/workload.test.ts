import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/types/workload.ts';
import type { ContainerConfig } from '../../src/types.ts';
import { dpkg } from '../support/dpkg.ts';
import { elf } from '../support/elf.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestLayer } from '../support/image.ts';

const program = (content: string | Uint8Array) => ({ content, mode: 0o755 });
const dynamic = program(elf({ interpreter: '/lib64/ld-linux-x86-64.so.2', type: 3, dynamic: true }));
const base: TestLayer = {
  bin: { link: 'usr/bin' },
  'usr/bin/dash': dynamic,
  'usr/bin/sh': { link: 'dash' },
  'usr/bin/bash': dynamic,
  'usr/bin/find': dynamic,
  'usr/bin/tini': program(elf({})),
  'usr/local/bin/gosu': program(elf({})),
  'usr/local/bin/node': dynamic,
  'usr/bin/python3.13': dynamic,
  'usr/bin/python3': { link: 'python3.13' },
  'opt/java/bin/java': dynamic,
};

async function workload(container: Partial<ContainerConfig>, layer: TestLayer = {}): Promise<Workload> {
  const { facts } = await factsOf({ layers: [base, layer], container });
  return valueIn(facts.workload);
}

describe('the workload of an argument list', () => {
  test.each<[string, Partial<ContainerConfig>, TestLayer, Partial<Workload>]>([
    ['nothing', {}, {}, { kind: 'none', complete: true, commands: [] }],
    [
      'a static program',
      { cmd: ['/app'] },
      { app: program(elf({})) },
      { kind: 'static', main: { name: 'app', path: 'app', layer: 1 }, needsShell: false, complete: true },
    ],
    [
      'a dynamic program behind an init',
      { entrypoint: ['tini', '--'], cmd: ['/app'] },
      { app: dynamic },
      {
        kind: 'dynamic',
        programs: ['tini', 'app'],
        elf: { interpreter: '/lib64/ld-linux-x86-64.so.2', libc: 'glibc', needed: [] },
      },
    ],
    [
      'musl',
      { cmd: ['/app'] },
      { app: program(elf({ interpreter: '/lib/ld-musl-x86_64.so.1', type: 3, dynamic: true })) },
      { kind: 'dynamic', elf: { interpreter: '/lib/ld-musl-x86_64.so.1', libc: 'musl', needed: [] } },
    ],
    [
      'an interpreter and its file',
      { cmd: ['node', '--max-old-space-size=99', '-r', 'dotenv/config', 'server'], workingDir: '/srv' },
      { 'srv/server.js': 'x' },
      { kind: 'node', paths: ['usr/local/bin/node', 'srv/server.js'] },
    ],
    [
      'a module',
      { cmd: ['python3', '-m', 'shop.web'], workingDir: '/srv' },
      { 'srv/shop/web.py': 'x' },
      {
        kind: 'python',
        paths: ['usr/bin/python3.13', 'srv/shop/web.py'],
        main: { name: 'python3', path: 'usr/bin/python3.13', layer: 0 },
      },
    ],
    [
      'an archive',
      { entrypoint: ['java', '-Xmx1g', '-jar', '/x.jar'], env: ['PATH=/opt/java/bin:/usr/bin'] },
      { 'x.jar': 'x' },
      { kind: 'java', paths: ['opt/java/bin/java', 'x.jar'] },
    ],
    [
      'a script of an interpreter',
      { cmd: ['gunicorn', '-b', ':8000', 'shop.web:app'], workingDir: '/srv' },
      { 'usr/local/bin/gunicorn': program('#!/usr/bin/env -S python3 -u\nimport x\n'), 'srv/shop/web.py': 'x' },
      { kind: 'python', main: { name: 'gunicorn', path: 'usr/local/bin/gunicorn', layer: 1 }, needsShell: false },
    ],
    [
      'a shell form',
      { cmd: ['/bin/sh', '-c', 'cd /srv && exec node $OPTIONS index.js'], workingDir: '/srv' },
      { 'srv/index.js': 'x' },
      {
        kind: 'node',
        needsShell: true,
        programs: ['sh', 'node'],
        complete: true,
        paths: ['usr/bin/dash', 'usr/local/bin/node', 'srv/index.js'],
      },
    ],
    [
      'a shell alone',
      { cmd: ['bash'] },
      {},
      { kind: 'shell', needsShell: true, main: { name: 'bash', path: 'usr/bin/bash', layer: 0 } },
    ],
    [
      'a program that is not there',
      { cmd: ['ghost'] },
      {},
      { kind: 'unknown', complete: false, main: { name: 'ghost' } },
    ],
    ['what only run time knows', { cmd: ['sh', '-c', 'exec $APP'] }, {}, { kind: 'unknown', complete: false }],
    [
      'a variable of the config',
      { cmd: ['sh', '-c', 'exec $JAVA_HOME/bin/java -jar app.jar'], env: ['JAVA_HOME=/opt/java'] },
      {},
      { kind: 'java', complete: true },
    ],
    [
      'a busybox applet',
      { cmd: ['busybox', 'httpd', '-f'] },
      { 'usr/bin/busybox': program(elf({})) },
      { main: { name: 'httpd', path: 'usr/bin/busybox', layer: 1 }, kind: 'static' },
    ],
  ])('%s', async (_, container, layer, want) => expect(await workload(container, layer)).toMatchObject(want));
});

describe('the workload of a start script', () => {
  test('a database: root gives way to its own user and the script runs again', async () => {
    const script = `#!/usr/bin/env bash
set -Eeo pipefail
prepare() {
	mkdir -p "$DATA"; chmod 700 "$DATA" || :
	find "$DATA" \\! -user db -exec chown db '{}' +
}
run_files() {
	local f
	for f; do
		case "$f" in
			*.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
			*.sql) load < "$f" ;;
			*) printf 'left out %s\\n' "$f" ;;
		esac
	done
}
main() {
	if [ "\${1:0:1}" = '-' ]; then
		set -- dbserver "$@"
	fi
	if [ "$1" = 'dbserver' ]; then
		prepare
		if [ "$(id -u)" = '0' ]; then
			exec gosu db "$BASH_SOURCE" "$@"
		fi
		run_files /docker-entrypoint-initdb.d/*
	fi
	exec "$@"
}
if ! is_sourced; then main "$@"; fi
`;
    const layer = {
      'usr/local/bin/docker-entrypoint.sh': program(script),
      'usr/bin/dbserver': dynamic,
      'docker-entrypoint-initdb.d/10-more.sh': program('#!/bin/sh\nfind /more\n'),
    };
    for (const cmd of [['dbserver'], ['-c', 'x=1'], []]) {
      const found = await workload({ entrypoint: ['docker-entrypoint.sh'], cmd }, layer);
      expect(found).toMatchObject({
        kind: 'dynamic',
        main: { name: 'dbserver', path: 'usr/bin/dbserver', layer: 1 },
        needsShell: true,
      });
      expect(found.complete).toBe(true);
      expect(found.paths).toContain('docker-entrypoint-initdb.d/10-more.sh');
      expect(found.programs).toEqual(
        expect.arrayContaining(['docker-entrypoint.sh', 'bash', 'gosu', 'find', 'dbserver']),
      );
      expect(found.programs).not.toContain('prepare');
    }
  });

  test('a web server: the scripts of its folder run first', async () => {
    const layer = {
      'docker-entrypoint.sh': program(
        '#!/bin/sh\nset -e\nif find "/docker-entrypoint.d/" -type f -print -quit | read v; then\n' +
          '  find "/docker-entrypoint.d/" -follow -type f | sort -V | while read -r f; do\n' +
          '    case "$f" in\n      *.envsh) . "$f";;\n      *.sh) "$f";;\n    esac\n  done\nfi\nexec "$@"\n',
      ),
      'docker-entrypoint.d/20-tune.sh': program('#!/bin/sh\nsed -i s/a/b/ /etc/web.conf\n'),
      'docker-entrypoint.d/readme.txt': 'no script',
      'usr/sbin/web': dynamic,
    };
    const found = await workload({ entrypoint: ['/docker-entrypoint.sh'], cmd: ['web', '-g', 'daemon off;'] }, layer);
    expect(found).toMatchObject({ kind: 'dynamic', main: { name: 'web', path: 'usr/sbin/web' }, complete: true });
    expect(found.commands.find(({ name }) => name === 'sed')).toMatchObject({
      origin: 'script',
      path: 'docker-entrypoint.d/20-tune.sh',
      line: 2,
      argv: ['sed', '-i', '', '/etc/web.conf'],
      evidence: { at: 'file', path: 'docker-entrypoint.d/20-tune.sh', layer: 1, line: 2 },
    });
    expect(found.commands.at(-1)).toMatchObject({
      name: 'web',
      argv: ['web', '-g', 'daemon off;'],
      program: 'usr/sbin/web',
    });
  });

  test('several services: the one that stays, and those in the background', async () => {
    const layer = {
      'start.sh': program('#!/bin/bash\nservice cron start\n/usr/sbin/sshd\nworker &\nexec web\n'),
      'usr/sbin/sshd': dynamic,
      'usr/bin/worker': dynamic,
      'usr/bin/web': dynamic,
    };
    const { commands, main } = await workload({ cmd: ['/start.sh'] }, layer);
    expect(main).toMatchObject({ name: 'web' });
    expect(commands.map(({ argv }) => argv.join(' '))).toEqual([
      '/start.sh',
      'service cron start',
      '/usr/sbin/sshd',
      'worker',
      'web',
    ]);
    expect(commands.filter(({ background }) => background).map(({ name }) => name)).toEqual(['worker']);
  });

  test('what is kept waiting for is the workload', async () => {
    const layer = { 'usr/bin/web': dynamic, 'usr/bin/other': dynamic };
    for (const end of ['wait', 'tail -f /dev/null', 'sleep infinity']) {
      const found = await workload({ cmd: ['/s'] }, { ...layer, s: program(`#!/bin/sh\nother\nweb &\n${end}\n`) });
      expect(found.main).toMatchObject({ name: 'web' });
    }
  });

  test('sourced scripts, chains and variables', async () => {
    const layer = {
      'opt/lib.sh': '. /opt/more.sh\nprepare-it /x\n',
      'opt/more.sh': 'export A=b\n',
      'a.sh': program('#!/bin/sh\nBIN=/opt/bin/app\n. /opt/lib.sh\nexec /b.sh "$BIN" -v\n'),
      'b.sh': program('#!/bin/bash\nexec "$@"\n'),
      'opt/bin/app': dynamic,
      'usr/bin/prepare-it': dynamic,
    };
    const found = await workload({ entrypoint: ['/a.sh'] }, layer);
    expect(found).toMatchObject({ main: { name: 'app', path: 'opt/bin/app' }, complete: true });
    expect(found.paths).toEqual(
      expect.arrayContaining(['opt/lib.sh', 'opt/more.sh', 'a.sh', 'b.sh', 'usr/bin/prepare-it']),
    );
  });

  test('the package of what runs', async () => {
    const layer = {
      ...dpkg({ bash: ['/usr/bin/bash'], web: ['/usr/sbin/web'], other: ['/usr/sbin/other'] }),
      'usr/sbin/web': dynamic,
      'usr/sbin/other': dynamic,
      's.sh': program('#!/bin/bash\nexec web\n'),
    };
    expect((await workload({ cmd: ['/s.sh'] }, layer)).packages.sort()).toEqual(['bash', 'web']);
  });

  test('the health check is told apart, and asks for a shell of its own', async () => {
    const found = await workload(
      { cmd: ['/app'], healthcheck: { test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] } },
      { app: program(elf({})), 'usr/bin/curl': dynamic },
    );
    expect(found).toMatchObject({ kind: 'static', programs: ['app'], needsShell: true });
    expect(found.commands).toContainEqual(
      expect.objectContaining({ name: 'curl', origin: 'healthcheck', program: 'usr/bin/curl' }),
    );
  });

  test('no secret of a script is kept', async () => {
    const layer = {
      's.sh': program(
        '#!/bin/sh\nexport P=hunter1\nlogin -p hunter2 --token=hunter3 "hunter4 x" AKhunter51234567890\nexec app hunter6\n',
      ),
    };
    expect(JSON.stringify(await workload({ cmd: ['/s.sh'] }, layer))).not.toContain('hunter');
  });
});

describe('hostile starts', () => {
  const bounded = async (container: Partial<ContainerConfig>, layer: TestLayer) => {
    const found = await workload(container, layer);
    expect(found.commands.length).toBeLessThanOrEqual(1024);
    return found;
  };

  test('scripts that call one another', async () => {
    const layer: TestLayer = {};
    for (let i = 0; i < 100; i++)
      layer[`s${i}.sh`] = program(
        `#!/bin/sh\n${Array.from({ length: 100 }, (_, j) => `/s${j}.sh`).join('\n')}\nexec /s${(i + 1) % 100}.sh "$@" "$@"\n`,
      );
    expect((await bounded({ entrypoint: ['/s0.sh'], cmd: ['x'] }, layer)).complete).toBe(false);
  });

  test('a script that runs itself', async () => {
    const found = await bounded({ cmd: ['/a.sh'] }, { 'a.sh': program('#!/bin/sh\nexec /a.sh "$@"\n') });
    expect(found.complete).toBe(false);
  });

  test('thousands of commands, nested quotes, nested texts', async () => {
    for (const text of [
      'x\n'.repeat(20_000),
      `"'`.repeat(30_000),
      'sh -c "'.repeat(8_000),
      '$('.repeat(30_000),
      'case x in '.repeat(6_000),
      'a() { '.repeat(9_000),
      `set -- ${'"$@" "$@" '.repeat(12)}\n`.repeat(500),
    ]) {
      await bounded({ entrypoint: ['/a.sh'], cmd: ['y'] }, { 'a.sh': program(`#!/bin/sh\n${text.slice(0, 65_000)}`) });
      await bounded({ cmd: ['sh', '-c', text] }, {});
    }
    await bounded({ cmd: Array(5000).fill('tini') }, {});
    await bounded({ cmd: ['sh', '-c', 'sh -c '.repeat(2000)] }, {});
  });
});

describe('Windows', () => {
  const windows = async (container: Partial<ContainerConfig>, layer: TestLayer = {}) => {
    const { facts } = await factsOf({ platform: { os: 'windows' }, container, layers: [layer] });
    return valueIn(facts.workload);
  };
  const layer = { 'Files/app/Site.exe': 'MZ', 'Files/Program Files/dotnet/dotnet.exe': 'MZ' };

  test('argument lists and command lines', async () => {
    expect(await windows({ entrypoint: ['C:\\app\\site.exe', '-v'] }, layer)).toMatchObject({
      main: { name: 'site', path: 'Files/app/Site.exe' },
      complete: true,
      needsShell: false,
    });
    expect(await windows({ entrypoint: ['"C:\\Program Files\\dotnet\\dotnet.exe" site.dll'] }, layer)).toMatchObject({
      kind: 'dotnet',
      main: { name: 'dotnet', path: 'Files/Program Files/dotnet/dotnet.exe' },
    });
    expect(
      await windows({ cmd: ['cmd', '/S', '/C', 'setup.bat && site.exe'], workingDir: 'C:\\app' }, layer),
    ).toMatchObject({
      programs: ['cmd', 'site'],
      needsShell: true,
      complete: true,
    });
    expect(await windows({ cmd: ['gone.exe'] }, layer)).toMatchObject({ kind: 'unknown', complete: false });
    expect(await windows({})).toMatchObject({ kind: 'none', complete: true });
  });
});
