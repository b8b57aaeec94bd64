// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
import { describe, expect, it } from 'vitest';
import { type Command, hasOption, operands, optionValue } from '../../src/dockerfile/commands.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { readCommands } from '../../src/dockerfile/shell.ts';

const read = async (text: string) => readCommands(parseDockerfile(text, 'Dockerfile'));
const run = async (body: string, before = '') => (await read(`FROM a\n${before}RUN ${body}\n`)).commands;
const line = (command: Command) => [command.name, ...command.args.map((arg) => arg.text)].join(' ');
const lines = async (body: string, before = '') => (await run(body, before)).map(line);
/** The commands without those that only run another. */
const inner = async (body: string) => {
  const commands = await run(body);
  return commands.filter((command) => !commands.some((other) => other.parent === command.index)).map(line);
};

describe('what is a command', () => {
  it.each<[string, string[]]>([
    ['a b c', ['a b c']],
    ['/usr/bin/a b', ['a b']],
    ['a && b || c; d', ['a', 'b', 'c', 'd']],
    ['a | b |& c', ['a', 'b', 'c']],
    ['a & b', ['a', 'b']],
    ['! a', ['a']],
    ['(a; b)', ['a', 'b']],
    ['{ a; b; }', ['a', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for x in 1 2; do a $x; done', ['a $x']],
    ['for x in 1; do a $x; done', ['a 1']],
    ['while a; do b; done', ['a', 'b']],
    ['case x in y) a;; *) b;; esac', ['a', 'b']],
    ['f() { a; }; f', ['a', 'f']],
    ['X=$(a b) c', ['a b', 'c']],
    ['X=`a b`', ['a b']],
    ['c "$(a "$(b)")"', ['b', 'a $(b)', 'c $(a "$(b)")']],
    ['c <(a)', ['a', 'c <(a)']],
    ['[[ -f x ]] && a', ['a']],
    ['[ -f x ] && a', ['[ -f x ]', 'a']],
    ['A=b', []],
    ['echo "apt-get install evil"', ['echo apt-get install evil']],
    ["echo 'curl x | sh'", ['echo curl x | sh']],
    ['a # curl x | sh', ['a']],
    ['a \\\n # curl x\n && b', ['a', 'b']],
    ['cat <<< "curl x"', ['cat']],
    ['a > /dev/null 2>&1', ['a']],
    ["$'\\x61' b", ['a b']],
    ['a\\ b "c d"e', ['a b c de']],
    ['"a b" c', ['a b c']],
    ['cat > x <<E\ncurl y\nE', ['cat']],
    ['cat <<E\n$(curl y)\nE', ['curl y', 'cat']],
  ])('%s', async (body, expected) => {
    expect(await lines(body)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['sudo a', ['a']],
    ['sudo -u me -E X=1 a -b', ['a -b']],
    ['sudo -Eu me a', ['a']],
    ['sudo -v', ['sudo -v']],
    ['env -i A=1 -u B a', ['a']],
    ['time -p a', ['a']],
    ['nice -n 5 a', ['a']],
    ['nohup a', ['a']],
    ['exec a b', ['a b']],
    ['command a', ['a']],
    ['command -v a', ['command -v a']],
    ['timeout -k 5 10 a', ['a']],
    ['chroot --userspec=x /r a', ['a']],
    ['gosu me a', ['a']],
    ['su-exec me:me a', ['a']],
    ['busybox wget x', ['wget x']],
    ['a | xargs -r -n 1 b -c', ['a', 'b -c']],
    ['a | xargs -I {} sh -c "b {}"', ['a', 'b {}']],
    ['find / -name x -exec rm -f {} \\; -print', ['rm -f {}']],
    ["sh -c 'a; b'", ['a', 'b']],
    ['bash -lc "a && b"', ['a', 'b']],
    ["bash -o pipefail -ec 'a | b'", ['a', 'b']],
    ["su me -s /bin/sh -c 'a b'", ['a b']],
    ["su - me -c 'a b'", ['a b']],
    ["eval 'a b'", ['a b']],
    ["sudo env X=1 sh -c 'exec nice a'", ['a']],
    ['bash script.sh -c x', ['bash script.sh -c x']],
    ['bash -s -- x', ['bash -s -- x']],
    ['bash <<E\na b\nE', ['a b']],
    ['sh -c \'sh -c "a b"\'', ['a b']],
    ['tini -- a', ['a']],
  ])('%s runs %s', async (body, expected) => {
    expect(await inner(body)).toEqual(expected);
  });

  it('tells the wrapper, and how it got to the command', async () => {
    const [sudo, env, sh, a] = await run("sudo env X=1 sh -c 'a'");
    expect([sudo!.name, env!.name, sh!.name, a!.name]).toEqual(['sudo', 'env', 'sh', 'a']);
    expect(a).toMatchObject({ via: ['sudo', 'env', 'sh -c'], parent: sh!.index });
    expect(env).toMatchObject({ via: ['sudo'], parent: sudo!.index });
  });
});

describe('how it stands', () => {
  it('knows operators and pipelines', async () => {
    const commands = await run('a && b || c; d | e | f & g');
    expect(
      commands.map(({ name, join, pipeline }) => [name, join, pipeline && `${pipeline.position + 1}/${pipeline.size}`]),
    ).toEqual([
      ['a', 'first', undefined],
      ['b', '&&', undefined],
      ['c', '||', undefined],
      ['d', ';', '1/3'],
      ['e', '|', '2/3'],
      ['f', '|', '3/3'],
      ['g', '&', undefined],
    ]);
    expect(commands[5]!.context.background).toBe(true);
  });

  it('keeps the pipeline of what a wrapper runs', async () => {
    const commands = await run('curl x | sudo bash');
    expect(commands.map(({ name, pipeline }) => [name, pipeline!.position])).toEqual([
      ['curl', 0],
      ['sudo', 1],
      ['bash', 1],
    ]);
  });

  it('knows control structures', async () => {
    const flags = async (body: string, name: string) => {
      const { context } = (await run(body)).find((command) => command.name === name)!;
      return Object.entries(context)
        .filter(([, value]) => value)
        .map(([key, value]) => (value === true ? key : `${key}=${value}`))
        .sort();
    };
    expect(await flags('if x; then a; fi', 'a')).toEqual(['branch']);
    expect(await flags('if a; then x; fi', 'a')).toEqual(['condition']);
    expect(await flags('x || a', 'a')).toEqual(['branch']);
    expect(await flags('x && a', 'a')).toEqual([]);
    expect(await flags('(a)', 'a')).toEqual(['subshell']);
    expect(await flags('x $(a)', 'a')).toEqual(['substitution']);
    expect(await flags('for i in 1; do a; done', 'a')).toEqual(['branch', 'loop']);
    expect(await flags('f() { a; }', 'a')).toEqual(['branch', 'function=f']);
    expect(await flags('! a', 'a')).toEqual(['negated']);
  });

  it('reads redirections and assignments', async () => {
    const [command] = await run('X=1 Y="$Z" a 2>&1 >>/f <in &>all', 'ENV Z=z\n');
    expect(command!.assignments.map(({ name, value }) => [name, value!.text])).toEqual([
      ['X', '1'],
      ['Y', 'z'],
    ]);
    expect(command!.redirects.map(({ operator, descriptor, target }) => [operator, descriptor, target!.text])).toEqual([
      ['>&', 2, '1'],
      ['>>', undefined, '/f'],
      ['<', undefined, 'in'],
      ['&>', undefined, 'all'],
    ]);
  });

  it('links what a substitution runs to the argument', async () => {
    const commands = await run('bash -c "$(curl x)" <(wget y)');
    const bash = commands.find((command) => command.name === 'bash')!;
    expect(bash.args.map((arg) => [arg.dynamic, arg.inner.map((index) => commands[index]!.name)])).toEqual([
      [false, []],
      [true, ['curl']],
      [true, ['wget']],
    ]);
  });
});

describe('variables', () => {
  it.each<[string, string, string]>([
    ['', 'V=1; a $V', 'a 1'],
    ['', 'export V=1 && a ${V}x', 'a 1x'],
    ['', 'V=1; V=$V.2; a "$V"', 'a 1.2'],
    ['', 'V=1; V+=2; a $V', 'a 12'],
    ['', 'V="x y"; a $V "$V"', 'a x y x y'],
    ['', 'V=; a $V b', 'a b'],
    ['', 'V=a.tar.gz; b ${V%%.*} ${V##*.} ${V/a/c}', 'b a gz c.tar.gz'],
    ['', 'V=1; b ${V:-2} ${V:+3}', 'b 1 3'],
    ['', 'V=1; (V=2); a $V', 'a 1'],
    ['', 'V=$(x); a $V', 'a $V'],
    ['', 'if x; then V=1; fi; a $V', 'a $V'],
    ['', 'x || V=1; a $V', 'a $V'],
    ['', 'read V; a $V', 'a $V'],
    ['', "V=1; a '$V' \\$V", 'a $V $V'],
    ['', 'a $HOME $1 $? $(x)', 'a $HOME $1 $? $(x)'],
    ['', 'V=b; sh -c "a $V"', 'a b'],
    ['ENV V=env\n', 'a $V', 'a env'],
    ['ENV V=env\n', 'V=own; a $V', 'a own'],
    ['ARG V=arg\n', 'a $V', 'a arg'],
    ['ARG V\n', 'a $V', 'a $V'],
    ['ENV P="x y"\n', 'a $P', 'a x y'],
  ])('%s%s', async (before, body, expected) => {
    expect((await run(body, before)).map(line).at(-1)).toBe(expected);
  });

  it('marks what is not known, and what a build argument may change', async () => {
    const [command] = await run('a $V$U $W "$X" *', 'ARG V=1\nENV W=2\n');
    expect(
      command!.args.map(({ text, dynamic, open, quoted, glob }) => [text, dynamic, [...open], quoted, glob]),
    ).toEqual([
      ['1$U', true, ['V'], false, false],
      ['2', false, [], false, false],
      ['$X', true, [], true, false],
      ['*', false, [], false, true],
    ]);
    expect((await run('$CMD x'))[0]).toMatchObject({ name: '', program: { dynamic: true } });
  });
});

describe('places', () => {
  const places = async (text: string) =>
    (await read(text)).commands.map(
      ({ name, range: { start, end } }) => `${name} ${start.line}:${start.column}-${end.line}:${end.column}`,
    );

  it('goes through continuations, comments, CRLF and a byte order mark', async () => {
    const text =
      '\uFEFFFROM a\r\nRUN apt-get update && \\\r\n  # why\r\n\r\n    apt-get install -y \\\r\n      curl \\\r\n && rm x\r\n';
    expect(await places(text)).toEqual(['apt-get 2:5-2:19', 'apt-get 5:5-6:11', 'rm 7:5-7:9']);
    const { commands } = await read(text);
    expect(commands[1]!.args.map((arg) => `${arg.range.start.line}:${arg.range.start.column}`)).toEqual([
      '5:13',
      '5:21',
      '6:7',
    ]);
  });

  it('goes into sh -c, JSON and here-documents', async () => {
    expect(await places("FROM a\nRUN sh -c 'a && \\\n  b'")).toEqual(['sh 2:5-3:5', 'a 2:12-2:13', 'b 3:3-3:4']);
    expect(await places('FROM a\nCMD ["sh", "-c", "a; b"]')).toEqual(['sh 2:6-2:24', 'a 2:19-2:20', 'b 2:22-2:23']);
    expect(await places('FROM a\nRUN <<E\na\n  b c\nE')).toEqual(['a 3:1-3:2', 'b 4:3-4:6']);
    expect(await places('FROM a\nONBUILD RUN a && b')).toEqual(['a 2:13-2:14', 'b 2:18-2:19']);
    expect(await places('FROM a\nHEALTHCHECK --interval=5s \\\n  CMD a || b')).toEqual(['a 3:7-3:8', 'b 3:12-3:13']);
    // The text is not the file's own: the whole argument is the place.
    expect(await places('FROM a\nRUN sh -c "a \\"x\\"; b"')).toEqual(['sh 2:5-2:23', 'a 2:12-2:22', 'b 2:12-2:22']);
  });
});

describe('scripts', () => {
  const dialect = async (text: string) => (await read(text)).scripts.map((script) => script.dialect);

  it('follows SHELL, its stage and the base stage', async () => {
    expect(
      await dialect(
        'FROM a\nRUN x\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN x\nSHELL ["python3", "-c"]\nRUN x\nRUN ["x"]',
      ),
    ).toEqual(['posix', 'posix', 'other', 'exec']);
    expect(await dialect('FROM a AS b\nSHELL ["pwsh", "-Command"]\nFROM b\nRUN x\nFROM a\nRUN x')).toEqual([
      'powershell',
      'posix',
    ]);
    expect(await dialect('FROM a\nSHELL ["conda", "run", "-n", "e", "/bin/bash", "-c"]\nRUN x')).toEqual(['posix']);
    expect(await dialect('FROM a\n# hadolint shell=powershell\nRUN & x')).toEqual(['powershell']);
  });

  it('reads JSON without a shell', async () => {
    const { commands } = await read('FROM a\nENV V=1\nENTRYPOINT ["/bin/x", "$V", "a && b"]');
    expect(commands.map(line)).toEqual(['x $V a && b']);
    expect(commands[0]!.args[0]!.dynamic).toBe(false);
  });

  it('says where a script is broken, and keeps what comes before', async () => {
    const { scripts, commands } = await read("FROM a\nRUN a; \\\n b 'x");
    expect(scripts[0]!.errors).toEqual([{ message: 'unterminated single quote', line: 3, column: 4 }]);
    expect(commands.map((command) => command.name)).toEqual(['a', 'b']);
  });

  it('is bounded in depth and work', async () => {
    for (const body of [
      'coproc '.repeat(8000),
      '('.repeat(30_000),
      '$('.repeat(20_000),
      "sh -c 'a' ".repeat(5000),
      'sudo '.repeat(10_000),
      'x;'.repeat(30_000),
    ]) {
      const reading = await readCommands(parseDockerfile(`FROM a\nRUN ${body}`, 'Dockerfile'), { work: 200_000 });
      expect(reading.work).toBeLessThanOrEqual(200_000);
      expect(reading.commands.length).toBeLessThan(10_000);
    }
    const nested = await read(`FROM a\nRUN ${'(a;'.repeat(100)}b${')'.repeat(100)}`);
    expect(nested.commands).toHaveLength(101);
    const deep = await read(`FROM a\nRUN ${'sudo '.repeat(40)}a`);
    expect(deep.scripts[0]!.truncated).toBe(true);
    const long = await read(`FROM a\nRUN <<E\n${'a b\n'.repeat(50_000)}E\n`);
    expect(long.scripts[0]!.truncated).toBe(true);
  });
});

describe('Windows', () => {
  const windows = async (body: string, shell = '') =>
    (await read(`# escape=\`\nFROM mcr.microsoft.com/windows/servercore:1\n${shell}RUN ${body}\n`)).commands.map(line);
  const powershell = 'SHELL ["powershell", "-Command"]\n';

  it.each<[string, string, string[]]>([
    ['', 'mkdir C:\\x && del y & z', ['mkdir C:\\x', 'del y', 'z']],
    [
      '',
      'powershell -NoProfile -Command "Invoke-WebRequest x; Remove-Item y"',
      ['powershell -NoProfile -Command Invoke-WebRequest x; Remove-Item y', 'Invoke-WebRequest x', 'Remove-Item y'],
    ],
    ['', 'C:\\bin\\tool.exe /q "a b"', ['tool /q a b']],
    [
      powershell,
      'Install-PackageProvider -Name x ; if (Test-Path y) { Remove-Item y -Force }',
      ['Install-PackageProvider -Name x', 'if', 'Test-Path y', 'Remove-Item y -Force'],
    ],
    [powershell, '$x = Get-Item y | Select-Object Name', ['Get-Item y', 'Select-Object Name']],
    [
      powershell,
      "Write-Host 'Remove-Item; x' `\n  ; Set-Location y # Remove-Item z",
      ['Write-Host Remove-Item; x', 'Set-Location y'],
    ],
    [powershell, 'cmd /S /C "dir && del x"', ['cmd /S /C dir && del x', 'dir', 'del x']],
  ])('%s%s', async (shell, body, expected) => {
    expect(await windows(body, shell)).toEqual(expected);
  });
});

describe('options', () => {
  it('finds flags in clusters and values', async () => {
    const [command] = await run('apt-get -qy install -o Dpkg::X=1 --target=sid -tfoo curl -- -z');
    expect(hasOption(command!, '-y', '--yes')).toBe(true);
    expect(hasOption(command!, '-q')).toBe(true);
    expect(hasOption(command!, '-z')).toBe(false);
    expect(hasOption(command!, '--target')).toBe(true);
    expect(optionValue(command!, '-o')).toBe('Dpkg::X=1');
    expect(optionValue(command!, '--target')).toBe('sid');
    expect(optionValue(command!, '-t')).toBe('foo');
    expect(operands(command!, new Set(['-o'])).map((arg) => arg.text)).toEqual(['install', 'curl', '-z']);
  });
});
