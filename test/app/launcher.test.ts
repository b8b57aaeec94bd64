import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../bin/tare.cjs');
const folder = mkdtempSync(join(tmpdir(), 'tare-launcher-'));
const isRoot = process.getuid?.() === 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A package with the real launcher and a program small enough to reason about. */
function install(at: string, program: string): string {
  mkdirSync(join(at, 'bin'), { recursive: true });
  mkdirSync(join(at, 'dist'), { recursive: true });
  cpSync(launcher, join(at, 'bin/tare.cjs'));
  writeFileSync(join(at, 'dist/tare.cjs'), program);
  return join(at, 'bin/tare.cjs');
}

const good = `exports.run = async (args) => { console.log('good ' + args.join(' ')); return { code: args.length, typical: true } };`;
/** As long as `good`: V8 compares only the length of the text before it runs what a code cache holds. */
const evil = good.replace('good', 'evil');

function start(bin: string, args: string[] = [], env: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, bin, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, stdout, stderr };
}

/** Runs `evil` in a cache of its own and gives back what V8 compiled of it. */
function compiledEvil(): Buffer {
  const home = mkdtempSync(join(folder, 'evil-'));
  start(install(join(home, 'package'), evil), [], { HOME: home });
  const code = join(home, '.cache/tare/code');
  return readFileSync(join(code, readdirSync(code)[0]!)).subarray(headerLength);
}

const magic = Buffer.from('tare-code-1\n');
const headerLength = magic.length + 32;

/** The launcher's file format, for planting. */
function sealed(data: Buffer): Buffer {
  const key = createHash('sha256')
    .update(`${process.version} ${process.arch} ${process.versions.v8} \n`)
    .update(good, 'latin1')
    .digest();
  return Buffer.concat([magic, createHash('sha256').update(key).update(data).digest(), data]);
}

describe('the launcher', () => {
  let home: string;
  let bin: string;
  let code: string;
  beforeEach(() => {
    home = mkdtempSync(join(folder, 'home-'));
    bin = install(join(home, 'package'), good);
    code = join(home, '.cache/tare/code');
  });
  const files = () => (existsSync(code) ? readdirSync(code) : []);
  const plant = (content: Buffer) => writeFileSync(join(code, files()[0]!), content);

  it('runs the program with its arguments, and exits with its code', () => {
    expect(start(bin, ['a', 'b'], { HOME: home })).toEqual({ status: 2, stdout: 'good a b\n', stderr: '' });
  });

  it('keeps one cache for each kind of command, for the user alone', () => {
    start(bin, ['scan', 'x'], { HOME: home });
    start(bin, ['scan', 'y'], { HOME: home });
    start(bin, ['scan', '--help'], { HOME: home });
    expect(
      files()
        .map((name) => name.replace(/^[0-9a-f]{32}-/, ''))
        .sort(),
    ).toEqual(['other', 'scan']);
    for (const name of files()) expect(lstatSync(join(code, name)).mode & 0o777).toBe(0o600);
    expect(lstatSync(code).mode & 0o777).toBe(0o700);
  });

  it('keeps what ran with other flags of V8 apart, and writes neither again', () => {
    const runs = [
      ['secrets', 'x'],
      ['sbom', 'x'],
      ['scan', '--help'],
    ];
    for (const args of runs) start(bin, args, { HOME: home });
    const before = files().map((name) => [name, lstatSync(join(code, name)).ino]);
    expect(before).toHaveLength(2);
    for (const args of runs) start(bin, args, { HOME: home });
    expect(files().map((name) => [name, lstatSync(join(code, name)).ino])).toEqual(before);
  });

  it('follows XDG_CACHE_HOME where it is absolute', () => {
    const xdg = join(home, 'xdg');
    start(bin, [], { HOME: home, XDG_CACHE_HOME: xdg });
    expect(readdirSync(join(xdg, 'tare/code'))).toHaveLength(1);
    start(bin, [], { HOME: home, XDG_CACHE_HOME: 'relative' });
    expect(files()).toHaveLength(1);
  });

  it.each([
    ['HOME is not set', {}],
    ['HOME is relative', { HOME: 'relative' }],
    ['HOME is a file', { HOME: launcher }],
    ['HOME cannot be made', { HOME: '/proc/none' }],
    ['the user says so', { TARE_NO_CODE_CACHE: '1', HOME: folder }],
  ])('runs without a cache when %s', (_, env) => {
    expect(start(bin, ['a'], env)).toEqual({ status: 1, stdout: 'good a\n', stderr: '' });
    expect(existsSync(join(folder, '.cache'))).toBe(false);
  });

  it('does run what a sealed file of the user’s own holds, so that the tests below mean something', () => {
    start(bin, [], { HOME: home });
    plant(sealed(compiledEvil()));
    expect(start(bin, [], { HOME: home }).stdout).toBe('evil \n');
  });

  it.each([
    ['is group-writable', () => chmodSync(code, 0o770)],
    ['is writable by all', () => chmodSync(code, 0o707)],
    ['lies in a folder of ours that others may write to', () => chmodSync(dirname(code), 0o777)],
    [
      'is a symlink',
      () => {
        renameSync(code, `${code}2`);
        symlinkSync(`${code}2`, code);
      },
    ],
  ])('neither reads nor writes a cache folder that %s', (_, change) => {
    start(bin, [], { HOME: home });
    plant(sealed(compiledEvil()));
    change();
    expect(start(bin, [], { HOME: home }).stdout).toBe('good \n');
    start(bin, ['scan'], { HOME: home });
    expect(files()).toHaveLength(1);
  });

  it.runIf(isRoot)('uses neither a folder nor a file that belongs to somebody else', () => {
    start(bin, [], { HOME: home });
    plant(sealed(compiledEvil()));
    chownSync(code, 65534, 65534);
    expect(start(bin, [], { HOME: home }).stdout).toBe('good \n');
    chownSync(code, 0, 0);
    chownSync(join(code, files()[0]!), 65534, 65534);
    expect(start(bin, [], { HOME: home }).stdout).toBe('good \n');
  });

  it('does not use a file that others may write to, or a symlink', () => {
    start(bin, [], { HOME: home });
    const file = join(code, files()[0]!);
    plant(sealed(compiledEvil()));
    chmodSync(file, 0o666);
    expect(start(bin, [], { HOME: home }).stdout).toBe('good \n');
    writeFileSync(join(home, 'elsewhere'), sealed(compiledEvil()));
    rmSync(file);
    symlinkSync(join(home, 'elsewhere'), file);
    expect(start(bin, [], { HOME: home }).stdout).toBe('good \n');
  });

  it.each<[string, (content: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (content) => content.subarray(0, content.length / 2)],
    ['of another format', (content) => Buffer.concat([Buffer.from('x'), content])],
    [
      'changed by one bit',
      (content) => content.map((byte, at) => (at === content.length - 50 ? byte ^ 1 : byte)) as Buffer,
    ],
    ['sealed for another program', (content) => Buffer.concat([content.subarray(0, headerLength), compiledEvil()])],
    ['noise under a right seal', () => sealed(Buffer.alloc(5000, 7))],
  ])('ignores a cache file that is %s, and replaces it', (_, damage) => {
    start(bin, [], { HOME: home });
    const before = readFileSync(join(code, files()[0]!));
    plant(damage(Buffer.from(before)));
    expect(start(bin, ['a'], { HOME: home })).toEqual({ status: 1, stdout: 'good a\n', stderr: '' });
    const after = readFileSync(join(code, files()[0]!));
    expect(after.subarray(0, headerLength - 32)).toEqual(magic);
    expect(after.length).toBeGreaterThan(headerLength);
    expect(start(bin, ['a'], { HOME: home }).stdout).toBe('good a\n');
  });

  it('does not keep what a failed run compiled', () => {
    const failing = install(join(home, 'failing'), good.replace('true', '!1'));
    start(failing, [], { HOME: home });
    expect(files()).toEqual([]);
  });

  it('drops the oldest caches', () => {
    start(bin, [], { HOME: home });
    for (let i = 0; i < 30; i++) writeFileSync(join(code, `${'0'.repeat(30)}${String(i).padStart(2, '0')}-scan`), '');
    start(bin, ['scan'], { HOME: home });
    expect(files().length).toBeLessThanOrEqual(13);
    expect(files().some((name) => name.endsWith('-scan') && !name.startsWith('0000'))).toBe(true);
  });

  it('starts through a symlink, and from a package that cannot be written', () => {
    const link = join(home, 'tare');
    symlinkSync(bin, link);
    for (const name of ['package/bin', 'package/dist', 'package']) chmodSync(join(home, name), 0o555);
    expect(start(link, ['a'], { HOME: home })).toEqual({ status: 1, stdout: 'good a\n', stderr: '' });
    for (const name of ['package', 'package/bin', 'package/dist']) chmodSync(join(home, name), 0o755);
  });

  it('says what is missing when the program is not built', () => {
    rmSync(join(home, 'package/dist'), { recursive: true });
    const { status, stdout, stderr } = start(bin, [], { HOME: home });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^tare: the built program .* is missing; run npm run build\n$/);
  });

  it('says so when Node is too old', () => {
    const old = join(home, 'old.cjs');
    writeFileSync(
      old,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });`,
    );
    const { status, stderr } = start(bin, [], { HOME: home }, ['--require', old]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'tare: tare needs Node 20.19 or later, and this is 18.20.0; install a newer Node\n',
    });
  });
});
