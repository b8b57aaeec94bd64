import { describe, expect, test } from 'vitest';
import { readSettings } from '../../src/facts/settings-files.ts';
import { factsOf } from '../support/image.ts';

describe('settings of package sources', () => {
  test('only those of signatures and certificates are kept, with the source that they hold for', () => {
    expect(
      readSettings('npm', '//registry.example.com/:_authToken=secret\nstrict-ssl = "false"\n; strict-ssl=true\n'),
    ).toEqual([{ l: 2, n: 'strict-ssl', v: 'false' }]);
    expect(
      readSettings('apt-source', 'deb [ arch=amd64 trusted=yes ] https://me:pw@a.example/x stable main\n'),
    ).toEqual([{ l: 1, n: 'trusted', v: 'yes', o: 'https://a.example/x', a: 'https://a.example/x' }]);
    expect(
      readSettings(
        'rpm-repository',
        '[a]\nbaseurl=https://a.example/\ngpgcheck=0\npassword=x\n[b]\nenabled=0\ngpgcheck=0\n',
      ),
    ).toEqual([{ l: 3, n: 'gpgcheck', v: '0', o: 'a', a: 'https://a.example/' }]);
  });

  test('a stanza without an address of its own takes none of its neighbour', () => {
    const text = 'Types: deb\nURIs: file:/srv\nTrusted: yes\n\nTypes: deb\nTrusted: yes\n';
    expect(readSettings('apt-source', text).map(({ l, a }) => [l, a])).toEqual([
      [3, 'file:/srv'],
      [6, undefined],
    ]);
  });

  test('apt.conf in both of its forms', () => {
    const text =
      'Acquire::https::Verify-Peer "false";\nAcquire { https { Verify-Host "false"; }; };\n/* x\n*/ APT::Get::AllowUnauthenticated true;\n';
    expect(readSettings('apt', text).map(({ n, v }) => `${n}=${v}`)).toEqual([
      'acquire::https::verify-peer=false',
      'acquire::https::verify-host=false',
      'apt::get::allowunauthenticated=true',
    ]);
  });

  test.each(['apt-source', 'apt', 'rpm-repository', 'git', 'npm'] as const)(
    '%s: what is hostile ends soon',
    (reader) => {
      const pieces = [' ', ':', '=', '[', '{', '}', '"', 'a', 'deb [', 'a: ', 'a "', '\t', ';', '@', '/'];
      for (const piece of pieces) {
        for (const text of [
          piece.repeat(30_000),
          `a${piece.repeat(1000)}"\n`.repeat(60),
          `a ${piece.repeat(900)}x"y\n`.repeat(60),
        ])
          expect(readSettings(reader, text).length).toBeLessThanOrEqual(200);
      }
    },
  );

  test('a file that a later layer replaces no longer counts', async () => {
    const path = 'root/.npmrc';
    const { facts } = await factsOf({ layers: [{ [path]: 'strict-ssl=false\n' }, { [path]: 'strict-ssl=true\n' }] });
    expect(facts.sourceSettings).toMatchObject({ known: true, value: [{ path, layer: 1, value: 'true', line: 1 }] });
  });
});
