import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkOutput, writeOutput } from '../../../src/app/cli/outputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-outputs-'));
let at: (name: string) => string;
let run = 0;
beforeEach(() => {
  const own = join(folder, String(run++));
  mkdirSync(own);
  at = (name) => join(own, name);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('writeOutput', () => {
  it('writes a new file, and leaves nothing else in the folder', async () => {
    await writeOutput(at('r.json'), 'new');
    expect(readFileSync(at('r.json'), 'utf8')).toBe('new');
    expect(readdirSync(at('.'))).toEqual(['r.json']);
  });

  it('replaces a file whole: another name for the old one keeps the old text, and the mode stays', async () => {
    writeFileSync(at('r.json'), 'old');
    chmodSync(at('r.json'), 0o640);
    execFileSync('ln', [at('r.json'), at('kept')]);
    await writeOutput(at('r.json'), 'new');
    expect(readFileSync(at('r.json'), 'utf8')).toBe('new');
    expect(readFileSync(at('kept'), 'utf8')).toBe('old');
    expect(statSync(at('r.json')).mode & 0o777).toBe(0o640);
  });

  it('writes through a symlink and keeps it', async () => {
    writeFileSync(at('real'), 'old');
    symlinkSync('real', at('link'));
    await writeOutput(at('link'), 'new');
    expect(readFileSync(at('real'), 'utf8')).toBe('new');
    expect(readdirSync(at('.')).sort()).toEqual(['link', 'real']);
    expect(execFileSync('readlink', [at('link')], { encoding: 'utf8' }).trim()).toBe('real');
  });

  it('writes into a device instead of replacing it', async () => {
    await writeOutput('/dev/null', 'text');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('leaves no part behind when it cannot finish', async () => {
    mkdirSync(at('r.json'));
    writeFileSync(at('r.json/x'), '');
    await expect(writeOutput(at('r.json'), 'text')).rejects.toThrow(/^cannot write '/);
    expect(readdirSync(at('.'))).toEqual(['r.json']);
  });
});

describe('checkOutput', () => {
  it('refuses a missing folder and a folder as file, before anything is scanned', async () => {
    await expect(checkOutput(at('none/r.json'))).rejects.toThrow(/there is no folder '.*none'; make it first/);
    await expect(checkOutput(at('.'))).rejects.toThrow(/it is a folder; name a file in it/);
    await expect(checkOutput(at('r.json'))).resolves.toBeUndefined();
    await expect(checkOutput('/dev/null')).resolves.toBeUndefined();
  });
});
