// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
/** A model as plain facts: places that a fix can cut at, roles of stages, commands that the container runs. */
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/parse.ts';
import { readCommands } from '../../../src/dockerfile/shell.ts';
import { dockerfileFacts } from '../../../src/facts/dockerfile/facts.ts';
import type { DockerfileFacts, PlaceFact } from '../../../src/types/dockerfile.ts';

async function factsOf(text: string, target?: string): Promise<DockerfileFacts> {
  const model = parseDockerfile(text, 'Dockerfile', target === undefined ? {} : { target });
  return dockerfileFacts(model, await readCommands(model));
}
const cut = ({ text }: DockerfileFacts, { start, end }: PlaceFact) => text.slice(start, end);

const sample = [
  '\uFEFF# syntax=docker/dockerfile:1',
  'ARG TAG=13-slim',
  'FROM --platform=linux/arm64 debian:${TAG} AS Base',
  'ENV A=1 B="two words"',
  'RUN --mount=type=cache,target=/c \\',
  '  # why',
  '  apt-get install \\',
  '  -y "nginx" | tee log',
  'COPY --chown=1:1 a b /to/',
  'USER 10001',
].join('\r\n');

describe('places', () => {
  it('are what stands in the file, byte order mark and line ends of Windows included', async () => {
    const facts = await factsOf(sample);
    const [, from, env, run, copy] = facts.instructions;
    expect(cut(facts, from!.args[0]!)).toBe('debian:${TAG}');
    expect(from!.args[0]!.value).toBe('debian:13-slim');
    expect(cut(facts, facts.stages[0]!.base)).toBe('debian:${TAG}');
    expect(cut(facts, facts.stages[0]!.nameWord!)).toBe('Base');
    expect(cut(facts, facts.stages[0]!.base.platform!)).toContain('--platform=linux/arm64');
    expect(env!.pairs.map(({ name, value }) => [cut(facts, name), cut(facts, value!), value!.value])).toEqual([
      ['A', '1', '1'],
      ['B', '"two words"', 'two words'],
    ]);
    expect(cut(facts, run!.mounts[0]!)).toBe('--mount=type=cache,target=/c');
    expect(cut(facts, copy!.flags[0]!)).toBe('--chown=1:1');
    expect(copy!.args.map((word) => cut(facts, word))).toEqual(['a', 'b', '/to/']);
    expect(cut(facts, run!).endsWith('tee log')).toBe(true);
    for (const instruction of facts.instructions)
      expect(cut(facts, instruction).startsWith(instruction.name.text)).toBe(true);
  });

  it('of commands reach from the first word to the last', async () => {
    const facts = await factsOf(sample);
    expect(facts.commands.map((command) => [command.name, cut(facts, command).replace(/\s+/g, ' ')])).toEqual([
      ['apt-get', 'apt-get install \\ -y "nginx"'],
      ['tee', 'tee log'],
    ]);
    expect(facts.commands[0]!.args.map((arg) => cut(facts, arg))).toEqual(['install', '-y', '"nginx"']);
    expect(facts.commands[0]!.evidence).toMatchObject({
      at: 'instruction',
      stage: 0,
      range: { start: { line: 7, column: 3 } },
    });
  });

  it('is plain data: it survives JSON', async () => {
    const facts = await factsOf(sample);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

describe('stages', () => {
  const text = `FROM a:1 AS base
FROM base AS build
FROM b:1 AS tool
FROM c:1 AS other
FROM base AS final
COPY --from=build /x /x
RUN --mount=type=bind,from=tool,target=/t true
USER 5
`;

  it('ship, feed, or are not built', async () => {
    const { stages } = await factsOf(text);
    expect(stages.map(({ role }) => role)).toEqual(['ships', 'feeds', 'feeds', 'unused', 'ships']);
    expect(stages.map(({ root }) => root)).toEqual([0, 0, 2, 3, 0]);
    expect(stages.map(({ isTarget, isFinal }) => [isTarget, isFinal])[4]).toEqual([true, true]);
  });

  it('follow the target that is asked for', async () => {
    const { stages, target } = await factsOf(text, 'build');
    expect(target).toBe(1);
    expect(stages.map(({ role }) => role)).toEqual(['ships', 'ships', 'unused', 'unused', 'unused']);
  });

  it('inherit settings, and say where each was made', async () => {
    const { stages } = await factsOf('FROM a AS x\nUSER 7\nENV A=1\nFROM x\nENV A=2\n');
    expect(stages[1]!.user).toMatchObject({ value: '7', stage: 0, instruction: 1 });
    expect(stages[1]!.env).toEqual([expect.objectContaining({ name: 'A', value: '2', stage: 1 })]);
  });

  it('name images that files come from', async () => {
    const { stages } = await factsOf('FROM a\nCOPY --from=busybox:1.37 /bin/sh /bin/\n');
    expect(stages[0]!.uses).toEqual([
      expect.objectContaining({
        via: 'copy',
        reference: expect.objectContaining({ repository: 'library/busybox', tag: '1.37' }),
      }),
    ]);
  });
});

describe('commands', () => {
  it('that a later CMD replaces are overridden', async () => {
    const { commands } = await factsOf('FROM a\nCMD one\nCMD two\nHEALTHCHECK CMD three\nRUN four\n');
    expect(commands.map(({ name, overridden }) => [name, overridden])).toEqual([
      ['one', true],
      ['two', false],
      ['three', false],
      ['four', false],
    ]);
  });

  it('of another stage are overridden, unless that one ships them', async () => {
    const { commands } = await factsOf('FROM a AS x\nCMD one\nFROM x\nFROM x AS y\n', 'x');
    expect(commands[0]!.overridden).toBe(false);
    const other = await factsOf('FROM a AS x\nCMD one\nFROM b\n');
    expect(other.commands[0]!.overridden).toBe(true);
  });
});
