import { describe, expect, it } from 'vitest';
import { heredocStart } from '../../src/dockerfile/heredoc.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { findScripts } from '../../src/dockerfile/scripts.ts';
import { readCommands } from '../../src/dockerfile/shell.ts';

const parse = (text: string) => parseDockerfile(`FROM a\n${text}`, 'Dockerfile');

describe('delimiters', () => {
  it.each<[string, string | undefined, boolean?, boolean?]>([
    ['<<EOF', 'EOF', true, false],
    ["<<'EOF'", 'EOF', false, false],
    ['<<"EOF"', 'EOF', false, false],
    ['<<-EOF', 'EOF', true, true],
    ['<< EOF', 'EOF', true, false],
    ["<<- 'EOF'", 'EOF', false, true],
    ["<<eo'f'", 'eof', false, false],
    ["<<eo\\'f", "eo'f", true, false],
    ["<<'one two'", 'one two', false, false],
    ['<<$EOF', '$EOF', true, false],
    ['3<<EOF', 'EOF', true, false],
    ['<<<EOF', undefined],
    ['<<', undefined],
    ['<<-', undefined],
    ['<EOF', undefined],
    ['EOF', undefined],
    ['<<EOF sh', undefined],
  ])('%s', (word, name, expand, chomp) => {
    const start = heredocStart(word);
    expect(start && { name: start.name, expand: start.expand, chomp: start.chomp }).toEqual(
      name === undefined ? undefined : { name, expand, chomp },
    );
  });

  it.each(["<<'EOF", '<<"EOF', "<<EOF'"])('%s is refused', (word) => {
    expect(() => heredocStart(word)).toThrow(/quote/);
  });
});

describe('bodies', () => {
  it.each<[string, string, string[]]>([
    ['plain', 'RUN <<EOF\necho a\n# not a comment\nEOF\nUSER x', ['echo a\n# not a comment\n']],
    ['empty', 'RUN <<EOF\nEOF\nUSER x', ['']],
    ['instructions are text', 'RUN <<EOF\nUSER root\nEOF\nUSER x', ['USER root\n']],
    ['blank before the quoted delimiter', "RUN cat << 'EOF' > /f\nUSER root\nEOF\nUSER x", ['USER root\n']],
    ['several', 'COPY <<X <<Y /dest/\nY\nX\nX\nY\nUSER x', ['Y\n', 'X\n']],
    ['tabs', 'RUN <<-E\n\ta\n\tE\nUSER x', ['\ta\n']],
    ['CRLF', 'RUN <<E\r\na\r\nE\r\nUSER x\r\n', ['a\r\n']],
    ['behind flags and a continuation', 'RUN --network=none \\\n  # c\n  <<E\na\nE\nUSER x', ['a\n']],
    ['after a comment in the continuation', 'RUN \\\n# a\\b\n\n  <<E\nx\nE\nUSER x', ['x\n']],
    ['deferred', 'ONBUILD RUN <<E\na\nE\nUSER x', ['a\n']],
    ['quoted text is none', 'RUN echo "<<E"\nUSER x', []],
    ['escaped text is none', 'RUN echo \'<<E\' "a"\nUSER x', []],
    ['shifts are none', 'RUN echo $((1<<2)) <<<x\nUSER x', []],
    ['JSON is none', 'RUN ["<<E"]\nUSER x', []],
    ['other instructions have none', 'LABEL a="<<E"\nUSER x', []],
  ])('%s', (_, text, bodies) => {
    const file = parse(text);
    expect(file.errors).toEqual([]);
    expect(file.instructions[1]!.heredocs.map((heredoc) => heredoc.content)).toEqual(bodies);
    expect(file.instructions.map((item) => item.keyword).at(-1)).toBe('USER');
    expect(file.instructions).toHaveLength(3);
  });

  it('says where one does not end, and goes on at the next instruction', () => {
    const file = parse('RUN <<EOF\necho a\nUSER me\n');
    expect(file.errors).toMatchObject([{ code: 'heredoc', line: 2, column: 5 }]);
    expect(file.stages[0]!.user!.value).toBe('me');
    expect(parse("RUN <<'EOF\nUSER me").errors).toEqual([]);
    expect(parse('COPY a <<EOF\nx\nEOF\n').errors).toMatchObject([{ code: 'heredoc' }]);
  });
});

describe('scripts', () => {
  const script = (text: string) => findScripts(parse(text))[0]!;

  it('is the body alone, in the shell or what its #! names', () => {
    expect(script('RUN <<E\na\nb\nE\n')).toMatchObject({ dialect: 'posix', text: { text: 'a\nb\n' } });
    expect(script('RUN <<-E\n\ta\n\t\tb\n\tE\n').text.text).toBe('a\nb\n');
    expect(script('RUN <<E\r\na\r\nE\r\n').text.text).toBe('a\n');
    expect(script('RUN <<E\n#!/usr/bin/env python3\nprint(1)\nE\n')).toMatchObject({
      dialect: 'other',
      interpreter: ['/usr/bin/env', 'python3'],
    });
    expect(script('RUN <<E\n#!/bin/bash -eu\na\nE\n')).toMatchObject({
      dialect: 'posix',
      interpreter: ['/bin/bash', '-eu'],
    });
    // The instruction's own comments are no script, a body's are.
    expect(script('RUN echo \\\n# c\n hi\n').text.text).toBe('echo  hi');
  });

  it('is handed to the shell whole where a command stands beside it', async () => {
    const file = parse("RUN python3 <<E && cat <<'F' > /x\nimport os\nE\napt-get install evil\nF\n");
    expect(file.instructions[1]!.heredocs).toHaveLength(2);
    const { commands } = await readCommands(file);
    expect(commands.map((command) => command.name)).toEqual(['python3', 'cat']);
    expect(
      commands[1]!.redirects.map((redirect) => [redirect.operator, redirect.body?.text ?? redirect.target?.text]),
    ).toEqual([
      ['<<', 'apt-get install evil\n'],
      ['>', '/x'],
    ]);
  });

  it('reads what a shell is given on its standard input, at its own lines', async () => {
    const { commands } = await readCommands(parse('RUN <<-E bash -eu\n\tcurl x\n\twget y\n\tE\n'));
    expect(commands.map(({ name, via, range }) => [name, via, range.start])).toEqual([
      ['bash', [], { line: 2, column: 5 }],
      ['curl', ['bash'], { line: 3, column: 2 }],
      ['wget', ['bash'], { line: 4, column: 2 }],
    ]);
  });
});
