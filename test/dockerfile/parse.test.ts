// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
import { describe, expect, it } from 'vitest';
import type { Instruction } from '../../src/dockerfile/model.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';

const parse = (text: string) => parseDockerfile(text, 'Dockerfile');
const faults = (text: string) => parse(text).errors.map(({ line, column, code }) => `${line}:${column} ${code}`);
const texts = (instruction: Instruction) => instruction.args.map((arg) => arg.text);
const place = (instruction: Instruction, word: { start: number; end: number }) => {
  const { start, end } = instruction.locate(word);
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
};

describe('lines', () => {
  it('reads directives at the top only', () => {
    const top = parse('# syntax=docker/dockerfile:1\n#escape=`\n# check=skip=all\nFROM a\nRUN x `\n  y\n');
    expect(top.directives.map(({ name, value }) => [name, value])).toEqual([
      ['syntax', 'docker/dockerfile:1'],
      ['escape', '`'],
      ['check', 'skip=all'],
    ]);
    expect(texts(top.instructions[1]!)).toEqual(['x   y']);
    for (const before of ['# note\n', '\n', 'FROM b\n'])
      expect(parse(`${before}# escape=\`\nFROM a\n`).escape).toBe('\\');
    expect(faults('# escape=`\n# escape=`\nFROM a')).toEqual(['2:1 directive']);
    expect(faults('# escape=x\nFROM a')).toEqual(['1:1 directive']);
    // A directive nobody knows is a comment, and ends the directives.
    expect(parse('# color=red\n# escape=`\nFROM a').directives).toEqual([]);
  });

  it.each([
    ['plain', 'FROM a\nRUN x \\\n  y\n', 'x   y'],
    ['no line end at the end', 'FROM a\nRUN x', 'x'],
    ['escape at the very end', 'FROM a\nRUN x \\', 'x'],
    ['CRLF', 'FROM a\r\nRUN x \\\r\n  y\r\n', 'x   y'],
    ['byte order mark', '\uFEFFFROM a\nRUN x', 'x'],
    ['blanks behind the escape', 'FROM a\nRUN x \\ \t\n  y', 'x   y'],
    ['comment inside', 'FROM a\nRUN x \\\n  # no \\\n  y', 'x   y'],
    ['blank line inside', 'FROM a\nRUN x \\\n\n  y', 'x   y'],
    ['doubled escape is none', 'FROM a\nRUN x \\\\\nRUN y', 'x \\\\'],
    ['escape alone on a line', 'FROM a\n\\\nRUN x', 'x'],
    ['indented', 'FROM a\n   RUN x', 'x'],
    ['lower case', 'FROM a\nrun x', 'x'],
  ])('%s', (_, text, body) => {
    const file = parse(text);
    expect(file.errors).toEqual([]);
    expect(file.instructions.map((item) => item.keyword)[1]).toBe('RUN');
    expect(texts(file.instructions[1]!)).toEqual([body]);
  });

  it('keeps comments and blank lines of a continuation', () => {
    const file = parse('FROM a\n# why\nRUN x \\\n  # inside\n\n  && y\n');
    expect(file.instructions[1]!.comments.map((comment) => comment.text)).toEqual(['why']);
    expect(file.comments.map((comment) => [comment.text, comment.range.start.line])).toEqual([
      ['why', 2],
      ['inside', 4],
    ]);
    expect(file.instructions[1]!.line.emptyLines).toEqual([5]);
    expect(file.instructions[1]!.range).toEqual({ start: { line: 3, column: 1 }, end: { line: 6, column: 7 } });
  });

  it('maps words through continuations, comments, CRLF and a byte order mark', () => {
    const file = parse('\uFEFFFROM a\r\nCOPY --chown=me \\\r\n# c\r\n  one two\\\r\nthree /x/\r\n');
    const copy = file.instructions[1]!;
    expect(texts(copy)).toEqual(['one', 'twothree', '/x/']);
    expect(place(copy, copy.flags[0]!)).toBe('2:6-2:16');
    expect(copy.args.map((arg) => place(copy, arg))).toEqual(['4:3-4:6', '4:7-5:6', '5:7-5:10']);
    expect(place(file.instructions[0]!, file.instructions[0]!.args[0]!)).toBe('1:6-1:7');
  });
});

describe('arguments', () => {
  it.each<[string, string[], boolean]>([
    ['CMD ["a", "b c"]', ['a', 'b c'], true],
    ['CMD [ "a" , "\\u0062\\n" ] ', ['a', 'b\n'], true],
    ['CMD []', [], true],
    ["CMD ['a']", ["['a']"], false],
    ['CMD ["a",]', ['["a",]'], false],
    ['CMD ["a"] x', ['["a"] x'], false],
    ['CMD {"a": 1}', ['{"a": 1}'], false],
    ['VOLUME /a /b', ['/a', '/b'], false],
    ['VOLUME ["/a b"]', ['/a b'], true],
    ['EXPOSE 80\t81/udp', ['80', '81/udp'], false],
    ['USER a b', ['a b'], false],
    ['HEALTHCHECK --interval=5s CMD ["a","b"]', ['CMD', 'a', 'b'], true],
    ['HEALTHCHECK cmd  a || b', ['cmd', 'a || b'], false],
  ])('%s', (line, args, json) => {
    const file = parse(`FROM a\n${line}\n`);
    expect(file.errors).toEqual([]);
    expect(texts(file.instructions[1]!)).toEqual(args);
    expect(file.instructions[1]!.json).toBe(json);
  });

  it('places JSON elements', () => {
    const run = parse('FROM a\nRUN ["x", \\\n  "a\\"b"]').instructions[1]!;
    expect(texts(run)).toEqual(['x', 'a"b']);
    expect(run.args.map((arg) => place(run, arg))).toEqual(['2:6-2:9', '3:3-3:9']);
  });

  it('reads flags with quotes, a bare one, and the end of flags', () => {
    const copy = parse('FROM a\nCOPY --link --chown="a b" --exclude=x --exclude=y -- --from /x').instructions[1]!;
    expect(copy.flags.map(({ name, value }) => [name, value])).toEqual([
      ['link', undefined],
      ['chown', 'a b'],
      ['exclude', 'x'],
      ['exclude', 'y'],
    ]);
    expect(texts(copy)).toEqual(['--from', '/x']);
  });

  it('reads mounts', () => {
    const text =
      'FROM a\nRUN --mount=type=cache,dst=/c,sharing=locked --mount=type=secret,id=t,required --mount="type=bind,from=b,source=/x,target=/y" --mount=target=/z make';
    const { mounts } = parse(text).instructions[1]!;
    expect(mounts.map(({ type, from, source, target, id }) => ({ type, from, source, target, id }))).toEqual([
      { type: 'cache', target: '/c' },
      { type: 'secret', id: 't' },
      { type: 'bind', from: 'b', source: '/x', target: '/y' },
      { type: 'bind', target: '/z' },
    ]);
    expect(mounts[1]!.options.has('required')).toBe(true);
  });

  it('takes image names apart', () => {
    const image = (name: string) => parse(`FROM ${name} AS x`).stages[0]!.base.image;
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(image('node')).toMatchObject({ repository: 'node' });
    expect(image('localhost:5000/a/b:1.2')).toMatchObject({
      registry: 'localhost:5000',
      repository: 'a/b',
      tag: '1.2',
    });
    expect(image(`ghcr.io/a/b:1@${digest}`)).toEqual({
      registry: 'ghcr.io',
      repository: 'a/b',
      repositoryRange: { start: { line: 1, column: 14 }, end: { line: 1, column: 17 } },
      tag: '1',
      tagRange: { start: { line: 1, column: 18 }, end: { line: 1, column: 19 } },
      digest,
      digestRange: { start: { line: 1, column: 20 }, end: { line: 1, column: 91 } },
    });
    expect(image('$BASE')).toBeUndefined();
    expect(parse('FROM \\\n  node:20').stages[0]!.base.image!.tagRange!.start).toEqual({ line: 2, column: 8 });
  });
});

describe('what builders refuse', () => {
  it.each<[string, string[]]>([
    ['', ['1:1 empty-file']],
    ['# only a comment\n', ['1:1 empty-file']],
    ['RUN x', ['1:1 no-stage']],
    ['ARG a', ['1:1 no-stage']],
    ['RUN x\nFROM a', ['1:1 no-stage']],
    ['FROM a\nRUNN x', ['2:1 unknown-instruction']],
    ['FROM', ['1:1 arguments']],
    ['FROM a b', ['1:8 arguments']],
    ['FROM a AS', ['1:8 arguments']],
    ['FROM a AS 1x', ['1:11 stage-name']],
    ['FROM a/B', ['1:6 arguments']],
    ['FROM a:b:c', ['1:6 arguments']],
    ['FROM $x', ['1:6 arguments']],
    ['ARG x\nFROM $x', []],
    ['FROM --arch=x a', ['1:6 flag']],
    ['FROM --platform a', ['1:6 flag']],
    ['FROM a\nENV x', ['2:5 arguments']],
    ['FROM a\nENV a=b c', ['2:9 arguments']],
    ['FROM a\nENV =b', ['2:5 arguments']],
    ['FROM a\nENV', ['2:1 arguments']],
    ['FROM a\nENV a="b', ['2:7 expansion']],
    ['FROM a\nENV a=$' + '{b', ['2:7 expansion']],
    ['FROM a\nENV a=$' + '{b!c}', ['2:7 expansion']],
    ['FROM a\nLABEL a', ['2:7 arguments']],
    ['FROM a\nARG', ['2:1 arguments']],
    ['FROM a\nARG =b', ['2:5 arguments']],
    ['FROM a\nCOPY "a b" c', ['2:6 expansion']],
    ['FROM a\nCOPY a', ['2:6 arguments']],
    ['FROM a\nCOPY [1, "b"]', ['2:6 json']],
    ['FROM a\nRUN ["a", 1]', ['2:5 json']],
    ['FROM a\nRUN --mount=type=x,target=/y z', ['2:5 mount']],
    ['FROM a\nRUN --mount=type=cache,colour=red z', ['2:5 mount']],
    ['FROM a\nRUN --mount=from=$x,target=/y z', ['2:5 mount']],
    ['FROM a\nRUN --mount=type=secret z', ['2:5 mount']],
    ['FROM a\nRUN --network=a --network=b z', ['2:17 flag']],
    ['FROM a\nCOPY --link=maybe a b', ['2:6 flag']],
    ['FROM a\nCOPY --from=1 a b', ['2:6 stage-reference']],
    ['FROM a\nCOPY --from=$x a b', ['2:6 stage-reference']],
    ['FROM a AS x\nCOPY --from=x a b', ['2:6 stage-reference']],
    ['FROM a\nCOPY --from=y a b\nFROM a AS y', ['2:6 stage-reference']],
    ['FROM a\nRUN --mount=from=y,target=/z q\nFROM a AS y', ['2:5 stage-reference']],
    ['FROM a\nSHELL /bin/sh', ['2:7 arguments']],
    ['FROM a\nSHELL []', ['2:7 arguments']],
    ['FROM a\nUSER', ['2:1 arguments']],
    ['FROM a\nWORKDIR', ['2:1 arguments']],
    ['FROM a\nVOLUME [""]', ['2:9 arguments']],
    ['FROM a\nEXPOSE', ['2:1 arguments']],
    ['FROM a\nEXPOSE http', ['2:8 port']],
    ['FROM a\nEXPOSE 80/icmp', ['2:8 port']],
    ['FROM a\nEXPOSE 70000', ['2:8 port']],
    ['FROM a\nSTOPSIGNAL SIGNOPE', ['2:12 signal']],
    ['FROM a\nHEALTHCHECK', ['2:1 arguments']],
    ['FROM a\nHEALTHCHECK CMD', ['2:13 arguments']],
    ['FROM a\nHEALTHCHECK NONE x', ['2:18 arguments']],
    ['FROM a\nHEALTHCHECK curl x', ['2:13 arguments']],
    ['FROM a\nHEALTHCHECK --interval=30 CMD x', ['2:13 duration']],
    ['FROM a\nHEALTHCHECK --retries=x CMD x', ['2:13 duration']],
    ['FROM a\nONBUILD', ['2:1 arguments']],
    ['FROM a\nONBUILD ONBUILD RUN x', ['2:9 arguments']],
    ['FROM a\nONBUILD FROM x', ['2:9 arguments']],
    ['FROM a\nONBUILD COPY x', ['2:14 arguments']],
    ['FROM a\nMAINTAINER', ['2:1 arguments']],
    [`FROM a\nRUN ${'x'.repeat(65_532)}`, ['2:1 limit']],
  ])('%j', (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it.each([
    'FROM a\nRUN\nCMD\nENTRYPOINT',
    'FROM scratch\nCMD []',
    'FROM a\nEXPOSE 80 81/UDP 8000-8010/tcp 127.0.0.1:80:80 $p',
    'FROM a\nSTOPSIGNAL 9\nSTOPSIGNAL term\nSTOPSIGNAL SIGRTMIN+3',
    'FROM a\nHEALTHCHECK --interval=1m30s --timeout=500ms --start-period=0s --start-interval=1s --retries=0 CMD x',
    'FROM a AS x\nFROM x\nCOPY --from=0 a b\nCOPY --from=X a b\nCOPY --from=busybox:1 a b',
    'FROM --platform=$BUILDPLATFORM a AS b\nFROM b',
    'FROM a\nADD --keep-git-dir=true --checksum=sha256:x --unpack=false --chmod=755 http://x /y',
    'FROM a\nMAINTAINER me <me@example.com>',
    'FROM a\nONBUILD RUN x\nONBUILD COPY a b\nONBUILD HEALTHCHECK NONE',
    'FROM a\nARG a b=c d="e f"',
    'FROM a AS Build\nFROM Build',
    // Upper case in front of the first slash makes it a host.
    'FROM A/b',
    'FROM a\nRUN --security=insecure --network=none --device=nvidia.com/gpu x',
  ])('takes %j', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it('says what would mend it, and reads on', () => {
    const file = parse('FROM a\nRUNN x\nUSER me\nENV =\nCMD ["x"]\n');
    expect(file.errors.map((error) => error.message)).toEqual([
      '"RUNN" is no instruction. Did you mean RUN?',
      'ENV needs a name before "=".',
    ]);
    expect(file.instructions.map((item) => [item.keyword, item.invalid])).toEqual([
      ['FROM', false],
      ['RUNN', true],
      ['USER', false],
      ['ENV', true],
      ['CMD', false],
    ]);
    expect(file.stages[0]!.user!.value).toBe('me');
  });
});
