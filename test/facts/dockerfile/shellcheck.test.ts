/** Scripts as ShellCheck gets them, and its places as the Dockerfile's. */
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/parse.ts';
import { readCommands } from '../../../src/dockerfile/shell.ts';
import type { FactData } from '../../../src/facts/data.ts';
import { dockerfileFacts } from '../../../src/facts/dockerfile/facts.ts';
import { shellRemarks, shellScripts } from '../../../src/facts/dockerfile/shellcheck.ts';
import { baseline } from '../../../src/rules/baseline.ts';
import type { ShellRemark } from '../../../src/types/dockerfile.ts';

const data = baseline().data as unknown as FactData;

async function read(text: string) {
  const model = parseDockerfile(text, 'Dockerfile');
  const shell = await readCommands(model);
  return { model, shell, scripts: shellScripts(model, shell, dockerfileFacts(model, shell), data) };
}

describe('scripts', () => {
  it.each([
    ['FROM debian:13\nRUN a\n', 'dash'],
    ['FROM alpine:3.23\nRUN a\n', 'busybox'],
    ['FROM python:3.13-alpine\nRUN a\n', 'busybox'],
    ['FROM rockylinux:9\nRUN a\n', 'bash'],
    ['FROM fedora:43\nRUN a\n', 'bash'],
    ['FROM registry.example.com/x\nRUN a\n', 'sh'],
    ['FROM registry.example.com/x\nRUN apk add b\n', 'busybox'],
    ['FROM registry.example.com/x\nRUN dnf -y install b\n', 'bash'],
    ['FROM debian:13\nSHELL ["/bin/bash", "-c"]\nRUN a\n', 'bash'],
    ['FROM debian:13\nSHELL ["/usr/bin/env", "ksh", "-c"]\nRUN a\n', 'ksh'],
    ['FROM debian:13 AS x\nSHELL ["/bin/bash", "-c"]\nFROM x\nRUN a\n', 'bash'],
    ['FROM debian:13\nRUN <<E\n#!/bin/bash -e\na\nE\n', 'bash'],
    ['FROM debian:13\n# hadolint shell=bash\nRUN a\n', 'bash'],
  ])('%j is read as %s', async (text, dialect) => {
    const { scripts } = await read(text);
    expect(scripts.map((script) => script.dialect)).toEqual([dialect]);
    const named = dialect === 'busybox' ? 'dash' : dialect;
    expect(scripts[0]!.text.split('\n', 1)).toEqual([`# shellcheck shell=${named}`]);
  });

  it('of thousands of steps are there soon', async () => {
    const text = `FROM registry.example.com/x\n${'RUN apk add b; a; a; a; a; a; a; a; a\n'.repeat(4000)}`;
    const { scripts } = await read(text);
    expect(scripts).toHaveLength(4000);
    expect(scripts.at(-1)!.dialect).toBe('busybox');
  });

  it.each([
    'FROM debian:13\nRUN ["a", "b"]\nCMD a\nENTRYPOINT b\nHEALTHCHECK CMD c\n',
    'FROM debian:13\nSHELL ["pwsh", "-c"]\nRUN a\n',
    'FROM debian:13\nSHELL ["/bin/zsh", "-c"]\nRUN a\n',
    'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN dir\n',
    'FROM debian:13\nRUN <<E\n#!/usr/bin/env python3\nprint()\nE\n',
    'FROM debian:13 AS unused\nRUN a\nFROM scratch\nCOPY b /\n',
  ])('%j has none', async (text) => {
    expect((await read(text)).scripts).toEqual([]);
  });

  it('know the variables that the Dockerfile sets, and no others', async () => {
    const { scripts } = await read(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's.
      "ARG GLOBAL=1\nFROM debian:13\nARG given\nARG other=\"it's\"\nENV a=1\\\n b='x y'\nRUN echo $a ${b} ${#b} $given $other $TARGETARCH $GLOBAL $http_proxy $later\nENV later=1\n",
    );
    expect(scripts[0]!.text.split('\n').slice(0, scripts[0]!.ahead)).toEqual([
      '# shellcheck shell=dash',
      "export a='1'",
      "export b='x y'",
      'read -r given',
      'export given',
      "export other='it'\\''s'",
      'export http_proxy=1',
    ]);
  });

  it('fail at once where their shell does', async () => {
    const { scripts } = await read('FROM debian:13\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN cd /x; a\n');
    expect(scripts[0]!.text).toBe('# shellcheck shell=bash\nset -e\ncd /x; a\n');
  });
});

describe('remarks', () => {
  /** Where a remark on each of the words lands. */
  async function land(text: string, ...words: string[]) {
    const { model, shell, scripts } = await read(text);
    const [script] = scripts;
    const remarks = words.map((word): ShellRemark => {
      const lines = script!.text.split('\n');
      const line = lines.findIndex((each, at) => at >= script!.ahead && each.includes(word));
      const column = [...lines[line]!.slice(0, lines[line]!.indexOf(word))].length + 1;
      const end = column + [...word].length;
      return { line: line + 1, column, endLine: line + 1, endColumn: end, code: 2086, level: 'info', message: 'm' };
    });
    return shellRemarks(model, shell, scripts, [remarks], data.shellcheck).map(({ evidence }) => {
      if (evidence.at !== 'instruction') throw new Error('a remark without a place');
      const { start, end } = evidence.range;
      return `${start.line}:${start.column}-${end.line}:${end.column}`;
    });
  }

  it.each<[string, string[], string[]]>([
    ['FROM debian:13\nRUN one two\n', ['one', 'two'], ['2:5-2:8', '2:9-2:12']],
    ['FROM debian:13\nRUN one \\\n    # said\n\n    two && \\\n\tthree\n', ['two', 'three'], ['5:5-5:8', '6:2-6:7']],
    ['FROM debian:13\r\nRUN one \\\r\n  two\r\n', ['two'], ['3:3-3:6']],
    ['FROM debian:13\nENV a=1\nRUN echo "é😀" $a word\n', ['word'], ['3:19-3:23']],
    ['FROM debian:13\nRUN <<-E\n\t#!/bin/sh\n\tone\n\t  two\nE\n', ['one', 'two'], ['4:2-4:5', '5:4-5:7']],
    ['FROM debian:13\nRUN sh <<E\none\nE\n', ['one'], ['3:1-3:4']],
    ['FROM debian:13\nONBUILD RUN one two\n', ['two'], ['2:17-2:20']],
  ])('%j: %j at %j', async (text, words, places) => {
    expect(await land(text, ...words)).toEqual(places);
  });

  it('stay in the file, wherever they say that they are', async () => {
    const { model, shell, scripts } = await read('FROM debian:13\nRUN one\n');
    const far = { line: 900, column: 900, endLine: 1, endColumn: 1, code: 1000, level: 'error', message: '' } as const;
    const ahead = { ...far, line: 1 };
    const [only, ...rest] = shellRemarks(model, shell, scripts, [[far, ahead]], data.shellcheck);
    expect(rest).toEqual([]);
    expect(only?.evidence).toMatchObject({ range: { start: { line: 2 }, end: { line: 2 } } });
  });

  it('that say nothing of a Dockerfile are left out', async () => {
    const at = { line: 2, column: 1, endLine: 2, endColumn: 2, level: 'info', message: '' } as const;
    const codes = async (text: string) => {
      const { model, shell, scripts } = await read(text);
      const remarks = [1091, 3040, 2086].map((code) => ({ ...at, code }));
      return shellRemarks(model, shell, scripts, [remarks], data.shellcheck).map(({ code }) => code);
    };
    expect(await codes('FROM alpine:3.23\nRUN one\n')).toEqual([2086]);
    expect(await codes('FROM registry.example.com/x\nRUN one\n')).toEqual([3040, 2086]);
  });
});
