import { describe, expect, test } from 'vitest';
import type { Tool } from '../../src/types/inventory.ts';
import { dpkg } from '../support/dpkg.ts';
import { elf } from '../support/elf.ts';
import { valueIn } from '../support/facts.ts';
import { factsOf, type TestImage } from '../support/image.ts';

const program = { content: elf({}), mode: 0o755 };
const programBytes = elf({}).length;
const size = (bytes: number) => 'x'.repeat(bytes);

async function tools(image: TestImage): Promise<Tool[]> {
  const { facts } = await factsOf(image);
  return valueIn(facts.tools);
}

describe('the tools', () => {
  test('are found on the PATH and where tool chains are kept, and nowhere else', async () => {
    const found = await tools({
      layers: [
        {
          'usr/bin/gcc': program,
          'usr/bin/gcc.conf': 'no program',
          'usr/bin/strace': 'not executable',
          'srv/tools/nmap': program,
          'root/.cargo/bin/rustc': program,
          'usr/lib/jvm/java-21/bin/javac': program,
          'home/app/share/wget': program,
        },
      ],
      container: { env: ['PATH=/srv/tools:/usr/bin'] },
    });
    expect(found.map(({ path }) => path).sort()).toEqual([
      'root/.cargo/bin/rustc',
      'srv/tools/nmap',
      'usr/bin/gcc',
      'usr/lib/jvm/java-21/bin/javac',
    ]);
  });

  test('weigh what is there for them alone, each file once', async () => {
    const found = await tools({
      layers: [
        {
          'usr/local/lib/node_modules/npm/bin/npm-cli.js': { content: size(100), mode: 0o755 },
          'usr/local/lib/node_modules/npm/bin/npx-cli.js': { content: size(50), mode: 0o755 },
          'usr/local/lib/node_modules/npm/lib/npm.js': size(1000),
          'usr/local/lib/node_modules/other/index.js': size(9999),
          'usr/local/bin/npm': { link: '../lib/node_modules/npm/bin/npm-cli.js' },
          'usr/local/bin/npx': { link: '../lib/node_modules/npm/bin/npx-cli.js' },
        },
        {
          'usr/local/bin/pip3': { content: size(10), mode: 0o755 },
          'usr/local/lib/python3.13/site-packages/pip/main.py': size(400),
          'usr/local/lib/python3.13/site-packages/pip-25.0.dist-info/METADATA': size(30),
          'usr/local/lib/python3.13/site-packages/pipeline/main.py': size(7777),
        },
      ],
    });
    expect(found.map(({ name, layer, bytes, home }) => ({ name, layer, bytes, home }))).toEqual([
      { name: 'npm', layer: 0, bytes: 1100, home: 'usr/local/lib/node_modules/npm' },
      { name: 'npx', layer: 0, bytes: 50, home: 'usr/local/lib/node_modules/npm' },
      { name: 'pip3', layer: 1, bytes: 440, home: undefined },
    ]);
  });

  test('of a package weigh their own file: the package weighs the rest', async () => {
    const [npm] = await tools({
      layers: [
        {
          'usr/share/nodejs/npm/bin/npm-cli.js': { content: size(100), mode: 0o755 },
          'usr/share/nodejs/npm/lib/npm.js': size(1000),
          'usr/bin/npm': { link: '../share/nodejs/npm/bin/npm-cli.js' },
          ...dpkg({
            npm: ['/usr/bin/npm', '/usr/share/nodejs/npm/bin/npm-cli.js', '/usr/share/nodejs/npm/lib/npm.js'],
          }),
        },
      ],
    });
    expect(npm).toMatchObject({ package: 'npm', bytes: 100 });
    expect(npm?.home).toBeUndefined();
  });

  test('know the names of a multi-call binary, by link and by hardlink', async () => {
    const found = await tools({
      layers: [
        {
          'bin/busybox': program,
          'bin/nc': { hardlink: 'bin/busybox' },
          'usr/bin/wget': { link: '/bin/busybox' },
          'usr/bin/curl': program,
        },
      ],
    });
    expect(found.map(({ name, applet, bytes }) => [name, applet ?? false, bytes]).sort()).toEqual([
      ['curl', false, programBytes],
      ['nc', true, 0],
      ['wget', true, 0],
    ]);
  });

  test('a .NET host is one only with an SDK beside it', async () => {
    const host = { 'usr/share/dotnet/dotnet': program, 'usr/bin/dotnet': { link: '../share/dotnet/dotnet' } };
    expect(await tools({ layers: [host] })).toEqual([]);
    const [sdk] = await tools({ layers: [host, { 'usr/share/dotnet/sdk/9.0.100/csc.dll': size(500) }] });
    expect(sdk).toMatchObject({ name: 'dotnet', bytes: programBytes + 500 });
  });

  test('a package that is a whole JDK weighs what a JRE leaves out', async () => {
    const paths = ['bin/java', 'bin/javac', 'lib/modules', 'lib/ct.sym', 'jmods/java.base.jmod'];
    const home = 'usr/lib/jvm/temurin-21-jdk-amd64';
    const [javac] = await tools({
      layers: [
        {
          [`${home}/bin/java`]: { content: size(10), mode: 0o755 },
          [`${home}/bin/javac`]: { content: size(20), mode: 0o755 },
          [`${home}/lib/modules`]: size(4000),
          [`${home}/lib/ct.sym`]: size(300),
          [`${home}/jmods/java.base.jmod`]: size(2000),
          ...dpkg({ 'temurin-21-jdk': paths.map((path) => `/${home}/${path}`) }),
        },
      ],
    });
    expect(javac).toMatchObject({ name: 'javac', package: 'temurin-21-jdk', kit: true, bytes: 2320 });
  });

  test('are bounded, whatever a hostile image holds', async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `opt/t${i}/bin/gcc`);
    expect(await tools({ layers: [Object.fromEntries(names.map((name) => [name, program]))] })).toHaveLength(1000);
  });
});
