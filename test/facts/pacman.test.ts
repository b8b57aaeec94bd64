import { describe, expect, test } from 'vitest';
import { factsOf } from '../support/image.ts';

const desc = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, value]) => `%${key}%\n${value}\n\n`)
    .join('');
const local = 'var/lib/pacman/local';

describe('packages of pacman', () => {
  test('come with version, base, licences, packager and the files they own', async () => {
    const { facts, status } = await factsOf({
      layers: [
        {
          'etc/os-release': 'ID=arch\n',
          'usr/bin/bash': 'x'.repeat(30),
          'usr/bin/stray': 'x',
          [`${local}/ALPM_DB_VERSION`]: '9\n',
          [`${local}/bash-5.2.037-1/desc`]: desc({
            NAME: 'bash',
            VERSION: '1:5.2.037-1',
            BASE: 'bash',
            DESC: 'The GNU Bourne Again shell\n%NAME%',
            ARCH: 'x86_64',
            PACKAGER: 'A Packager <a@example.org>',
            LICENSE: 'GPL-3.0-or-later\nMIT',
          }),
          [`${local}/bash-5.2.037-1/files`]:
            '%FILES%\netc/\nusr/\nusr/bin/\nusr/bin/bash\n\n%BACKUP%\netc/bash.bashrc\t026cca94\n',
          [`${local}/bash-5.2.037-1/mtree`]: 'x',
          [`${local}/gcc-libs-14-1/desc`]: desc({ NAME: 'gcc-libs', VERSION: '14-1', BASE: 'gcc', ARCH: 'x86_64' }),
          [`${local}/broken-1-1/desc`]: desc({ NAME: 'broken' }),
        },
      ],
    });
    expect(facts.packages).toMatchObject({
      known: true,
      value: [
        {
          name: 'bash',
          version: '1:5.2.037-1',
          type: 'alpm',
          arch: 'x86_64',
          licence: 'GPL-3.0-or-later AND MIT',
          vendor: 'A Packager <a@example.org>',
          size: 30,
          layer: 0,
          purl: 'pkg:alpm/arch/bash@1:5.2.037-1?arch=x86_64&distro=arch',
        },
        { name: 'gcc-libs', source: 'gcc' },
      ],
    });
    expect(facts.packages.known && facts.packages.value[0]!.source).toBeUndefined();
    expect(facts.packageDatabases).toMatchObject({ value: [{ type: 'pacman', path: local, packages: 2 }] });
    expect(facts.osFootprint).toMatchObject({ known: true, value: { packages: 2, ownedBytes: 30 } });
    expect(status).toContainEqual(
      expect.objectContaining({ message: `${local} has 1 package without a name or version, left out` }),
    );
  });

  test('carry the layer that brought their version; those that were removed are gone', async () => {
    const { facts } = await factsOf({
      layers: [
        {
          [`${local}/a-1-1/desc`]: desc({ NAME: 'a', VERSION: '1-1' }),
          [`${local}/b-1-1/desc`]: desc({ NAME: 'b', VERSION: '1-1' }),
        },
        {
          [`${local}/.wh.b-1-1`]: '',
          [`${local}/a-1-1/desc`]: desc({ NAME: 'a', VERSION: '1-1', REASON: '1' }),
          [`${local}/c-1-1/desc`]: desc({ NAME: 'c', VERSION: '1-1' }),
        },
      ],
    });
    expect(facts.packages.known && facts.packages.value.map(({ name, layer }) => [name, layer])).toEqual([
      ['a', 0],
      ['c', 1],
    ]);
  });
});
