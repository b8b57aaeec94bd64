/** The scripts of `tare completion`, driven by real shells. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../../scripts/services.mjs';
import { commands } from '../../../src/app/cli/commands.ts';
import { optionTables } from '../../../src/app/cli/option-tables.ts';
import { workplace } from '../tare.ts';

const { folder, tare } = workplace();
const file = (shell: string): string => join(folder, `tare.${shell}`);

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await tare(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(file(shell), stdout);
  }
  writeFileSync(join(folder, 'my-image.tar'), '');
});

/** Types a line in an interactive bash on a terminal of its own, with Tab where it ends, and says what stands there then. */
function typed(line: string): string {
  // Ctrl-A goes to the start, so that the completed line is printed in place of run.
  const keys = `source ${file('bash')}\n${line}\t\x01echo "<" \x05 ">"\nexit\n`;
  const shell = spawnSync('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
    cwd: folder,
    input: keys,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb', PS1: '$ ' },
    timeout: 60_000,
  });
  return /^< (.*) >\r?$/m.exec(shell.stdout)?.[1]?.trim() ?? shell.stdout;
}

/** What bash would offer for the words, the last of which is being written. */
function offered(...words: string[]): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it
  const call = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); __tare; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr } = spawnSync('bash', ['-c', call, file('bash'), 'tare', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  it('knows the options of every command', () => {
    expect([...optionTables.keys()].sort()).toEqual(commands.map(([name]) => name).sort());
  });

  it('completes in an interactive bash', () => {
    expect(typed('tare rules run-as-r')).toBe('tare rules run-as-root');
    expect(typed('tare scan --fail-on cri')).toBe('tare scan --fail-on critical');
    expect(typed('tare scan --format=sar')).toBe('tare scan --format=sarif');
    expect(typed('tare scan my-im')).toBe('tare scan my-image.tar');
    expect(typed('tare scan --output sarif=my-im')).toBe('tare scan --output sarif=my-image.tar');
  });

  it('offers commands, options, formats, severities, rules and limits', () => {
    expect(offered('')).toEqual([...commands.map(([name]) => name), 'help', '--help', '--version']);
    expect(offered('li')).toEqual(['lint']);
    expect(offered('lint', '--fi')).toEqual(['--fix', '--fix-dry-run', '--fix-unsafe']);
    expect(offered('scan', '--fi')).toEqual([]);
    expect(offered('sbom', '--format', 'c')).toEqual(['cyclonedx-json']);
    expect(offered('lint', '--format', 'gitlab-con')).toEqual([]);
    expect(offered('scan', '--format', 'gitlab-con')).toEqual(['gitlab-container-scanning']);
    expect(offered('scan', '--format', '=', 'js')).toEqual(['json']);
    expect(offered('scan', '--format', '=')).toContain('json');
    expect(offered('scan', '--output', 'sa')).toEqual(['sarif=']);
    expect(offered('scan', '--limit', 'layer-b')).toEqual(['layer-bytes=']);
    expect(offered('scan', '--fail-on', '')).toEqual(['critical', 'high', 'medium', 'low', 'none']);
    expect(offered('lint', '--shellcheck', 'o')).toEqual(['on', 'off']);
    expect(offered('help', 'sb')).toEqual(['sbom']);
    expect(offered('completion', 'f')).toEqual(['fish']);
    expect(offered('scan', '--min-score', '')).toEqual([]);
    expect(offered('rules', 'setuid-')).toContain('setuid-file');
  });

  it.skipIf(!findTool('zsh'))('is understood by zsh', () => {
    const { status, stderr } = spawnSync('zsh', ['-fn', file('zsh')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.skipIf(!findTool('fish'))('completes in fish', () => {
    const ask = (line: string): string =>
      spawnSync('fish', ['--no-config', '-c', `source ${file('fish')}; complete -C '${line}'`], { encoding: 'utf8' })
        .stdout;
    expect(ask('tare rules run-as-r')).toMatch(/^run-as-root\b/);
    expect(ask('tare scan --fail-on cri')).toMatch(/^critical\b/);
  });

  it('says which shells there are', async () => {
    expect(await tare(['completion'])).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh or fish') });
    expect(await tare(['completion', 'zhs'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean zsh'),
    });
  });
});
