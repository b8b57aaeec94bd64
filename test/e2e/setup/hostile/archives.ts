/** Archives and files that an attacker would write. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../layout.ts';
import { archive, entry } from '../tar.ts';
import { type Attack, bomb, end, noise } from './bytes.ts';

export const archives: Attack[] = [
  { name: 'gzip bomb around the archive', expect: 'either', make: (dir) => file(dir, 'bomb.tar.gz', bomb(96)) },
  { name: 'archive of 100,000 tiny files', expect: 'either', make: tinyFiles },
  {
    name: 'archive whose layers are paths outside',
    expect: /lacks layer 0/,
    make: (dir) => dockerArchive(dir, ['../../../../etc/passwd', '/etc/passwd'], []),
  },
  {
    name: 'archive whose layers are links in a ring',
    expect: /link|loop|layer/i,
    make: (dir) =>
      dockerArchive(
        dir,
        ['a/layer.tar'],
        [
          entry({ path: 'a/layer.tar', type: '2', linkname: '../b/layer.tar' }),
          entry({ path: 'b/layer.tar', type: '2', linkname: '../a/layer.tar' }),
        ],
      ),
  },
  {
    name: 'archive that names one layer of 20,000 entries 400 times',
    expect: /entries|limit/i,
    make: (dir) =>
      dockerArchive(
        dir,
        Array.from({ length: 400 }, () => 'a/layer.tar'),
        [
          entry(
            { path: 'a/layer.tar' },
            archive(...Array.from({ length: 20_000 }, (_, i) => entry({ path: `f${i}` }, ''))),
          ),
        ],
      ),
  },
  { name: 'archive cut off in its middle', expect: /cut off|damaged|incomplete|truncated|ends/i, make: cutArchive },
  {
    name: 'empty file',
    expect: /empty|not an|no image|neither/i,
    make: (dir) => file(dir, 'empty.tar', Buffer.alloc(0)),
  },
  {
    name: 'an archive with nothing in it',
    expect: /no |not |neither/i,
    make: (dir) => file(dir, 'nothing.tar', archive()),
  },
  { name: 'random bytes', expect: /no image archive/, make: (dir) => file(dir, 'random.tar', noise(200_000)) },
];

function file(dir: string, name: string, bytes: Buffer): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

function dockerArchive(dir: string, layers: string[], entries: Buffer[]): string {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((name) => sha256(Buffer.from(name))) },
  });
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: layers }]);
  return file(
    dir,
    'image.tar',
    archive(...entries, entry({ path: 'config.json' }, config), entry({ path: 'manifest.json' }, manifest)),
  );
}

function tinyFiles(dir: string): string {
  const path = join(dir, 'tiny.tar');
  writeFileSync(path, '');
  for (let from = 0; from < 100_000; from += 10_000) {
    appendFileSync(path, Buffer.concat(Array.from({ length: 10_000 }, (_, i) => entry({ path: `f${from + i}` }, 'x'))));
  }
  appendFileSync(path, end);
  return path;
}

function cutArchive(dir: string): string {
  const path = dockerArchive(
    dir,
    ['a/layer.tar'],
    [entry({ path: 'a/layer.tar' }, archive(entry({ path: 'f' }, noise(50_000))))],
  );
  execFileSync('truncate', ['-s', '30000', path.replace('docker-archive:', '')]);
  return path;
}
