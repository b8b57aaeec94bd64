import { describe, expect, test } from 'vitest';
import { headerBudget, parseHeader } from '../../../src/facts/rpm/header.ts';
import { header, headerOf } from './files.ts';

const parse = (bytes: Uint8Array) => parseHeader(bytes, headerBudget());
const base = { name: 'a', version: '1', release: '2' };

describe('an rpm header', () => {
  test('gives a package and its files', () => {
    const bytes = header({
      ...base,
      epoch: 3,
      arch: 'noarch',
      license: 'MIT',
      vendor: 'Vendor',
      source: 'b-1-2.src.rpm',
      module: 'm:s:1:c:x',
      files: ['/usr/', '/usr/bin/x', '/usr/bin/y', '/é', '/etc/'],
    });
    expect(parse(bytes)).toEqual({
      n: 'a',
      v: '3:1-2',
      a: 'noarch',
      s: 'b-1-2.src.rpm',
      l: 'MIT',
      d: 'Vendor',
      m: 'm:s:1:c:x',
      f: 'usr/bin/x\nusr/bin/y\né',
    });
    expect(parse(header(base))).toEqual({ n: 'a', v: '1-2', a: '' });
    expect(parse(header({ ...base, epoch: 0 }))).toMatchObject({ v: '0:1-2' });
  });

  test('leaves out files that are not there or are another package’s', () => {
    const files = ['/normal', '/replaced', '/left-out', '/shared', '/other-colour'];
    expect(parse(header({ ...base, files, states: [0, 1, 2, 3, 4] }))).toMatchObject({ f: 'normal' });
  });

  test('knows the way in which old packages name their files, and translated texts', () => {
    expect(parse(header({ ...base, oldNames: ['/bin/a', '/bin/b'] }))).toMatchObject({ f: 'bin/a\nbin/b' });
    const string = Buffer.from('a\0');
    expect(
      parse(
        headerOf([
          [1000, 6, 1, string],
          [1014, 9, 2, Buffer.from('MIT\0Lizenz\0')],
          [1022, 8, 1, string],
        ]),
      ),
    ).toEqual({ n: 'a', v: '', a: 'a', l: 'MIT' });
  });

  test('is none where it does not hold together', () => {
    expect(parse(Buffer.alloc(0))).toBeUndefined();
    expect(parse(Buffer.alloc(64))).toBeUndefined();
    expect(parse(Buffer.alloc(64, 0xff))).toBeUndefined();
    expect(parse(header({ version: '1' }))).toBeUndefined();
    const sound = header({ ...base, files: ['/usr/bin/x'] });
    for (let cut = 0; cut < sound.length; cut++) expect(parse(sound.subarray(0, cut))).toBeUndefined();
  });

  test('spends no more than its budget, however often it names a long folder', () => {
    const files = Array.from({ length: 2000 }, (_, i) => `/${'d'.repeat(3000)}/${i}`);
    const budget = { ...headerBudget(), text: 100_000 };
    const row = parseHeader(header({ ...base, files }), budget)!;
    expect(row.f!.length).toBeLessThanOrEqual(100_000);
    expect(budget.spent).toBe(true);
    const few = { ...headerBudget(), rows: 1 };
    expect([parseHeader(header(base), few), parseHeader(header(base), few), few.spent]).toEqual([
      { n: 'a', v: '1-2', a: '' },
      undefined,
      true,
    ]);
    const countless = { ...headerBudget() };
    const name = Buffer.from('a\0');
    const bytes = headerOf([
      [1000, 6, 1, name],
      [1117, 8, 3_000_000, Buffer.alloc(3_000_000)],
    ]);
    expect([parseHeader(bytes, countless), countless.spent]).toEqual([{ n: 'a', v: '', a: '' }, true]);
    expect(parse(header({ ...base, files: [`/${'d'.repeat(5000)}/x`, '/y'] }))).toMatchObject({ f: 'y' });
  });
});
