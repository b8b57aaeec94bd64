// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';

const parse = (text: string, options = {}) => parseDockerfile(text, 'Dockerfile', options);
const last = (text: string) => parse(text).stages.at(-1)!;

describe('graph', () => {
  const text = `FROM a AS base
FROM base AS Build
FROM scratch AS data
FROM b AS unused
FROM c AS final
COPY --from=build /x /y
COPY --from=2 /x /y
COPY --from=busybox:1 /x /y
RUN --mount=type=bind,from=Build,target=/z true
`;

  it('names stages, images and what uses them', () => {
    const { stages, target } = parse(text);
    expect(stages.map(({ name }) => name)).toEqual(['base', 'build', 'data', 'unused', 'final']);
    expect(target).toBe(4);
    expect(stages[1]!.base).toMatchObject({ stage: 0, scratch: false });
    expect(stages[2]!.base).toMatchObject({ scratch: true });
    expect(stages[4]!.uses).toEqual([
      { via: 'copy', name: 'build', stage: 1, instruction: 5 },
      { via: 'copy', name: '2', stage: 2, instruction: 6 },
      { via: 'copy', name: 'busybox:1', instruction: 7 },
      { via: 'mount', name: 'Build', stage: 1, instruction: 8 },
    ]);
  });

  it('tells what the target needs', () => {
    expect(parse(text).stages.map((stage) => stage.built)).toEqual([true, true, true, false, true]);
    expect(parse(text, { target: 'BUILD' }).stages.map((stage) => stage.built)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(parse(text, { target: '3' }).target).toBe(3);
    const missing = parse(text, { target: 'nope' });
    expect(missing.target).toBeUndefined();
    expect(missing.errors).toMatchObject([{ code: 'stage-reference' }]);
  });

  it('takes the latest stage of a name', () => {
    expect(parse('FROM a AS x\nFROM b AS x\nFROM x').stages[2]!.base.stage).toBe(1);
    // A stage cannot start from itself: the name is an image then.
    expect(parse('FROM x AS x').stages[0]!.base.stage).toBeUndefined();
  });
});

describe('settings', () => {
  it.each<[string, string | undefined, number?]>([
    ['FROM a', undefined],
    ['FROM a\nUSER me', 'me', 0],
    ['FROM a\nUSER me\nUSER 0:0', '0:0', 0],
    ['FROM a AS b\nUSER me\nFROM b', 'me', 0],
    ['FROM a AS b\nUSER me\nFROM c', undefined],
    ['FROM a AS b\nUSER me\nFROM b\nUSER root', 'root', 1],
    ['ARG U=me\nFROM a\nARG U\nUSER $U', 'me', 0],
    ['FROM a\nUSER ${U:-me}', 'me', 0],
  ])('%j runs as %s', (text, user, stage) => {
    const setting = last(text).user;
    expect(setting?.value).toBe(user);
    if (stage !== undefined) expect(setting!.stage).toBe(stage);
  });

  it('says that a user depends on a build argument', () => {
    expect(last('FROM a\nARG U=me\nUSER $U').user).toMatchObject({ value: 'me', open: ['U'] });
    expect(last('FROM a\nENV U=me\nUSER $U').user).toMatchObject({ value: 'me', open: [] });
  });

  it.each([
    ['FROM a\nWORKDIR /x', '/x'],
    ['FROM a\nWORKDIR /x\nWORKDIR y/../z', '/x/z'],
    ['FROM a\nWORKDIR y', '/y'],
    ['FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y', '/x/y'],
    ['FROM a\nWORKDIR /../..', '/'],
    ['# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:1\nWORKDIR C:\\x', 'C:\\x'],
  ])('%j works in %s', (text, path) => {
    expect(last(text).workdir!.value).toBe(path);
  });

  it('forgets an inherited CMD at ENTRYPOINT, but not its own', () => {
    const inherited = last('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]');
    expect(inherited.cmd).toBeUndefined();
    expect(inherited.cmdReset).toBe(3);
    expect(last('FROM a\nCMD ["x"]\nENTRYPOINT ["y"]').cmd!.value.words).toEqual(['x']);
    expect(last('FROM a AS b\nENTRYPOINT ["y"]\nFROM b\nCMD ["x"]').entrypoint).toMatchObject({
      stage: 0,
      value: { words: ['y'], json: true },
    });
  });

  it('keeps the shell that a command line is handed to', () => {
    const stage = last('FROM a\nCMD x\nSHELL ["/bin/bash", "-c"]\nENTRYPOINT y\nHEALTHCHECK CMD z');
    expect(stage.cmd!.value).toEqual({ words: ['x'], json: false, shell: ['/bin/sh', '-c'] });
    expect(stage.entrypoint!.value.shell).toEqual(['/bin/bash', '-c']);
    expect(stage.healthcheck!.value).toEqual({
      kind: 'CMD',
      command: { words: ['z'], json: false, shell: ['/bin/bash', '-c'] },
    });
    expect(last('FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM b').shell!.value[0]).toBe('/bin/bash');
    expect(last('FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE').healthcheck!.value.kind).toBe('NONE');
  });

  it('runs what ONBUILD deferred in the stage built on it, once', () => {
    const { stages } = parse('FROM a AS b\nONBUILD USER me\nONBUILD ENV x=y\nFROM b AS c\nENV z=$x\nFROM c');
    expect(stages[0]!.user).toBeUndefined();
    expect(stages[1]!.user).toMatchObject({ value: 'me', instruction: 1 });
    expect(stages[1]!.env.get('z')!.value).toBe('y');
    expect(stages[1]!.onbuild).toEqual([]);
    expect(stages[2]!.user!.value).toBe('me');
  });

  it('gathers ports, volumes and labels', () => {
    const stage = last('FROM a AS b\nEXPOSE 80\nLABEL a=1\nFROM b\nEXPOSE 81/udp\nVOLUME ["/d"]\nLABEL a=2 b=3');
    expect(stage.ports.map((port) => port.value)).toEqual(['80', '81/udp']);
    expect(stage.volumes.map((volume) => volume.value)).toEqual(['/d']);
    expect([...stage.labels].map(([name, { value }]) => [name, value])).toEqual([
      ['a', '2'],
      ['b', '3'],
    ]);
  });

  it.each([
    ['FROM mcr.microsoft.com/windows/servercore:ltsc2022', 'windows'],
    ['FROM --platform=windows/amd64 x', 'windows'],
    ['# escape=`\nFROM x', 'windows'],
    ['FROM x\nSHELL ["powershell", "-Command"]', 'windows'],
    ['FROM x\nSHELL ["/usr/bin/pwsh", "-Command"]', 'linux'],
    ['FROM debian', 'linux'],
  ])('%j is %s', (text, os) => {
    expect(last(text).os).toBe(os);
  });
});

describe('limits', () => {
  it('stops at too many stages, instructions and variables with a word', () => {
    const limits = { stages: 3, instructions: 20, variables: 5 };
    const few = parse('FROM a\n'.repeat(10), { limits });
    expect(few.stages).toHaveLength(3);
    expect(few.errors).toMatchObject([{ code: 'limit', line: 4 }]);
    const long = parse(`FROM a\n${'RUN x\n'.repeat(50)}`, { limits });
    expect(long.instructions).toHaveLength(20);
    expect(long.errors).toMatchObject([{ code: 'limit' }]);
    const wide = parse(`FROM a\n${Array.from({ length: 9 }, (_, i) => `ENV v${i}=x`).join('\n')}`, { limits });
    expect(wide.stages[0]!.env.size).toBe(5);
    expect(wide.errors).toMatchObject([{ code: 'limit' }]);
    expect(parse('x'.repeat(100), { limits: { characters: 10 } }).errors.map((error) => error.code)).toContain('limit');
  });

  it('bounds values that double', () => {
    const file = parse(`FROM a\nENV a=xxxxxxxx\n${'ENV a=$a$a\n'.repeat(64)}USER me`);
    expect(file.errors).toMatchObject([{ code: 'limit' }]);
    expect(file.work).toBeLessThanOrEqual(10_000_000);
  });
});
