import { expect, test } from 'vitest';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

async function packagesOf(...layers: TestLayer[]) {
  const { facts, status } = await factsOf({ layers });
  expect(status).toEqual([]);
  return valueIn(facts.languagePackages);
}
const json = (value: unknown) => JSON.stringify(value);
const brief = (list: Awaited<ReturnType<typeof packagesOf>>) =>
  list.map(({ type, name, version, dev }) => `${type} ${name} ${version}${dev ? ' dev' : ''}`);

test('npm packages have their folder’s bytes without those of packages inside, and their layer', async () => {
  const found = await packagesOf(
    { 'app/node_modules/@acme/tool/package.json': json({ name: '@acme/tool', version: '1.0.0', license: 'MIT' }) },
    {
      'app/node_modules/a/package.json': json({ name: 'a', version: '2.0.0', license: { type: 'ISC' } }),
      'app/node_modules/a/lib.js': 'x'.repeat(100),
      'app/node_modules/a/node_modules/b/package.json': json({
        name: 'b',
        version: '3.0.0',
        licenses: [{ type: 'MIT' }, 'X'],
      }),
      // A package's own tests, an application, and what is no manifest.
      'app/node_modules/a/test/package.json': json({ name: 'fixture', version: '1.0.0' }),
      'app/package.json': json({ name: 'app', version: '9.0.0' }),
      'app/node_modules/c/package.json': json({ name: 'c' }),
      'app/node_modules/d/package.json': '{"name":',
    },
  );
  expect(found).toMatchObject([
    {
      name: '@acme/tool',
      purl: 'pkg:npm/%40acme/tool@1.0.0',
      licence: 'MIT',
      layer: 0,
      location: 'app/node_modules/@acme/tool/package.json',
    },
    { name: 'a', layer: 1, licence: 'ISC', size: 100 + 53 + 38 },
    { name: 'b', location: 'app/node_modules/a/node_modules/b/package.json', licence: 'MIT OR X' },
  ]);
});

test('a package that a later layer replaces or removes is not there any more', async () => {
  const at = 'usr/local/lib/node_modules/npm/package.json';
  const older = { [at]: json({ name: 'npm', version: '9.0.0' }) };
  expect(brief(await packagesOf(older, { [at]: json({ name: 'npm', version: '10.0.0' }) }))).toEqual([
    'npm npm 10.0.0',
  ]);
  expect(await packagesOf(older, { 'usr/local/lib/node_modules/.wh.npm': '' })).toEqual([]);
});

test('Python packages by METADATA, PKG-INFO and a single egg-info file', async () => {
  const site = 'usr/local/lib/python3.12/site-packages';
  const found = await packagesOf({
    [`${site}/Flask_Login-1.0.dist-info/METADATA`]:
      'Metadata-Version: 2.4\r\nName: Flask_Login\r\nVersion: 1.0\r\nLicense-Expression: MIT\r\nLicense: something else\r\n\r\nName: other\r\n',
    [`${site}/Flask_Login-1.0.dist-info/RECORD`]:
      'flask_login/__init__.py,sha256=x,120\nflask_login/x.pyc,,\n"a,b.py",sha256=y,30\n',
    [`${site}/old.egg-info/PKG-INFO`]:
      'Name: old\nVersion: 0.1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: BSD License\n',
    'usr/lib/python3/dist-packages/single-2.0.egg-info': 'Name: single\nVersion: 2.0\n',
    [`${site}/broken.dist-info/METADATA`]: 'Name: broken\n',
    'usr/lib/python2.7/lib-dynload/Python-2.7.18.egg-info': 'Name: Python\nVersion: 2.7.18\n',
  });
  expect(found).toMatchObject([
    { name: 'Flask_Login', version: '1.0', purl: 'pkg:pypi/flask-login@1.0', licence: 'MIT', size: 150 },
    { name: 'old', version: '0.1', licence: 'BSD License' },
    { name: 'single', version: '2.0', size: 0 },
  ]);
});

test('gems by what their specification says, without running it', async () => {
  const at = 'usr/local/bundle/specifications';
  const found = await packagesOf({
    [`${at}/nokogiri-1.15.0-x86_64-linux.gemspec`]:
      '# stub: nokogiri 1.15.0 x86_64-linux lib\nGem::Specification.new do |s|\n  s.name = "nokogiri".freeze\n  s.version = "1.15.0"\n  s.platform = "x86_64-linux".freeze\n  s.licenses = ["MIT".freeze, "Ruby".freeze]\n',
    'usr/local/bundle/gems/nokogiri-1.15.0-x86_64-linux/lib/n.rb': 'x'.repeat(77),
    [`${at}/default/json-2.6.gemspec`]:
      "Gem::Specification.new { |s|\n s.name = 'json'\n s.version = Gem::Version.new('2.6')\n}\n",
    [`${at}/stub.gemspec`]: '# stub: stub 3.0 ruby lib\nGem::Specification.new do |s|\n s.version = VERSION\n',
    [`${at}/code.gemspec`]: 'Gem::Specification.new do |s|\n s.name = "code"\n s.version = "#{1 + 1}"\n',
    'app/own.gemspec': '# stub: own 1.0 ruby lib\n',
  });
  expect(found).toMatchObject([
    { name: 'json', version: '2.6', purl: 'pkg:gem/json@2.6' },
    {
      name: 'nokogiri',
      purl: 'pkg:gem/nokogiri@1.15.0?platform=x86_64-linux',
      licence: 'MIT OR Ruby',
      size: 77,
    },
    { name: 'stub', version: '3.0' },
  ]);
  expect(found).toHaveLength(3);
});

test('composer’s list, with what it marks as for development', async () => {
  const packages = [
    { name: 'acme/lib', version: 'v1.2.0', license: ['MIT', 'GPL-2.0-only'] },
    { name: 'PHPUnit/PHPUnit', version: '10.0.0' },
    { name: 3 },
  ];
  const found = await packagesOf({
    'app/vendor/composer/installed.json': json({ packages, dev: true, 'dev-package-names': ['PHPUnit/PHPUnit'] }),
    'app/vendor/acme/lib/a.php': 'x'.repeat(12),
    'old/vendor/composer/installed.json': json([{ name: 'acme/old', version: '1' }]),
  });
  expect(found).toMatchObject([
    { name: 'PHPUnit/PHPUnit', purl: 'pkg:composer/phpunit/phpunit@10.0.0', dev: true },
    { name: 'acme/lib', version: 'v1.2.0', licence: 'MIT OR GPL-2.0-only', size: 12 },
    { name: 'acme/old' },
  ]);
});

test('.NET libraries that are packages', async () => {
  const libraries = {
    'App/1.0.0': { type: 'project' },
    'Newtonsoft.Json/13.0.1': { type: 'package' },
    'noversion/': { type: 'package' },
    __proto__x: { type: 'package' },
  };
  expect(brief(await packagesOf({ 'app/App.deps.json': json({ libraries }) }))).toEqual([
    'nuget Newtonsoft.Json 13.0.1',
  ]);
});

test('what lies outside of every reader’s bounds is said to be missing', async () => {
  const { facts, status } = await factsOf({
    layers: [{ 'app/node_modules/a/package.json': `{"name":"a","version":"1.0.0","x":"${'y'.repeat(1 << 20)}"}` }],
  });
  expect(facts.languagePackages).toMatchObject({ known: true, value: [] });
  expect(status).toMatchObject([{ part: 'language-packages', level: 'warning' }]);
});

test('names that lead out of their folder measure nothing, and packages within packages count in both', async () => {
  const packages = [
    { name: '../../..', version: '1' },
    { name: 'acme', version: '1' },
    { name: 'acme/lib', version: '1' },
  ];
  const found = await packagesOf({
    'app/vendor/composer/installed.json': json({ packages }),
    'app/vendor/acme/lib/a.php': 'x'.repeat(12),
    'app/vendor/acme/lib/src/b.php': 'x'.repeat(5),
    'app/vendor/acme/c.php': 'x'.repeat(3),
    'usr/share/gems/specifications/out.gemspec': '# stub: a/../../x 1.0 ruby lib\n',
    'usr/share/x-1.0/file': 'x',
    'usr/share/gems/gems/a/b': 'x',
    'srv/big': 'x'.repeat(1000),
  });
  expect(found.map(({ name, size }) => [name, size])).toEqual([
    ['../../..', 0],
    ['acme', 20],
    ['acme/lib', 17],
    ['a/../../x', 0],
  ]);
});
