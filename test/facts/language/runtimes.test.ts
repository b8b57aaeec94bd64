import { expect, test } from 'vitest';
import { valueIn } from '../../support/facts.ts';
import { factsOf, type TestLayer } from '../../support/image.ts';

const program = (content: string | Uint8Array = '\x7fELF'): { content: string | Uint8Array; mode: number } => ({
  content,
  mode: 0o755,
});

async function runtimesOf(layer: TestLayer) {
  const { facts, status } = await factsOf({ layers: [layer] });
  expect(status).toEqual([]);
  return valueIn(facts.runtimes).map(
    ({ name, version, path, kit }) => `${name} ${version} ${path}${kit ? ' kit' : ''}`,
  );
}

test('of the files that lie beside them', async () => {
  expect(
    await runtimesOf({
      'usr/local/bin/node': program(),
      'usr/local/include/node/node_version.h':
        '#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 11\n#define NODE_PATCH_VERSION 1\n',
      'usr/local/bin/python3.12': program(),
      'usr/local/bin/python3': { link: 'python3.12' },
      'usr/local/include/python3.12/patchlevel.h': '#define PY_VERSION      \t"3.12.1"\n',
      'opt/jdk/release': 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n',
      'opt/jdk/bin/java': program(),
      'opt/jdk/bin/javac': program(),
      'opt/jre/release': 'JAVA_VERSION="1.8.0_392"\n',
      'opt/jre/bin/java': program(),
      'usr/local/bin/ruby': program(),
      'usr/local/lib/ruby/3.2.0/x86_64-linux/rbconfig.rb':
        'CONFIG["MAJOR"] = "3"\n  CONFIG["MINOR"] = "2"\n  CONFIG["TEENY"] = "2"\n',
      'usr/local/bin/php': program(),
      'usr/local/sbin/php-fpm': program(),
      'usr/local/include/php/main/php_version.h': '#define PHP_VERSION "8.2.14"\n',
      'usr/local/go/VERSION': 'go1.21.5\ntime 2023-11-29T21:21:46Z\n',
      'usr/local/go/bin/go': program(),
      'usr/local/rustup/toolchains/stable/bin/rustc': program(),
      'usr/local/rustup/toolchains/stable/lib/rustlib/multirust-channel-manifest.toml':
        '[pkg.cargo]\nversion = "0.76.0 (x)"\n[pkg.rustc]\nversion = "1.75.0 (82e1608df 2023-12-21)"\n',
      'usr/share/dotnet/dotnet': program(),
      'usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json': '{}',
      'usr/share/dotnet/sdk/8.0.101/dotnet.dll': 'MZ',
      'usr/local/lib/erlang/releases/26/OTP_VERSION': '26.2.1\n',
      'usr/local/lib/erlang/bin/erl': program(),
      'usr/local/bin/perl': program(),
      'usr/local/lib/perl5/5.38.2/x86_64-linux-gnu/Config.pm': "  version => '5.38.2'\n",
    }),
  ).toEqual([
    'dotnet 8.0.1 usr/share/dotnet/dotnet',
    'dotnet 8.0.101 usr/share/dotnet/dotnet kit',
    'erlang 26.2.1 usr/local/lib/erlang/bin/erl',
    'go 1.21.5 usr/local/go/bin/go kit',
    'java 17.0.9 opt/jdk/bin/java kit',
    'java 1.8.0_392 opt/jre/bin/java',
    'node 20.11.1 usr/local/bin/node',
    'perl 5.38.2 usr/local/bin/perl',
    'php 8.2.14 usr/local/bin/php',
    'php 8.2.14 usr/local/sbin/php-fpm',
    'python 3.12.1 usr/local/bin/python3.12',
    'ruby 3.2.2 usr/local/bin/ruby',
    'rust 1.75.0 usr/local/rustup/toolchains/stable/bin/rustc kit',
  ]);
});

test('a file without its program is no runtime', async () => {
  expect(
    await runtimesOf({
      'usr/include/python3.12/patchlevel.h': '#define PY_VERSION "3.12.1"\n',
      'usr/bin/python3.11': program(),
      'app/release': 'JAVA_VERSION="17"\n',
      'app/VERSION': 'go1.20\n',
    }),
  ).toEqual(['python 3.11 usr/bin/python3.11']);
});

test('of the words in a program, wherever chunks cut them', async () => {
  const words = 'https://nodejs.org/download/release/v18.20.4/node-v18.20.4.tar.gz';
  for (const at of [0, 65_530, 262_130, 1_000_000]) {
    const bytes = Buffer.alloc(1_500_000);
    bytes.write(words, at);
    bytes.write('nodejs.org/download/release/vNEXT', 0 < at ? 0 : 100);
    expect(
      await runtimesOf({ 'nodejs/bin/node': program(bytes), 'usr/bin/node': { link: '/nodejs/bin/node' } }),
    ).toEqual(['node 18.20.4 nodejs/bin/node']);
  }
});

test('of the package that owns them', async () => {
  const { facts } = await factsOf({
    layers: [
      {
        'lib/apk/db/installed': 'C:Q1x\nP:nodejs\nV:20.11.1-r0\nA:x86_64\nF:usr/bin\nR:node\n\n',
        'usr/bin/node': program(),
      },
    ],
  });
  expect(facts.runtimes).toMatchObject({ value: [{ name: 'node', version: '20.11.1', package: 'nodejs' }] });
});

test('a perl that nothing tells the version of has none, beside whatever Python', async () => {
  const layer: TestLayer = { 'usr/bin/perl': program(), 'usr/lib/python3.11/os.py': 'x' };
  expect(await runtimesOf(layer)).toEqual(['perl  usr/bin/perl']);
  expect(await runtimesOf({ ...layer, 'usr/bin/python': program() })).toEqual([
    'perl  usr/bin/perl',
    'python 3.11 usr/bin/python',
  ]);
});
