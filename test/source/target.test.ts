import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { tarBytes } from '../../src/source/recipe-tar.ts';
import { openTarget } from '../../src/source/target.ts';
import { SourceError, UsageError } from '../../src/types.ts';
import { addImage, blobStore, dockerSave, fileEntry, layerTar, layout } from '../support/archives.ts';
import { sourceContext } from '../support/source-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-target-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]): string => join(folder, ...parts);
function write(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  return at(path);
}
/** No daemon and no registry is reachable from here: whoever asks one fails the test. */
const context = () => sourceContext({ env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
const failure = async (target: string): Promise<Error> => {
  try {
    await openTarget(target, context());
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${target} was opened`);
};

const layer = layerTar('a', 'one');
const saved = tarBytes(dockerSave([layer]));
function ociFolder(name: string): string {
  const blobs = blobStore();
  for (const entry of layout(blobs, [addImage(blobs, [layer])])) write(join(name, entry.name), entry.content!);
  return at(name);
}

describe('openTarget', () => {
  it('finds archives by content, whatever their name', async () => {
    expect((await openTarget(write('image.bin', saved), context())).kind).toBe('docker-archive');
    expect((await openTarget(write('image.zip', gzipSync(saved)), context())).kind).toBe('docker-archive');
    const blobs = blobStore();
    const oci = tarBytes(layout(blobs, [addImage(blobs, [layer])]));
    expect((await openTarget(write('oci', oci), context())).kind).toBe('oci-archive');
    expect(
      (await failure(`docker-archive:${write('oci', Buffer.concat([tarBytes([fileEntry('x', '')])]))}`)).message,
    ).toMatch(/no container image/);
  });

  it('takes a path with colons whole where it exists', async () => {
    const path = write('odd:name.tar', saved);
    expect((await openTarget(`docker-archive:${path}`, context())).images).toHaveLength(1);
    expect((await openTarget(`docker-archive:${path}:demo:1`, context())).images).toHaveLength(1);
  });

  it('opens a layout folder with or without its oci-layout file', async () => {
    const path = ociFolder('layout');
    const opened = await openTarget(path, context());
    expect(opened.kind).toBe('oci-dir');
    expect(opened.images[0]!.layers[0]!.content).toMatchObject({ from: 'file', offset: 0 });
    expect((await openTarget(`oci-dir:${path}`, context())).images).toHaveLength(1);
    rmSync(join(path, 'oci-layout'));
    expect((await openTarget(path, context())).status[0]!.message).toMatch(/no oci-layout file/);
  });

  it('does not follow a blob that is a link out of its layout', async () => {
    const path = ociFolder('linked');
    const blob = join(path, 'blobs/sha256', (await import('../support/archives.ts')).hexOf(layer));
    rmSync(blob);
    symlinkSync(write('outside.tar', layer), blob);
    expect((await failure(path)).message).toMatch(/leads out of the folder/);
    rmSync(blob);
    symlinkSync('/dev/zero', blob);
    expect((await failure(path)).message).toMatch(/leads out of the folder/);
    rmSync(blob);
    mkdirSync(blob);
    expect((await failure(path)).message).toMatch(/lacks layer 0/);
  });

  it('does not guess that a folder is a root filesystem', async () => {
    mkdirSync(at('root/etc'), { recursive: true });
    mkdirSync(at('root/usr'));
    const error = await failure(at('root'));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`rootfs:${at('root')}`);
    const opened = await openTarget(`rootfs:${at('root')}`, context());
    expect(opened.images[0]!.layers).toMatchObject([{ content: { from: 'folder', path: at('root') } }]);
    expect(opened.images[0]!.status[0]!.message).toMatch(/without an image config: user/);
    expect(
      (await openTarget(`rootfs:${write('root.tar', layer)}`, context())).images[0]!.layers[0]!.content,
    ).toMatchObject({ from: 'file' });
  });

  it.each([
    './nothing',
    '../nothing.img',
    '/nothing/at/all',
    'nothing.tar',
    'nothing.tar.gz',
    'nothing.tgz',
    'a/b.image.yaml',
  ])('says that %s does not exist and asks no registry', async (target) => {
    const error = await failure(target);
    expect(error).toBeInstanceOf(SourceError);
    expect(error.message).toBe(
      `${target} does not exist; check the path, or give an image in a registry as registry:NAME`,
    );
  });

  it.each([
    ['', /empty/],
    ['docker-archive:', /needs a name/],
    ['oci-dir:', /needs a name/],
    ['dockerfile:Dockerfile', /tare lint/],
    ['UPPER', /not an image reference/],
    ['a\0b', /NUL/],
  ])('refuses %j as a matter of usage', async (target, message) => {
    const error = await failure(target);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
  });

  it('says what a file is that holds no image', async () => {
    expect((await failure(write('empty', ''))).message).toMatch(/empty file/);
    expect((await failure(write('text', 'some text\n'.repeat(200)))).message).toMatch(/neither tar nor compressed/);
    expect((await failure(write('app/Dockerfile', 'FROM scratch\n'))).message).toMatch(/tare lint/);
    expect(
      (await failure(write('build.txt', '# syntax=docker/dockerfile:1\nARG V=1\n\nfrom alpine:$V\n'))).message,
    ).toMatch(/is a Dockerfile/);
    expect((await failure(at('app'))).message).toMatch(/Dockerfile.*tare lint/);
    expect((await failure(write('newlines', '\n'.repeat(4096)))).message).toMatch(/neither tar/);
    expect((await failure(`oci-dir:${write('a.tar', saved)}`)).message).toMatch(/not a folder/);
    expect((await failure(`docker-archive:${folder}`)).message).toMatch(/not a file/);
  });

  it('opens recipes by name and by scheme', async () => {
    const path = write('small.image.yaml', 'layers:\n  - files:\n      /a: hello\n');
    expect((await openTarget(path, context())).kind).toBe('recipe');
    expect((await openTarget(`recipe:${write('small.yaml', 'layers: []\n')}`, context())).images[0]!.layers).toEqual(
      [],
    );
  });
});
