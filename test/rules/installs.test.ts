/** What is installed and what is left, by the facts of a real Dockerfile. */
import { describe, expect, it } from 'vitest';
import { judgeDockerfile } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import { hasOption, operands, optionValue } from '../../src/rules/commands.ts';
import { packageCommands, packagesLeft } from '../../src/rules/installs.ts';
import { dockerfileOptions } from '../../src/rules/option-table.ts';
import { wildcard } from '../../src/rules/wild.ts';

async function facts(text: string) {
  const judged = await judgeDockerfile(text, 'Dockerfile', {
    asOf: '2026-11-01',
    ruleset: { ...baseline(), rules: [] },
    trusted: [],
    gate: { failOn: 'none' },
    version: '0',
  });
  const { dockerfile } = judged.facts;
  if (!dockerfile?.known) throw new Error('no facts');
  return dockerfile.value;
}
const run = async (body: string) => facts(`FROM a\nRUN ${body}\n`);
const left = async (body: string) => packagesLeft(await run(body)).map(({ name }) => name);
const calls = async (body: string) =>
  packageCommands((await run(body)).commands).map(({ family, verb, packages }) =>
    [family, verb, ...packages.map(({ name, version }) => (version === undefined ? name : `${name}@${version}`))].join(
      ' ',
    ),
  );

describe('calls', () => {
  it.each<[string, string[]]>([
    ['apt-get -y install nginx=1.2 libc6:i386 ./a.deb', ['apt install nginx@1.2 libc6 ./a.deb']],
    ['apt-get -o Dpkg::Options::="--force" install -y -t trixie-backports git', ['apt install git']],
    ['sudo -E apt install a && apt-get update', ['apt install a', 'apt update']],
    ['apk add --no-cache --virtual .deps -X http://x gcc~=14 make>4', ['apk install gcc@14 make']],
    [
      'yum -y install nginx-1.20.1 python3-pip && dnf -y update',
      ['dnf install nginx@1.20.1 python3-pip', 'dnf upgrade'],
    ],
    ['microdnf install --enablerepo x y', ['dnf install y']],
    ['pip3 install -r req.txt flask==3 "django>4"', ['pip install flask@3 django@4']],
    ['python3 -m pip install --no-cache-dir x', ['pip install x']],
    ['uv pip install x', ['pip install x']],
    ['npm i -g @scope/a@1 b', ['npm install @scope/a@1 b']],
    ['pacman -Syu --noconfirm x', ['pacman install x']],
    ['pacman -Sy', ['pacman update']],
    ['go install example.com/x@v1', ['go install example.com/x@v1']],
    ['echo apt-get install x', []],
    ['apt-get clean', ['apt clean']],
  ])('%s', async (body, expected) => {
    expect(await calls(body)).toEqual(expected);
  });
});

describe('packages left', () => {
  it.each<[string, string[]]>([
    ['apt-get install -y a b', ['a', 'b']],
    ['apt-get install -y a b && apt-get purge -y a', ['b']],
    ['apt-get install -y a b- ', ['a']],
    ['apt-get install -y linux-a linux-b c && apt-get remove linux-*', ['c']],
    ['apk add --virtual .x a b && apk add c && apk del .x', ['c']],
    ['apk add -t .x a && apk del a', []],
    ['for p in a; do apt-get install -y $p; done', ['a']],
    ['if true; then dnf install -y a; else dnf install -y b; fi', ['a', 'b']],
    ['f() { apt-get install -y "$@"; }; f a', ['$@']],
    ["apt-get install -y a b && apt-mark auto '.*' && apt-mark manual b && apt-get purge -y --auto-remove", ['b']],
  ])('%s', async (body, expected) => {
    expect(await left(body)).toEqual(expected);
  });

  it('are those of stages that ship', async () => {
    const text =
      'FROM a AS x\nRUN apk add one\nFROM x AS y\nRUN apk add two\nFROM a AS z\nRUN apk add three\nFROM y\nCOPY --from=z /a /a\n';
    expect(packagesLeft(await facts(text)).map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

describe('options', () => {
  it('are found in clusters and with values', async () => {
    const [command] = (await run('x -qy --opt=1 -ovalue -n 5 -- -z')).commands;
    expect([hasOption(command!, '-y'), hasOption(command!, '--opt'), hasOption(command!, '-z')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([optionValue(command!, '-o'), optionValue(command!, '--opt'), optionValue(command!, '-n')]).toEqual([
      'value',
      '1',
      '5',
    ]);
    expect(operands(command!, new Set(['-n'])).map(({ text }) => text)).toEqual(['-z']);
  });

  it.each<[string, string | undefined]>([
    ['curl -fsSLk https://a', '-fsSLk'],
    ['curl -o k https://a', undefined],
    ['curl -ok https://a', undefined],
    ['curl --insecure https://a', '--insecure'],
    ['apt-get -o A::B=true install x', '-o A::B=true'],
    ['apt-get -oA::B=TRUE install x', '-oA::B=TRUE'],
    ['apt-get install x -- -k', undefined],
    ['wget -k https://a', undefined],
  ])('%s', async (body, expected) => {
    const table = dockerfileOptions(
      new Map([
        ['curl', '-k --insecure'],
        ['apt-get apt', '-o=a::b=true'],
      ]),
    );
    expect(table.find((await run(body)).commands[0]!)).toBe(expected);
  });
});

describe('name patterns', () => {
  it.each<[string, string, boolean]>([
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['gcc-[0-9]*', 'gcc-14', true],
    ['gcc-[0-9]*', 'gcc-doc', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['[x]', '[x]', true],
    ['', '', true],
    ['*', '', true],
    ['*'.repeat(50), 'a'.repeat(5000), true],
    [`${'*a'.repeat(50)}b`, 'a'.repeat(2000), false],
  ])('%s %s', (pattern, name, expected) => {
    expect(wildcard(pattern, name)).toBe(expected);
  });
});
