import { expect, test } from 'vitest';
import { stanza } from '../support/dpkg.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf } from '../support/image.ts';

const format = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';
const status = (...names: string[]) => names.map((name) => stanza(name)).join('');

test('a Debian package has the licences of its copyright file, links in its folder followed', async () => {
  const { facts } = await factsOf({
    layers: [
      {
        'var/lib/dpkg/status': status('one', 'two', 'linked', 'prose', 'none'),
        'usr/share/doc/one/copyright': `${format}\nFiles: *\nLicense: GPL-2+ or Artistic\n text\n\nFiles: x\nLicense: Expat\n\nLicense: Expat\n License: in the text\n`,
        'usr/share/doc/two/copyright': `${format}License: BSD-3-clause`,
        'usr/share/doc/linked': { link: 'two' },
        'usr/share/doc/prose/copyright': 'This is free software.\nLicense: GPL\n',
        'usr/share/doc/one/extra/copyright': `${format}License: other\n`,
      },
    ],
  });
  expect(valueIn(facts.packages).map(({ name, licence }) => [name, licence])).toEqual([
    ['one', '(GPL-2+ or Artistic) AND Expat'],
    ['two', 'BSD-3-clause'],
    ['linked', 'BSD-3-clause'],
    ['prose', undefined],
    ['none', undefined],
  ]);
});

test('a file of many and long licences is read in its bounds', async () => {
  const many = Array.from({ length: 40 }, (_, i) => `License: L${i}\n`).join('');
  const { facts } = await factsOf({
    layers: [
      {
        'var/lib/dpkg/status': status('many', 'long'),
        'usr/share/doc/many/copyright': `${format}${many}`,
        'usr/share/doc/long/copyright': `${format}License: ${'x'.repeat(1000)}\n${' \n'.repeat(40_000)}License: late\n`,
      },
    ],
  });
  expect(valueIn(facts.packages).map(({ licence }) => licence?.split(' AND ').length)).toEqual([16, undefined]);
});
