/** Databases that rpm itself writes on this machine, against what rpm itself says of them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPackages } from '../../../src/facts/packages.ts';
import type { RpmRows } from '../../../src/facts/rpm/rows.ts';
import { sumIndex } from '../../../src/facts/secrets/package-sums.ts';
import { renderCycloneDx } from '../../../src/report/sbom/cyclonedx.ts';
import { renderSpdx } from '../../../src/report/sbom/spdx.ts';
import { baseline } from '../../../src/rules/baseline.ts';
import { sbomOf } from '../../../src/sbom.ts';
import { type CycloneDx, cycloneDxProblems, spdxProblems } from '../../report/sbom/validate.ts';
import { assemble, contextOf, recordOf } from '../../support/image.ts';
import { collect, read } from './read.ts';

const has = (tool: string, option = '--version') => spawnSync(tool, [option], { stdio: 'ignore' }).status === 0;
const tools = { rpm: has('rpm') && has('rpmbuild'), sqlite: has('sqlite3'), load: has('db5.3_load', '-V') };
if (!tools.rpm) console.warn('rpm and rpmbuild are not installed: the tests with live databases are skipped');

const spec = `
Name: alpha
Version: 1.2~rc1
Release: 3
Epoch: 2
Summary: a
License: MIT and (BSD or GPLv2+)
Vendor: Example <packages@example.org>
BuildArch: noarch
%description
x
%package tools
Summary: b
Epoch: 0
Requires: alpha
%description tools
x
%package none
Summary: c
%description none
x
%package large
Summary: d
%description large
x
%prep
%build
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/doc/alpha %{buildroot}/etc/alpha.d %{buildroot}/usr/share/large
echo a > %{buildroot}/usr/bin/alpha
ln -s alpha %{buildroot}/usr/bin/link
ln %{buildroot}/usr/bin/alpha %{buildroot}/usr/bin/hard
echo d > %{buildroot}/usr/share/doc/alpha/readme
echo t > "%{buildroot}/usr/bin/tool with blank-ä"
for i in $(seq 1 900); do : > %{buildroot}/usr/share/large/file-with-a-rather-long-name-$i; done
%files
/usr/bin/alpha
/usr/bin/link
/usr/bin/hard
%dir /etc/alpha.d
%doc /usr/share/doc/alpha/readme
%ghost /var/log/alpha.log
%files tools
"/usr/bin/tool with blank-ä"
%files none
%files large
/usr/share/large
`;

describe.skipIf(!tools.rpm)('a live rpm database', () => {
  let dir: string;
  let packages: string[];
  const rpm = (database: string, ...args: string[]) => {
    const ran = spawnSync('rpm', ['--dbpath', database, '--define', '_topdir /nonexistent', ...args], {
      encoding: 'utf8',
    });
    if (ran.status !== 0) throw new Error(`rpm ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };
  const install = (database: string, files: string[]) =>
    rpm(database, '-i', '--justdb', '--nodeps', '--nosignature', '--ignorearch', ...files);
  /** What rpm says, in the form of `ours`. */
  const listed = (database: string) => {
    const format = '%{NAME}|%{EVR}|%{ARCH}|%{SOURCERPM}|%{LICENSE}|%{VENDOR}\\n';
    return rpm(database, '-qa', '--qf', format).trim().split('\n').sort();
  };
  const filesOf = (database: string) => {
    const format = '[%{FILEMODES:perms} %{FILESTATES} %{=NAME} %{FILENAMES}\\n]';
    return rpm(database, '-qa', '--qf', format)
      .split('\n')
      .filter((line) => line && !line.startsWith('d'))
      .map((line) => /^\S+ 0 (\S+) \/(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, name, path]) => `${name} ${path}`)
      .sort();
  };
  const ours = ({ rows }: RpmRows) => rows.map((row) => [row.n, row.v, row.a, row.s, row.l, row.d].join('|')).sort();
  const ourFiles = ({ rows }: RpmRows) =>
    rows
      .flatMap(({ n, f }) =>
        (f ?? '')
          .split('\n')
          .filter(Boolean)
          .map((path) => `${n} ${path}`),
      )
      .sort();
  const readFrom = (database: string) =>
    read(
      'rpmdb.sqlite',
      readFileSync(join(database, 'rpmdb.sqlite')),
      existsSync(join(database, 'rpmdb.sqlite-wal')) ? readFileSync(join(database, 'rpmdb.sqlite-wal')) : undefined,
    );

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tare-rpm-'));
    writeFileSync(join(dir, 'alpha.spec'), spec);
    const built = spawnSync('rpmbuild', ['-bb', '--define', `_topdir ${dir}/top`, join(dir, 'alpha.spec')], {
      encoding: 'utf8',
      // It opens the database of whoever builds.
      env: { ...process.env, HOME: dir },
    });
    if (built.status !== 0) throw new Error(built.stderr);
    packages = ['alpha', 'alpha-tools', 'alpha-none', 'alpha-large'].map((name) =>
      join(dir, 'top/RPMS/noarch', `${name}-1.2~rc1-3.noarch.rpm`),
    );
  }, 60_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('of SQLite gives the packages and files of rpm -qa', () => {
    const database = join(dir, 'plain');
    install(database, packages);
    const found = readFrom(database);
    expect(found).toEqual({ kind: 'rows', rows: expect.anything() });
    expect(found.rows.map(({ n, v }) => `${n} ${v}`).sort()).toEqual([
      'alpha 2:1.2~rc1-3',
      'alpha-large 2:1.2~rc1-3',
      'alpha-none 2:1.2~rc1-3',
      'alpha-tools 0:1.2~rc1-3',
    ]);
    expect(ours(found)).toEqual(listed(database));
    expect(ourFiles(found)).toEqual(filesOf(database));
    expect(ourFiles(found)).toContain('alpha-tools usr/bin/tool with blank-ä');
  });

  test('gives a bill of materials of the packages of rpm -qa', async () => {
    const root = join(dir, 'bill');
    install(join(root, 'var/lib/rpm'), packages);
    const layer = spawnSync('tar', ['-C', root, '-cf', '-', '.'], { maxBuffer: 64 << 20 }).stdout;
    const image = assemble([await recordOf(layer)]);
    const { input } = sbomOf(image, [], { version: '0', asOf: '2026-11-23', ruleset: baseline() });
    const format = '%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{LICENSE}\\n';
    const installed = rpm(join(root, 'var/lib/rpm'), '-qa', '--qf', format).trim().split('\n').sort();
    expect(installed).toHaveLength(4);
    const bom = renderCycloneDx(input);
    const spdx = renderSpdx(input);
    expect([...cycloneDxProblems(bom), ...spdxProblems(spdx)]).toEqual([]);
    const { components } = JSON.parse(bom) as CycloneDx;
    const packagesOf = components.filter(({ purl }) => purl?.startsWith('pkg:rpm/'));
    const licence = ({ licenses = [] }: CycloneDx['components'][number]) => licenses[0]?.license?.name;
    expect(packagesOf.map((item) => `${item.name}|${item.version}|${licence(item)}`).sort()).toEqual(installed);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'in a root filesystem names the owner of each file as rpm -qf does',
    async () => {
      const root = join(dir, 'root');
      mkdirSync(root);
      const inRoot = (...args: string[]) =>
        spawnSync('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', ...args], { encoding: 'utf8' });
      const ran = inRoot(
        '-i',
        '--nodeps',
        '--nosignature',
        '--ignorearch',
        '--noplugins',
        '--excludedocs',
        ...packages,
      );
      expect(ran.status, ran.stderr).toBe(0);
      writeFileSync(join(root, 'usr/bin/stray'), 'x');
      const layer = spawnSync('tar', ['-C', root, '-cf', '-', '.'], { maxBuffer: 64 << 20 }).stdout;
      const image = assemble([await recordOf(layer)]);
      const evidence = readPackages(contextOf(image), undefined);
      const paths = evidence.files.map(({ node }) => node.path).filter((path) => path.startsWith('usr/'));
      expect(paths.length).toBeGreaterThan(900);
      const owned = paths.filter((path) => path !== 'usr/bin/stray');
      const asked = inRoot('-qf', '--qf', '%{NAME}\\n', ...owned.map((path) => `/${path}`));
      expect(owned.map((path) => evidence.ownerOf(path))).toEqual(asked.stdout.trim().split('\n'));
      expect(inRoot('-qf', '/usr/bin/stray').status).toBe(1);
      expect([paths.length - owned.length, evidence.ownerOf('usr/bin/stray')]).toEqual([1, undefined]);
      const sizes = Object.fromEntries(evidence.packages.map(({ name, size }) => [name, size]));
      // Two names of one file of two bytes; documentation was left out.
      expect(sizes).toEqual({ alpha: 2, 'alpha-tools': 2, 'alpha-none': 0, 'alpha-large': 0 });
      // What rpm keeps of each file tells an unchanged one from any other.
      const answer = sumIndex(contextOf(image));
      const sumsOf = (bytes: Buffer) =>
        ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(bytes).digest('hex').slice(0, 16)) as [
          string,
          string,
          string,
        ];
      const content = readFileSync(join(root, 'usr/bin/alpha'));
      expect(answer('usr/bin/alpha', sumsOf(content))).toBe('same');
      expect(answer('usr/bin/alpha', sumsOf(Buffer.concat([content, content])))).toBe('changed');
      expect(answer('usr/bin/stray', sumsOf(content))).toBeUndefined();
    },
  );

  test.skipIf(!tools.sqlite)('of SQLite counts what only its log holds', () => {
    const database = join(dir, 'log');
    const full = join(dir, 'log-source');
    const copy = join(dir, 'log-copy');
    install(database, packages.slice(0, 2));
    install(full, packages);
    mkdirSync(copy);
    const add = (name: string) =>
      `INSERT INTO Packages(blob) SELECT blob FROM full.Packages WHERE hnum = (SELECT hnum FROM full.Name WHERE key = '${name}');`;
    const script = [
      `ATTACH '${full}/rpmdb.sqlite' AS full;`,
      'PRAGMA wal_autocheckpoint=0;',
      add('alpha-large'),
      "DELETE FROM Packages WHERE hnum = (SELECT hnum FROM Name WHERE key = 'alpha-tools');",
      add('alpha-none'),
      'BEGIN;',
      add('alpha-tools'),
      // More than the cache holds, so that frames without a commit reach the log.
      'PRAGMA cache_size=2;',
      'INSERT INTO Packages(blob) SELECT blob FROM full.Packages;',
      `.shell cp ${database}/rpmdb.sqlite ${database}/rpmdb.sqlite-wal ${copy}`,
      'ROLLBACK;',
    ].join('\n');
    spawnSync('sqlite3', [join(database, 'rpmdb.sqlite')], { input: script, encoding: 'utf8' });
    const log = readFileSync(join(copy, 'rpmdb.sqlite-wal'));
    const file = readFileSync(join(copy, 'rpmdb.sqlite'));
    expect(log.length).toBeGreaterThan(100_000);
    expect(read('rpmdb.sqlite', file).rows.map(({ n }) => n)).toEqual(['alpha', 'alpha-tools']);
    const joined = read('rpmdb.sqlite', file, log, 5000);
    expect(joined).toEqual({ kind: 'rows', rows: expect.anything() });
    expect(joined.rows.map(({ n }) => n)).toEqual(['alpha', 'alpha-large', 'alpha-none']);
    // A wrong byte ends the log before the commit that it belongs to; so does its end.
    const broken = Buffer.from(log);
    broken[32 + 24 + 4000]! ^= 1;
    expect(read('rpmdb.sqlite', file, broken)).toEqual(read('rpmdb.sqlite', file));
    expect(read('rpmdb.sqlite', file, log.subarray(0, 5000))).toEqual(read('rpmdb.sqlite', file));
    // rpm copies the log into the database, so it is asked last.
    expect(ours(joined)).toEqual(listed(copy));
    expect(ourFiles(joined)).toEqual(filesOf(copy));
  });

  test.skipIf(!tools.sqlite)('of SQLite without one row that the log changed keeps the rest', () => {
    const database = join(dir, 'neighbour');
    install(database, packages);
    const copy = join(dir, 'neighbour-copy');
    mkdirSync(copy);
    // The small header lies on the page itself: only the page changes, the long neighbours’ own pages do not.
    const script = [
      'PRAGMA wal_autocheckpoint=0;',
      "DELETE FROM Packages WHERE hnum = (SELECT hnum FROM Name WHERE key = 'alpha-none');",
      `.shell cp ${database}/rpmdb.sqlite ${database}/rpmdb.sqlite-wal ${copy}`,
    ].join('\n');
    spawnSync('sqlite3', [join(database, 'rpmdb.sqlite')], { input: script, encoding: 'utf8' });
    const part = collect('rpmdb.sqlite-wal', readFileSync(join(copy, 'rpmdb.sqlite-wal')));
    // The log holds no header of the large package, only its place.
    expect(part.kind === 'wal' && part.leaves.flatMap(([, cells]) => cells.map((cell) => cell[3]))).toContain(-1);
    const joined = readFrom(copy);
    expect(joined.rows.map(({ n }) => n).sort()).toEqual(['alpha', 'alpha-large', 'alpha-tools']);
    expect(ourFiles(joined)).toEqual(filesOf(copy).filter((line) => !line.startsWith('alpha-none ')));
  });

  test.skipIf(!tools.load || !tools.sqlite)(
    'of Berkeley DB gives the packages of the same headers, in both byte orders',
    () => {
      const database = join(dir, 'source');
      install(database, packages);
      const rows = spawnSync(
        'sqlite3',
        [join(database, 'rpmdb.sqlite'), 'SELECT hnum, lower(hex(blob)) FROM Packages'],
        {
          encoding: 'utf8',
          maxBuffer: 64 << 20,
        },
      );
      const headers = rows.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('|') as [string, string]);
      const expected = readFrom(database);
      for (const order of [1234, 4321]) {
        for (const size of [512, 4096, 65_536]) {
          const number = (value: number) => {
            const bytes = Buffer.alloc(4);
            if (order === 1234) bytes.writeUInt32LE(value);
            else bytes.writeUInt32BE(value);
            return bytes.toString('hex');
          };
          const dump = [
            'VERSION=3',
            'format=bytevalue',
            'type=hash',
            `db_pagesize=${size}`,
            'HEADER=END',
            ...[[number(0), number(headers.length)], ...headers.map(([id, hex]) => [number(Number(id)), hex])]
              .flat()
              .map((line) => ` ${line}`),
            'DATA=END',
            '',
          ].join('\n');
          const file = join(dir, `Packages-${order}-${size}`);
          const loaded = spawnSync('db5.3_load', ['-c', `db_lorder=${order}`, file], { input: dump, encoding: 'utf8' });
          expect(loaded.stderr).toBe('');
          const found = read('Packages', readFileSync(file));
          expect(found).toEqual({ kind: 'rows', rows: expect.anything() });
          expect(ours(found)).toEqual(ours(expected));
          expect(ourFiles(found)).toEqual(ourFiles(expected));
        }
      }
      const folder = join(dir, 'bdb');
      mkdirSync(folder);
      cpSync(join(dir, 'Packages-1234-4096'), join(folder, 'Packages'));
      expect(ours(read('Packages', readFileSync(join(folder, 'Packages'))))).toEqual(
        rpm(
          folder,
          '--define',
          '_db_backend bdb_ro',
          '-qa',
          '--qf',
          '%{NAME}|%{EVR}|%{ARCH}|%{SOURCERPM}|%{LICENSE}|%{VENDOR}\\n',
        )
          .trim()
          .split('\n')
          .sort(),
      );
    },
  );
});
