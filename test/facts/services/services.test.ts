import { describe, expect, test } from 'vitest';
import { serviceFileKind, servicesCollector } from '../../../src/facts/services/collector.ts';
import type { FileEntry } from '../../../src/types.ts';
import { dpkg } from '../../support/dpkg.ts';
import { elf } from '../../support/elf.ts';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

const program = (content: string | Uint8Array) => ({ content, mode: 0o755 });
const entry = (path: string, size: number): FileEntry => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size,
  layer: 0,
  mtime: 0,
});
const take = (path: string, text: string) => {
  const bytes = Buffer.from(text);
  return (
    servicesCollector.wants(entry(path, bytes.length)) &&
    servicesCollector.take(entry(path, bytes.length), { bytes, truncated: false })
  );
};
const facts = async (layer: TestLayer, container = {}) => (await factsOf({ layers: [layer], container })).facts;

describe('files that say what starts', () => {
  test('are told by their place', () => {
    expect(
      [
        'etc/crontab',
        'etc/cron.d/jobs',
        'etc/cron.d/jobs.disabled',
        'etc/crontabs/root',
        'var/spool/cron/crontabs/app',
        'var/spool/cron/app',
        'lib/systemd/system/x.service',
        'etc/supervisor/conf.d/x.conf',
        'app/supervisord.conf',
        'etc/apt/apt.conf.d/20auto-upgrades',
        'srv/etc/crontab',
        'etc/passwd',
      ].map(serviceFileKind),
    ).toEqual([
      ...['system-crontab', 'system-crontab', undefined, 'crontab', 'crontab', 'crontab', 'unit', 'supervisor'],
      ...['supervisor', 'update', undefined, undefined],
    ]);
  });

  test('crontabs: five fields or a word, a user in the system`s own', () => {
    const text =
      '# m h\nPATH=/bin\n*/5 1-3 * jan mon-fri app /app/clean --all\n@daily root backup /srv\n0 0 * *\nnonsense\n';
    expect(take('etc/cron.d/x', text)).toEqual({
      j: [
        [3, 0, '/app/clean', '--all'],
        [4, 0, 'backup', '/srv'],
      ],
    });
    expect(take('etc/crontabs/root', '*/15 * * * * run-parts /etc/periodic/15min\n')).toEqual({
      j: [[1, 0, 'run-parts', '/etc/periodic/15min']],
    });
  });

  test('no secret of a command is kept', () => {
    for (const [path, text] of [
      ['etc/crontab', '* * * * * root mysqldump -phunter2 --password=hunter3 hunter4\n'],
      ['etc/supervisord.conf', '[program:x]\nenvironment=TOKEN=hunter5\ncommand=app --token hunter6 "hunter7 x"\n'],
      ['etc/systemd/system/x.service', '[Service]\nEnvironment=P=hunter8\nExecStart=/bin/x -u hunter9\n'],
    ] as const)
      expect(JSON.stringify(take(path, text))).not.toContain('hunter');
  });

  test('settings that switch updates on', () => {
    expect(take('etc/apt/apt.conf.d/20auto', '// x\nAPT::Periodic::Unattended-Upgrade "1";\n')).toEqual({
      u: [['APT::Periodic::Unattended-Upgrade', 2]],
    });
    expect(take('etc/apt/apt.conf.d/20auto', 'APT::Periodic::Unattended-Upgrade "0";\n')).toBeUndefined();
    expect(take('etc/dnf/automatic.conf', '[commands]\napply_updates = yes\n')).toEqual({ u: [['apply_updates', 2]] });
    expect(take('etc/dnf/automatic.conf', 'apply_updates = no\n')).toBeUndefined();
  });

  test('stay small, whatever they hold', () => {
    for (const text of [
      '* * * * * root x\n'.repeat(4000),
      `* * * * * root ${'"$('.repeat(20_000)}`,
      '*'.repeat(65_000),
      '@'.repeat(65_000),
      `${'1 '.repeat(30_000)}x`,
    ]) {
      const found = take('etc/crontab', text.slice(0, 65_536));
      expect((found as { j?: unknown[] } | undefined)?.j?.length ?? 0).toBeLessThanOrEqual(256 * 8);
    }
  });
});

describe('tasks and units', () => {
  test('each with its place and the package that ships it', async () => {
    const found = await facts({
      ...dpkg({ dpkg: ['/etc/cron.daily/dpkg', '/lib/systemd/system/d.timer'] }),
      'etc/crontab': '1 * * * * root cd / && run-parts /etc/cron.hourly\n2 * * * * root [ -x /a ] && /a/clean\n',
      'etc/cron.daily/dpkg': program('#!/bin/sh\n'),
      'etc/cron.daily/off': '#!/bin/sh\n',
      'var/spool/cron/atjobs/a0000101b2c3d4': 'x',
      'var/spool/cron/atjobs/.SEQ': '1',
      'lib/systemd/system/d.timer': '[Timer]\n',
      'etc/systemd/system/timers.target.wants/d.timer': { link: '/lib/systemd/system/d.timer' },
      'etc/systemd/system/multi-user.target.wants/no.service': { link: '/dev/null' },
      'etc/systemd/system/multi-user.target.wants/own.service': { link: '../own.service' },
      'etc/systemd/system/own.service': '[Service]\nExecStart=-/opt/own --serve\n',
      'etc/rc3.d/S20web': { link: '../init.d/web' },
      'etc/rc3.d/K20old': { link: '../init.d/old' },
      'etc/runlevels/default/sshd': { link: '/etc/init.d/sshd' },
    });
    expect(
      valueIn(found.scheduledTasks).map(({ kind, path, line, command, package: owner }) => [
        kind,
        path,
        line,
        command,
        owner,
      ]),
    ).toEqual([
      ['crontab', 'etc/crontab', 2, 'clean', undefined],
      ['folder', 'etc/cron.daily/dpkg', undefined, 'dpkg', 'dpkg'],
      ['at', 'var/spool/cron/atjobs/a0000101b2c3d4', undefined, 'at job', undefined],
      ['timer', 'etc/systemd/system/timers.target.wants/d.timer', undefined, 'd.timer', 'dpkg'],
    ]);
    expect(
      valueIn(found.systemUnits).map(({ manager, name, target, package: owner }) => [manager, name, target, owner]),
    ).toEqual([
      ['systemd', 'd.timer', 'lib/systemd/system/d.timer', 'dpkg'],
      ['systemd', 'own.service', 'etc/systemd/system/own.service', undefined],
      ['sysv', 'web', undefined, undefined],
      ['openrc', 'sshd', undefined, undefined],
    ]);
    const jobs = valueIn(found.workload).commands;
    expect(jobs.map(({ origin, argv }) => [origin, ...argv])).toEqual(
      expect.arrayContaining([
        ['cron', '/a/clean'],
        ['unit', '/opt/own', '--serve'],
      ]),
    );
  });

  test('what a later layer replaces does not stand', async () => {
    const { facts: found } = await factsOf({
      layers: [
        { 'etc/crontab': '* * * * * root old\n', 'etc/cron.d/x': '* * * * * root gone\n' },
        { 'etc/crontab': '* * * * * root new\n', 'etc/cron.d/.wh.x': '' },
      ],
    });
    expect(valueIn(found.scheduledTasks)).toMatchObject([{ command: 'new', layer: 1, line: 1 }]);
  });

  test('a supervisor brings up what its files name', async () => {
    const found = await facts(
      {
        'usr/bin/supervisord': program('#!/usr/bin/python3\n'),
        'usr/sbin/web': program(elf({})),
        'usr/local/bin/job': program('#!/bin/sh\nexec web --job $X\n'),
        'etc/supervisord.conf': '[program:a]\ncommand=/usr/sbin/web -g %(ENV_X)s\n[program:b]\n command = job\n',
      },
      { cmd: ['supervisord'] },
    );
    const { commands, programs, paths } = valueIn(found.workload);
    expect(
      commands.filter(({ origin }) => origin === 'unit').map(({ name, path, line }) => [name, path, line]),
    ).toEqual([
      ['web', 'etc/supervisord.conf', 2],
      ['job', 'etc/supervisord.conf', 4],
      ['web', 'usr/local/bin/job', 2],
    ]);
    expect(programs).toContain('web');
    expect(paths).toContain('usr/sbin/web');
  });
});

describe('parts of a host', () => {
  test('kernels, modules, loaders, firmware, keys, disks and second systems', async () => {
    const big = (magic: string, at = 0) => {
      const bytes = Buffer.alloc(1_000_001);
      bytes.write(magic, at, 'latin1');
      return bytes;
    };
    const found = valueIn(
      (
        await facts({
          'boot/vmlinuz-6': 'k',
          'boot/grub/grub.cfg': 'g',
          'usr/lib/modules/6/a.ko': 'ab',
          'usr/lib/modules/6/kernel/b.ko.zst': 'abc',
          'lib/firmware/x/y.bin': 'f',
          'etc/ssh/ssh_host_rsa_key': 'k',
          'etc/ssh/ssh_host_rsa_key.pub': 'k',
          'vm/a.iso': big('CD001', 0x8001),
          'vm/b.img': big('xx'),
          'vm/c.qcow2': 'QFI\u00fb',
          'root2/etc/os-release': 'ID=x\n',
          'root2/lib/apk/db/installed': 'P:x\n',
          'root2/lib/apk/db/installed.old': { hardlink: 'root2/lib/apk/db/installed' },
          'data/etc/os-release': 'ID=x\n',
          'etc/os-release': 'ID=x\n',
          link: { link: '/' },
        })
      ).hostParts,
    );
    expect(found.map(({ kind, path, files, bytes, note }) => [kind, path, files, bytes, note])).toEqual([
      ['kernel', 'boot/vmlinuz-6', 1, 1, undefined],
      ['boot-loader', 'boot/grub', 1, 1, undefined],
      ['modules', 'usr/lib/modules/6', 2, 5, undefined],
      ['firmware', 'lib/firmware', 1, 1, undefined],
      ['ssh-host-key', 'etc/ssh/ssh_host_rsa_key', 1, 1, undefined],
      ['disk', 'vm/a.iso', 1, 1_000_001, 'ISO 9660 image'],
      ['rootfs', 'root2', 3, 9, 'lib/apk/db/installed inside'],
    ]);
  });
});
