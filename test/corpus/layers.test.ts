/** Single layers, root filesystems and tar corner cases of the corpus, read by the layer reader and held against what an independent script saw. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/image/limits.ts';
import type { LayerRecord } from '../../src/image/model.ts';
import { fileChunks, readLayer } from '../../src/image/read-layer.ts';
import { Rootfs } from '../../src/image/rootfs.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { countFilesystem, type FactsLayer, type Filesystem } from './facts.ts';

/** Where ours and the script's answers differ, and why ours is right. */
const explained: Record<string, { expected: Partial<Filesystem & { whiteouts: number }>; why: string }> = {
  'fanal__opq.tar': {
    expected: { whiteouts: 2 },
    why: 'the script counts an opaque marker apart from the whiteouts; here it is one of them',
  },
  'osv-scalibr__escape.tar': {
    expected: { regularFiles: 0, totalBytes: 0 },
    why: 'a later entry of the same layer puts a symlink in place of the folder that holds the one file',
  },
};

/** Entries as `type path [→ linkname] size`, or what the refusal says. */
const edges: Record<string, string[] | RegExp> = {
  'gnu-multi-hdrs.tar': ['symlink GNU2/GNU2/long-path-name → GNU4/GNU4/long-linkpath-name 0'],
  'hardlink.tar': ['file file.txt 15', 'hardlink hard.txt → file.txt 0'],
  'issue10968.tar': /damaged/,
  'issue12435.tar': /damaged/,
  'nil-uid.tar': ['file P1050238.JPG.log 14'],
  'pax-path-hdr.tar': [],
  'sparse-formats.tar': [
    'file sparse-gnu 200',
    'file sparse-posix-0.0 200',
    'file sparse-posix-0.1 200',
    'file sparse-posix-1.0 200',
    'file end 4',
  ],
  'ustar-file-reg.tar': ['file foo 684'],
  'v7.tar': ['file small.txt 5', 'file small2.txt 11'],
  'writer-big.tar': /cut off/,
  'xattrs.tar': ['file small.txt 5', 'file small2.txt 11'],
};

describe.skipIf(!corpusDir)('layers of the corpus', () => {
  for (const folder of corpusDir ? ['layers', 'rootfs'] : []) {
    for (const name of readdirSync(corpus(folder)).filter((file) => statSync(corpus(folder, file)).isFile())) {
      const facts = corpus(folder, 'facts', `${name}.json`);
      if (name.endsWith('.xz')) {
        it(`${folder}/${name} is refused: no layer may be xz`, async () => {
          await expect(read(folder, name)).rejects.toThrow(/xz/);
        });
      } else if (!name.endsWith('.zst')) {
        it(`${folder}/${name} is read as the script read it`, async () => {
          expect(existsSync(facts)).toBe(true);
          const said = JSON.parse(readFileSync(facts, 'utf8')) as FactsLayer & { filesystem: Filesystem };
          expect(seen(await read(folder, name))).toEqual({
            entries: said.entries,
            whiteouts: said.whiteouts,
            opaque: said.opaque,
            ...pick(said.filesystem),
            ...explained[name]?.expected,
          });
        });
      }
    }
  }
});

describe.skipIf(!corpusDir)('tar corner cases of the corpus', () => {
  it('are all in the table', () => {
    expect(readdirSync(corpus('tar-edge')).sort()).toEqual(Object.keys(edges).sort());
  });
  it.each(Object.entries(edges))('%s', async (name, expected) => {
    const reading = read('tar-edge', name);
    if (expected instanceof RegExp) await expect(reading).rejects.toThrow(expected);
    else {
      const entries = (await reading).entries.map(
        (e) => `${e.type} ${e.path}${e.linkname ? ` → ${e.linkname}` : ''} ${e.size}`,
      );
      expect(entries).toEqual(expected);
    }
  });
});

function read(...parts: string[]): Promise<LayerRecord> {
  const path = corpus(...parts);
  return readLayer(fileChunks(path, 0, statSync(path).size), {
    collectors: [],
    limits: defaultLimits,
    what: parts.join('/'),
  });
}

function seen(record: LayerRecord) {
  const rootfs = new Rootfs();
  rootfs.apply(record.entries, 0);
  return {
    entries: record.entries.length,
    whiteouts: record.entries.filter((entry) => entry.whiteout).length,
    opaque: record.entries.filter((entry) => entry.whiteout === 'opaque').length,
    ...countFilesystem(rootfs, record.entries),
  };
}

function pick({ regularFiles, symlinks, directories, totalBytes, setuid, setgid }: Filesystem): Filesystem {
  return { regularFiles, symlinks, directories, totalBytes, setuid: [...setuid].sort(), setgid: [...setgid].sort() };
}
