import { describe, expect, test } from 'vitest';
import { type ReadSetting, readSettings } from '../../src/facts/settings-files.ts';
import type { SettingsReader } from '../../src/types/source-setting.ts';
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

  test('apt.conf: what stands around a comment counts, and text in quotes holds none', () => {
    const text = [
      '/* proxy */ Acquire::AllowInsecureRepositories "true";',
      'A::Trusted "1"; /* b */ B::Trusted /* c */ "2"; // D::Trusted "3";',
      'E::Trusted "a /* b */ // c"; # F::Trusted "4";',
      'G { Trusted "5"; /* {',
      '} */ H::Trusted "6"; /*/ I::Trusted "7"; */ };',
      '#clear J::Trusted "8";',
    ];
    expect(readSettings('apt', text.join('\n')).map(({ l, n, v }) => [l, n, v])).toEqual([
      [1, 'acquire::allowinsecurerepositories', 'true'],
      [2, 'a::trusted', '1'],
      [2, 'b::trusted', '2'],
      [3, 'e::trusted', 'a /* b */ // c'],
      [4, 'g::trusted', '5'],
      [5, 'g::h::trusted', '6'],
    ]);
  });

  test('git: a setting on the line of its section, a comment there, and a bracket in quotes', () => {
    const text = [
      '[http] sslVerify = false',
      '[http "https://h/"]sslVerify=0 ; why',
      '[http "a]\\"b"] sslVerify = no',
      '[http "c"] # none',
      '\tsslVerify = off',
      '[http',
      '[http "d] sslVerify = 1',
    ];
    expect(readSettings('git', text.join('\n'))).toEqual([
      { l: 1, n: 'http.sslverify', v: 'false', o: 'http' },
      { l: 2, n: 'http.sslverify', v: '0', o: 'http "https://h/"' },
      { l: 3, n: 'http.sslverify', v: 'no', o: 'http "a]\\"b"' },
      { l: 5, n: 'http.sslverify', v: 'off', o: 'http "c"' },
    ]);
  });

  const token = 'tok3nAAAA';
  const long = `${token}${'x'.repeat(1500)}`;
  test.each<[SettingsReader, string, Partial<ReadSetting>]>([
    ['git', `[http "https://u:${token}@h/"]\nsslVerify = false\n`, { n: 'http.sslverify', o: 'http "https://h/"' }],
    ['git', `[http.https://u:${token}@h/x]\nsslVerify = false\n`, { n: 'http.https://h/x.sslverify' }],
    ['git', `[http "https://${token}@h/"]\nsslVerify = false\n`, { o: 'http "https://h/"' }],
    ['git', `[http "u:${token}@h"]\nsslVerify = false\n`, { o: 'http "h"' }],
    ['apt-source', `deb [trusted=yes] https://u:${long}@h/x stable main\n`, { a: 'https://h/x', o: 'https://h/x' }],
    ['apt-source', `deb [trusted=yes] https://u:p@ss${token}@h/x stable main\n`, { a: 'https://h/x' }],
    ['apt-source', `deb [trusted=yes] https://u:p/${token}@h:80/x stable main\n`, { a: 'https://h:80/x' }],
    ['apt-source', `deb [trusted=yes] https://u:${token}#p@h/x stable main\n`, { n: 'trusted', v: 'yes' }],
    ['apt-source', `deb [trusted=yes] http://[::1]:80/x stable main\n`, { a: 'http://[::1]:80/x' }],
    ['apt-source', `URIs: https://u:${token}@h/x https://i/\nTrusted: yes\n`, { a: 'https://h/x', o: 'https://h/x' }],
    ['apt-source', `URIs: https://h/x?sig=${token}\nTrusted: yes\n`, { a: 'https://h/x' }],
    ['apt', `Acquire { https { "https://u:${token}@h/" { Verify-Peer "false"; }; }; };\n`, { v: 'false' }],
    ['apt', `APT::Get::Trusted "https://u:${token}@h/";\n`, { v: 'https://h/' }],
    ['rpm-repository', `[https://u:${token}@h/]\ngpgcheck=0\n`, { o: 'https://h/' }],
    ['rpm-repository', `[a]\nbaseurl=https://u:p,${token}@h/,https://i/\ngpgcheck=0\n`, { a: 'https://h/' }],
    ['rpm-repository', `[a]\nbaseurl=https://u:${token.repeat(50)}@h/\ngpgcheck=0\n`, { a: 'https://h/' }],
    ['pacman', `[https://u:${token}@h/]\nSigLevel = Never\n`, { o: 'https://h/', v: 'Never' }],
    ['apk', `--allow-untrusted=https://u:${token}@h/\n`, { v: 'https://h/' }],
    ['npm', `//u:verify-${token}@h/:strict-ssl=false\nstrict-ssl=https://u:${token}@h/\n`, { v: 'https://h/' }],
    ['npm', 'strict-ssl=https://h:8080/@scope/x\n', { v: 'https://h:8080/@scope/x' }],
    ['yarn', `enableStrictSsl: "https://u:${token}@h/"\n`, { v: 'https://h/' }],
    ['pip', `[global]\ntrusted-host = https://u:${token}@h/ u:${token}@i\n`, { v: 'https://h/ i', o: 'global' }],
    ['curl', `insecure = "https://u:${token}@h/"\n`, { v: 'https://h/' }],
    ['wget', `check_certificate = https://u:${token}@h/\n`, { v: 'https://h/' }],
    ['conda', `ssl_verify: https://u:${token}@h/\n`, { v: 'https://h/' }],
    ['gem', `:ssl_verify_mode: https://u:${token}@h/\n`, { v: 'https://h/' }],
  ])('%s: no credential stays (%#)', (reader, text, wanted) => {
    const found = readSettings(reader, text);
    expect(JSON.stringify(found).toLowerCase()).not.toContain(token.slice(0, 4));
    expect(found).toContainEqual(expect.objectContaining(wanted));
  });

  test.each<[SettingsReader, string]>([
    ['npm', `//trusted.example/:_authToken=${token}\n//h.example/verify:_authToken=${token}\n`],
    ['yarn', `//trusted.example/:_authToken ${token}\n@verify:_authToken ${token}\n`],
    ['git', `[http.https://trusted.example/]\nextraHeader = Authorization: Basic ${token}\n`],
    ['git', `[insecure] token = ${token}\n`],
    ['apt', `Acquire { https { trusted.example { Password "${token}"; }; }; };\n`],
    ['apt', `Acquire::https::trusted.example::Password "${token}";\n`],
  ])('%s: a host or section of such a name is no setting of trust (%#)', (reader, text) => {
    expect(readSettings(reader, text)).toEqual([]);
  });

  test.each(['apt-source', 'apt', 'rpm-repository', 'git', 'npm'] as const)(
    '%s: what is hostile ends soon',
    (reader) => {
      const pieces = [' ', ':', '=', '[', '{', '}', '"', 'a', 'deb [', 'a: ', 'a "', '\t', ';', '@', '/', '//a:x'];
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
