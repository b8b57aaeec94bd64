import { expect, test } from 'vitest';
import { licenceOf } from '../../../src/report/sbom/licences.ts';

test.each([
  ['MIT AND GPL-2.0-or-later', 'MIT AND GPL-2.0-or-later'],
  [
    'LGPL-2.1-or-later AND (GPL-2.0-or-later OR BSD-3-clause)',
    'LGPL-2.1-or-later AND (GPL-2.0-or-later OR BSD-3-Clause)',
  ],
  ['GPL-2+ and LGPL-2.1+', 'GPL-2.0-or-later AND LGPL-2.1-or-later'],
  ['GPLv3+ or ASL 2.0', 'GPL-3.0-or-later OR Apache-2.0'],
  ['GPL-2', 'GPL-2.0-only'],
  ['GPL-2.0+', 'GPL-2.0-or-later'],
  ['GPL+', 'GPL-1.0-or-later'],
  ['GFDL-1.3+', 'GFDL-1.3-or-later'],
  ['Expat', 'MIT'],
  ['zlib and Boost', 'Zlib AND BSL-1.0'],
  ['Apache License, Version 2.0', 'Apache-2.0'],
  ['GPL-3+ with GCC-exception-3.1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ['Apache-2.0 WITH LLVM-exception OR MIT', 'Apache-2.0 WITH LLVM-exception OR MIT'],
])('%s is %s', (stated, expression) => {
  expect(licenceOf(stated)).toEqual({ stated, expression, extracted: new Map() });
});

test.each([
  ['GPLv2+ and (BSD or MIT)', 'GPL-2.0-or-later AND (LicenseRef-BSD OR MIT)', [['LicenseRef-BSD', 'BSD']]],
  [
    'GPL-2+ with OpenSSL exception and Expat',
    'LicenseRef-GPL-2-with-OpenSSL-exception AND MIT',
    [['LicenseRef-GPL-2-with-OpenSSL-exception', 'GPL-2+ with OpenSSL exception']],
  ],
  ['Public Domain', 'LicenseRef-Public-Domain', [['LicenseRef-Public-Domain', 'Public Domain']]],
  // Neither says how the two go together.
  ['MIT BSD GPL2+', 'LicenseRef-MIT-BSD-GPL2', [['LicenseRef-MIT-BSD-GPL2', 'MIT BSD GPL2+']]],
  ['MIT or', 'LicenseRef-MIT-or', [['LicenseRef-MIT-or', 'MIT or']]],
  ['(((', 'LicenseRef-unnamed', [['LicenseRef-unnamed', '(((']]],
  // A name of a method that every object has.
  ['constructor', 'LicenseRef-constructor', [['LicenseRef-constructor', 'constructor']]],
])('%s is %s, with its own words', (stated, expression, extracted) => {
  expect(licenceOf(stated)).toEqual({ stated, expression, extracted: new Map(extracted as [string, string][]) });
});

test('nothing stated is nothing', () => {
  for (const words of [undefined, '', ' ', 'UNKNOWN', 'NOASSERTION', '(none)'])
    expect(licenceOf(words)).toBeUndefined();
});

test('two wordings of one form do not share a reference', () => {
  expect([...licenceOf('BSD_x and BSD x')!.extracted]).toEqual([
    ['LicenseRef-BSD-x', 'BSD_x'],
    ['LicenseRef-BSD-x-2', 'BSD x'],
  ]);
});

test('hostile words end as one reference, quickly', () => {
  for (const words of [
    '('.repeat(2000),
    'MIT and '.repeat(5000),
    `${'('.repeat(30)}MIT${')'.repeat(30)}`,
    'a with '.repeat(200),
  ])
    expect([...licenceOf(words)!.extracted]).toHaveLength(1);
});
