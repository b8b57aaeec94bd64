/** Well-formed inputs that the fuzzer damages: small, and each with something of every kind. */
import { archive, entry, pax } from '../setup/tar.ts';

const capability = Buffer.alloc(20);
capability.writeUInt32LE(0x02000001, 0);
capability.writeUInt32LE(1 << 13, 4);

export const databases: Record<string, string> = {
  'var/lib/dpkg/status': [
    'Package: base-files\nEssential: yes\nStatus: install ok installed\nInstalled-Size: 340\nArchitecture: amd64\nSource: base (1.2)\nVersion: 12.4+deb12u5\nDescription: files\n more\n .\n end',
    'Package: apt\nStatus: deinstall ok config-files\nVersion: 2.6.1\nArchitecture: amd64',
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.36-9+deb12u4\nConffiles:\n /etc/ld.so.conf d4e7a7b88a71b5ffd9e2644e71a0cfab',
    '',
  ].join('\n\n'),
  'var/lib/dpkg/info/base-files.list': '/.\n/etc\n/etc/debian_version\n/usr\n/usr/share\n',
  'var/lib/dpkg/info/libc6:amd64.list': '/.\n/lib\n/lib/libc.so.6\n',
  'var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\nMaintainer: x\n',
  'var/lib/dpkg/status.d/tzdata.md5sums': 'd41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n',
  'lib/apk/db/installed':
    'C:Q1qQ==\nP:musl\nV:1.2.4-r2\nA:x86_64\nS:1\nI:2\nT:libc\no:musl\nL:MIT\nF:lib\nR:libc.so\na:0:0:755\nZ:Q1x=\n\nP:busybox\nV:1.36.1-r5\nA:x86_64\nF:bin\nR:busybox\nF:etc\nR:securetty\n\n',
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/sbin/nologin\ntoor:x:0:0::/:/bin/sh\n+::::::\n',
  'etc/group': 'root:x:0:\napp:x:1000:root,app\nshadow:x:42:\n',
  'etc/os-release':
    'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID_LIKE=\'a b\'\n',
  'etc/alpine-release': '3.19.1\n',
};

/** A layer with every database, links, a setuid file, a capability, long names and whiteouts. */
export function rootLayer(content: Record<string, string | Uint8Array> = {}): Buffer {
  const files = { ...databases, ...content };
  return archive(
    entry({ path: './', type: '5' }),
    ...Object.entries(files).map(([path, data]) => entry({ path }, data)),
    entry({ path: 'bin/sh', type: '2', linkname: 'busybox' }),
    entry({ path: 'bin/busybox', mode: 0o4755 }, elf()),
    entry({ path: 'bin/ash', type: '1', linkname: 'bin/busybox' }),
    pax({ 'SCHILY.xattr.security.capability': capability, mtime: '1700000000.5', uid: '70000' }),
    entry({ path: 'usr/bin/ping', mode: 0o755 }, 'x'),
    entry({ path: '././@LongLink', type: 'L' }, `usr/share/${'long/'.repeat(30)}name\0`),
    entry({ path: 'usr/share/long' }, 'long'),
    entry({ path: '././@LongLink', type: 'K' }, `${'../'.repeat(40)}etc/passwd\0`),
    entry({ path: 'usr/share/link', type: '2', linkname: 'short' }),
    pax({
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': 'sparse',
      'GNU.sparse.realsize': '4096',
    }),
    entry({ path: 'GNUSparseFile.0/sparse' }, `1\n0\n3\n${'\0'.repeat(506)}abc`),
    entry({ path: 'dev/null', type: '3' }),
    entry({ path: 'opt/.wh.gone' }),
    entry({ path: 'opt/x/.wh..wh..opq' }),
    entry({ path: 'entry.sh', mode: 0o755 }, '#!/bin/sh -e\nexec su-exec app "$@"\n'),
  );
}

export function imageConfig(diffIDs: string[]): Record<string, unknown> {
  return {
    created: '2024-01-01T00:00:00Z',
    author: 'somebody',
    architecture: 'amd64',
    os: 'linux',
    config: {
      User: 'app:app',
      ExposedPorts: { '22/tcp': {}, '8000-8010/udp': {} },
      Env: ['PATH=/usr/bin:/bin', 'A=b'],
      Entrypoint: ['/entry.sh'],
      Cmd: ['sh', '-c', 'exec "$0"'],
      Volumes: { '/data': {} },
      WorkingDir: '/opt',
      Labels: {
        'org.opencontainers.image.base.name': 'docker.io/library/debian:12',
        'org.opencontainers.image.base.digest': `sha256:${'a'.repeat(64)}`,
      },
      StopSignal: 'SIGTERM',
      Healthcheck: { Test: ['CMD', 'true'] },
      OnBuild: ['RUN true'],
      Shell: ['/bin/sh', '-c'],
    },
    rootfs: { type: 'layers', diff_ids: diffIDs },
    history: [
      { created: '2024-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:x in / ' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: 'RUN |1 V=1 /bin/sh -c true # buildkit', comment: 'buildkit.dockerfile.v0' },
    ],
  };
}

/** Just enough of an ELF-64 program with an interpreter (System V ABI, "Object Files"). */
export function elf(): Buffer {
  const bytes = Buffer.alloc(400);
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(3, 64);
  bytes.writeBigUInt64LE(200n, 72);
  bytes.writeBigUInt64LE(28n, 96);
  bytes.write('/lib64/ld-linux-x86-64.so.2\0', 200, 'latin1');
  return bytes;
}
