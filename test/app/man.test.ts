/** The man page, as the programs that show it take it. That it is up to date is held by `npm run docs -- --check`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { commands } from '../../src/app/cli/commands.ts';
import { optionTables } from '../../src/app/cli/option-tables.ts';
import { root } from './tare.ts';

const page = join(root, 'man/tare.1');

describe('the man page', () => {
  it('is ASCII, and has every command and option', () => {
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^[\n -~]+$/);
    const plain = text.replaceAll('\\-', '-');
    for (const [, usage] of commands) expect(plain).toContain(`.B tare ${usage}\n`);
    for (const { name } of [...optionTables.values()].flat()) expect(plain).toMatch(new RegExp(`--${name}\\b`));
  });

  it('is what package.json names', () => {
    const { man, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(join(root, man)).toBe(page);
    expect(files).toContain('man');
  });

  it.skipIf(!findTool('groff'))('is set by groff without a warning', () => {
    const { status, stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', page], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    // Bold is a letter struck twice, or an escape sequence.
    const plain = stdout.replaceAll(/.\x08/g, '').replaceAll(/\x1b\[[0-9;]*m/g, '');
    expect(plain).toContain('OPTIONS OF TARE SCAN');
  });

  it.skipIf(!findTool('mandoc'))('is clean to mandoc', () => {
    const { stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', page], { encoding: 'utf8' });
    // The page has no date: the same sources make the same page.
    const told = `${stdout}${stderr}`.split('\n').filter((line) => line && !line.includes('missing date'));
    expect(told).toEqual([]);
  });
});
