import { expect, test } from 'vitest';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

/** Names of packages that are for development only. */
async function devOf(layer: TestLayer): Promise<string[]> {
  const { facts } = await factsOf({ layers: [layer] });
  return valueIn(facts.languagePackages)
    .filter(({ dev }) => dev)
    .map(({ name, version }) => `${name} ${version}`);
}
const json = (value: unknown) => JSON.stringify(value);
const npm = (folder: string, name: string, version: string, more = {}): TestLayer => ({
  [`${folder}/node_modules/${name}/package.json`]: json({ name, version, ...more }),
});
const python = (name: string, version: string): TestLayer => ({
  [`usr/lib/python3.12/site-packages/${name}-${version}.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
});
const gem = (name: string, version: string): TestLayer => ({
  [`usr/local/bundle/specifications/${name}-${version}.gemspec`]: `# stub: ${name} ${version} ruby lib\n`,
});

test('npm’s own record and lock files name folders', async () => {
  const installed = { ...npm('app', 'mocha', '10.0.0'), ...npm('app', 'express', '4.0.0') };
  const packages = { '': {}, 'node_modules/mocha': { dev: true }, 'node_modules/express': {} };
  const record = { 'app/node_modules/.package-lock.json': json({ lockfileVersion: 3, packages }) };
  expect(await devOf({ ...installed, ...record })).toEqual(['mocha 10.0.0']);
  expect(await devOf({ ...installed, 'app/package-lock.json': json({ packages }) })).toEqual(['mocha 10.0.0']);
  // The lock file knows better than the list of names: a package that is needed both ways is no more for development alone.
  const both = { '': {}, 'node_modules/mocha': { devOptional: true }, 'node_modules/express': {} };
  const named = { 'app/package.json': json({ devDependencies: { mocha: '10' } }) };
  expect(await devOf({ ...installed, ...named })).toEqual(['mocha 10.0.0']);
  expect(await devOf({ ...installed, ...named, 'app/package-lock.json': json({ packages: both }) })).toEqual([]);
  // A lock file elsewhere speaks of other folders.
  expect(await devOf({ ...installed, 'other/package-lock.json': json({ packages }) })).toEqual([]);
});

test('the lock file of npm 6 nests them', async () => {
  const dependencies = {
    mocha: { version: '8.0.0', dev: true, dependencies: { ms: { version: '2.0.0', dev: true } } },
    ms: { version: '2.1.0' },
  };
  expect(
    await devOf({
      ...npm('app', 'mocha', '8.0.0'),
      ...npm('app', 'ms', '2.1.0'),
      ...npm('app/node_modules/mocha', 'ms', '2.0.0'),
      'app/package-lock.json': json({ dependencies }),
    }),
  ).toEqual(['mocha 8.0.0', 'ms 2.0.0']);
});

test('pnpm’s lock file of versions 5 and 6 marks each package', async () => {
  const store = (name: string, version: string) =>
    npm(`app/node_modules/.pnpm/${name.replace('/', '+')}@${version}`, name, version);
  const lock = [
    "lockfileVersion: '6.0'",
    'devDependencies:',
    '  vite:',
    '    specifier: ^4',
    'packages:',
    '  /vite@4.0.0(less@4):',
    '    resolution: {}',
    '    dev: true',
    '  /@babel/core/7.0.0_x@1:',
    '    dev: true',
    '  /ms@2.0.0:',
    '    dev: false',
    'settings:',
    '  x:',
    '    dev: true',
  ];
  const layer = { ...store('vite', '4.0.0'), ...store('@babel/core', '7.0.0'), ...store('ms', '2.0.0') };
  expect(await devOf({ ...layer, 'app/pnpm-lock.yaml': lock.join('\n') })).toEqual(['@babel/core 7.0.0', 'vite 4.0.0']);
});

test('without a lock file the application’s devDependencies count, unless something else needs them', async () => {
  const layer: TestLayer = {
    'app/package.json': json({
      dependencies: { express: '4' },
      devDependencies: { jest: '29', typescript: '5', ms: '2', gone: '1' },
    }),
    ...npm('app', 'express', '4.0.0', { dependencies: { ms: '2' } }),
    ...npm('app', 'jest', '29.0.0'),
    ...npm('app', 'ms', '2.0.0'),
    'app/packages/one/package.json': json({ dependencies: { typescript: '5' } }),
    ...npm('app', 'typescript', '5.0.0'),
  };
  expect(await devOf(layer)).toEqual(['jest 29.0.0']);
  const linked: TestLayer = {
    'app/package.json': json({ devDependencies: { jest: '29' } }),
    'app/node_modules/jest': { link: '.pnpm/jest@29.0.0/node_modules/jest' },
    ...npm('app/node_modules/.pnpm/jest@29.0.0', 'jest', '29.0.0'),
  };
  expect(await devOf(linked)).toEqual(['jest 29.0.0']);
});

test('Python’s lock files name version and group', async () => {
  const layer = { ...python('pytest', '8.0.0'), ...python('Flask', '3.0.0'), ...python('typing_extensions', '4.0.0') };
  const pipfile = {
    default: { flask: {} },
    develop: { pytest: { version: '==8.0.0' }, Flask: { version: '==3.0.0' } },
  };
  expect(await devOf({ ...layer, 'app/Pipfile.lock': json(pipfile) })).toEqual(['pytest 8.0.0']);
  const poetry = [
    ...['[[package]]', 'name = "flask"', 'version = "3.0.0"', 'groups = ["main", "dev"]', ''],
    ...['[[package]]', 'name = "pytest"', 'version = "8.0.0"', 'groups = ["dev"]', ''],
    ...[
      '[package.dependencies]',
      'name = "flask"',
      '',
      '[[package]]',
      'name = "typing-extensions"',
      'version = "4.0.0"',
    ],
    ...['category = "dev"', '', '[metadata]', 'version = "x"'],
  ].join('\n');
  expect(await devOf({ ...layer, 'app/poetry.lock': poetry })).toEqual(['pytest 8.0.0', 'typing_extensions 4.0.0']);
  // Another version was installed by something else.
  expect(await devOf({ ...python('pytest', '7.0.0'), 'app/poetry.lock': poetry })).toEqual([]);
});

test('bundler’s groups go as far as its lock file says', async () => {
  const gemfile = [
    ...['source "https://rubygems.org"', 'gem "rails"', 'gem "puma", group: :production'],
    ...['group :development, :test do', '  gem "rspec"', '  if ENV["X"]', '    gem "byebug"', '  end', 'end'],
    ...['gem "rubocop", groups: [:development]', 'group :assets do', '  gem "sass"', 'end'],
  ].join('\n');
  const lock = [
    ...[
      'GEM',
      '  remote: https://rubygems.org/',
      '  specs:',
      '    rspec (3.0)',
      '      rspec-core (~> 3)',
      '      rack (>= 1)',
    ],
    ...[
      '    rspec-core (3.1)',
      '    rack (2.0)',
      '    rails (7.0)',
      '      rack',
      '    byebug (11.0)',
      '    rubocop (1.0)',
    ],
    ...['    sass (1.0)', '', 'DEPENDENCIES', '  rspec (9.9)'],
  ].join('\n');
  const gems = { ...gem('rspec', '3.0'), ...gem('rspec-core', '3.1'), ...gem('rack', '2.0'), ...gem('rails', '7.0') };
  const more = { ...gem('byebug', '11.0'), ...gem('rubocop', '1.0'), ...gem('sass', '1.0') };
  const layer = { ...gems, ...more, 'app/Gemfile': gemfile, 'app/Gemfile.lock': lock };
  expect(await devOf(layer)).toEqual(['byebug 11.0', 'rspec 3.0', 'rspec-core 3.1', 'rubocop 1.0']);
});

test('gems built for a platform are locked with it', async () => {
  const built = (name: string, version: string, platform: string): TestLayer => ({
    [`usr/local/bundle/specifications/${name}-${version}-${platform}.gemspec`]: `# stub: ${name} ${version} ${platform} lib\n`,
  });
  const lock = [
    ...['GEM', '  specs:', '    sorbet-static (0.5.1-aarch64-linux)', '    sorbet-static (0.5.1-x86_64-linux)'],
    ...['    sorbet (0.5.1)', '      sorbet-static (= 0.5.1)', '    ffi (1.16.3-x86_64-linux-gnu)'],
  ].join('\n');
  expect(
    await devOf({
      ...built('sorbet-static', '0.5.1', 'x86_64-linux'),
      ...built('ffi', '1.16.3', 'x86_64-linux-gnu'),
      ...gem('sorbet', '0.5.1'),
      'app/Gemfile': 'gem "ffi"\ngem "sorbet", group: :development\n',
      'app/Gemfile.lock': lock,
    }),
  ).toEqual(['sorbet 0.5.1', 'sorbet-static 0.5.1']);
});
