/** Layers: what a tar archive can say that an attacker would write. */
import { gzipSync } from 'node:zlib';
import { makeLayout } from '../layout.ts';
import { archive, entry, pax } from '../tar.ts';
import { type Attack, end, gzipLayer, layer, osRelease, tarLayer } from './bytes.ts';

export const layers: Attack[] = [
  {
    name: 'more entries than a layer may have',
    expect: /entr/,
    make: (dir) =>
      gzipLayer(
        dir,
        headers(520_000, (i) => `d${i % 1000}/f${i}`),
      ),
  },
  {
    name: '200,000 entries, every one a whiteout',
    expect: 'report',
    make: (dir) =>
      gzipLayer(
        dir,
        headers(200_000, (i) => `d${i % 100}/.wh.f${i}`),
      ),
  },
  {
    name: 'path 10,000 folders deep',
    expect: 'either',
    make: (dir) => tarLayer(dir, pax({ path: `${'a/'.repeat(10_000)}f` }), entry({ path: 'x' }, 'y')),
  },
  {
    name: 'path of 4,000 bytes, 1,999 folders deep',
    expect: 'either',
    make: (dir) => tarLayer(dir, pax({ path: `${'a/'.repeat(1_999)}f` }), entry({ path: 'x' }, 'y')),
  },
  { name: 'symlink loops', expect: 'report', make: symlinkLoops },
  { name: 'entries through costly symlinks', expect: 'either', make: costlyLinks },
  {
    name: 'hardlinks to one another',
    expect: 'report',
    make: (dir) =>
      tarLayer(
        dir,
        ...Array.from({ length: 2000 }, (_, i) => entry({ path: `h${i}`, type: '1', linkname: `h${(i + 1) % 2000}` })),
      ),
  },
  { name: 'traversal names', expect: 'report', make: traversal },
  {
    name: 'duplicate entries',
    expect: 'report',
    make: (dir) =>
      tarLayer(
        dir,
        ...Array.from({ length: 5000 }, (_, i) => entry({ path: 'etc/passwd' }, `root:x:${i}:0::/:/bin/sh\n`)),
      ),
  },
  {
    name: 'file, folder, file, folder of one name',
    expect: 'report',
    make: (dir) =>
      tarLayer(dir, ...Array.from({ length: 20_000 }, (_, i) => entry({ path: i % 2 ? 'a/b' : 'a', type: '0' }, 'x'))),
  },
  {
    name: 'second archive behind the end marker',
    expect: 'report',
    status: /behind|after|trailing|end marker|end of/i,
    make: (dir) => tarLayer(dir, osRelease, end, entry({ path: 'hidden', mode: 0o4755 }, 'x')),
  },
  {
    name: 'PAX header of 80 MB',
    expect: /layer 0/,
    make: (dir) =>
      gzipLayer(
        dir,
        gzipSync(Buffer.concat([pax({ comment: Buffer.alloc(80_000_000, 'a') }), osRelease, end]), { level: 1 }),
      ),
  },
  {
    name: 'a PAX header that says it is 8 EiB long',
    expect: /layer 0/,
    make: (dir) => tarLayer(dir, entry({ path: 'p', type: 'x', size: 0o77777777777 }), osRelease),
  },
  {
    name: '300,000 PAX headers for one entry',
    expect: 'either',
    make: (dir) =>
      gzipLayer(
        dir,
        gzipSync(Buffer.concat([...Array.from({ length: 300_000 }, () => pax({ a: 'b' })), osRelease, end]), {
          level: 1,
        }),
      ),
  },
  {
    name: 'PAX path with a NUL in it',
    expect: 'either',
    make: (dir) => tarLayer(dir, pax({ path: 'etc/a\0b' }), entry({ path: 'x' }, 'y'), osRelease),
  },
  { name: 'names of JavaScript objects', expect: 'report', make: objectNames },
  {
    name: 'names with terminal escapes',
    expect: 'report',
    make: (dir) => tarLayer(dir, entry({ path: 'bin/\u001b[2J\u001b]0;owned\u0007\r\nx', mode: 0o4755 }, 'x')),
  },
  { name: 'dpkg database of 300 MB', expect: 'either', make: (dir) => gzipLayer(dir, dpkgStatus()) },
  {
    name: 'passwd of 40 MB',
    expect: 'either',
    make: (dir) =>
      gzipLayer(
        dir,
        gzipSync(archive(osRelease, entry({ path: 'etc/passwd' }, 'a:x:1:1::/:/bin/sh\n'.repeat(2_000_000))), {
          level: 1,
        }),
      ),
  },
  {
    name: '30,000 files in status.d',
    expect: 'either',
    make: (dir) =>
      gzipLayer(
        dir,
        gzipSync(
          archive(
            osRelease,
            ...Array.from({ length: 30_000 }, (_, i) =>
              entry({ path: `var/lib/dpkg/status.d/p${i}` }, `Package: p${i}\nVersion: 1\n`),
            ),
          ),
          { level: 1 },
        ),
      ),
  },
  { name: 'entry of impossible size', expect: /layer 0/, make: (dir) => tarLayer(dir, impossibleSize()) },
  {
    name: 'a file that says it holds 8 GiB',
    expect: /layer 0/,
    make: (dir) => tarLayer(dir, entry({ path: 'a', size: 0o77777777777 }, 'short')),
  },
];

function headers(count: number, name: (i: number) => string): Buffer {
  const parts: Buffer[] = [];
  const step = 10_000;
  for (let from = 0; from < count; from += step) {
    const blocks = Array.from({ length: Math.min(step, count - from) }, (_, i) => entry({ path: name(from + i) }));
    parts.push(gzipSync(Buffer.concat(blocks), { level: 1 }));
  }
  parts.push(gzipSync(end));
  return Buffer.concat(parts);
}

function symlinkLoops(dir: string): string {
  const link = (path: string, linkname: string) => entry({ path, type: '2', linkname });
  return tarLayer(
    dir,
    ...[link('etc/os-release', '../usr/lib/os-release'), link('usr/lib/os-release', '../../etc/os-release')],
    ...[
      link('etc/passwd', 'passwd'),
      link('etc/group', '/etc/./group'),
      link('bin', 'bin'),
      link('usr/bin', '../usr/sbin'),
      link('usr/sbin', '../usr/bin'),
    ],
    ...[link('self', '.'), link('up', '../../../..'), link('var/lib', 'lib'), link('lib', '/lib/../lib')],
  );
}

function costlyLinks(dir: string): string {
  const winding = 'w/../'.repeat(390);
  const links = Array.from({ length: 38 }, (_, i) =>
    Buffer.concat([
      pax({ linkpath: `${winding}${i === 37 ? 'w' : `l${i + 1}`}` }),
      entry({ path: `l${i}`, type: '2' }),
    ]),
  );
  const files = Array.from({ length: 150_000 }, (_, i) => entry({ path: `l0/f${i}` }));
  return gzipLayer(
    dir,
    gzipSync(Buffer.concat([entry({ path: 'w', type: '5' }), ...links, ...files, end]), { level: 1 }),
  );
}

function traversal(dir: string): string {
  return tarLayer(
    dir,
    entry({ path: '../../../../tmp/tare-escaped', mode: 0o4755 }, 'x'),
    entry({ path: '/etc/absolute' }, 'x'),
    entry({ path: 'out', type: '2', linkname: '/tmp' }),
    entry({ path: 'out/tare-escaped' }, 'x'),
    entry({ path: 'up', type: '2', linkname: '../../..' }),
    entry({ path: 'up/tmp/tare-escaped' }, 'x'),
    entry({ path: 'hard', type: '1', linkname: '../../../etc/shadow' }),
    entry({ path: '..' }, 'x'),
    entry({ path: '../.wh..wh..opq' }),
    entry({ path: '.wh.' }),
    entry({ path: '.wh...' }),
  );
}

function objectNames(dir: string): string {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '__proto__/__proto__', 'etc/__proto__'];
  const labels = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as object;
  makeLayout(
    dir,
    [
      layer(
        archive(
          osRelease,
          ...names.map((path) => entry({ path, mode: 0o4755 }, 'x')),
          entry({ path: 'etc/passwd' }, '__proto__:x:0:0::/:/bin/sh\nconstructor:x:1:1::/:/bin/sh\n'),
          entry(
            { path: 'var/lib/dpkg/status' },
            'Package: __proto__\nStatus: install ok installed\nVersion: 1\n\nPackage: constructor\nStatus: install ok installed\nVersion: 2\n',
          ),
          entry({ path: 'var/lib/dpkg/info/__proto__.list' }, '/__proto__\n/constructor\n'),
        ),
      ),
    ],
    {
      config: {
        config: {
          User: 'constructor',
          Labels: labels,
          ExposedPorts: JSON.parse('{"__proto__":{},"22/tcp":{}}') as object,
        },
      },
    },
  );
  return `oci-dir:${dir}`;
}

function dpkgStatus(): Buffer {
  const paragraph = 'Package: p\nStatus: install ok installed\nVersion: 1\nDescription: long\n\n';
  const piece = Buffer.from(paragraph.repeat(Math.ceil(1_000_000 / paragraph.length)));
  const times = 300;
  const zipped = gzipSync(piece, { level: 1 });
  const head = gzipSync(Buffer.concat([osRelease, entry({ path: 'var/lib/dpkg/status', size: piece.length * times })]));
  const padding = Buffer.alloc((512 - ((piece.length * times) % 512)) % 512);
  return Buffer.concat([head, ...Array.from({ length: times }, () => zipped), gzipSync(Buffer.concat([padding, end]))]);
}

function impossibleSize(): Buffer {
  const block = entry({ path: 'a' });
  // Base-256, all ones: minus one (star's and GNU tar's large numbers).
  block.fill(0xff, 124, 136);
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block.subarray(0, 512)) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}
