/** Notes of scanned images: believed only where nobody else can have written them. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseImageConfig } from '../../src/image/config.ts';
import { noting, recallImage } from '../../src/image/image-notes.ts';
import { defaultLimits } from '../../src/image/limits.ts';
import type { AnalysedImage } from '../../src/image/model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tare-notes-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const reference = { registry: 'docker.io', repository: 'library/base', tag: '1' };
const document = { os: 'linux', architecture: 'amd64', config: { User: '10001' }, rootfs: { diff_ids: [] } };
const { config } = parseImageConfig(Buffer.from(JSON.stringify(document)), 'a config', 0, defaultLimits);
const image = { kind: 'registry', config, origin: { references: [reference] } } as unknown as AnalysedImage;
const note = (dir: string) => noting(dir, () => ({ distro: null }))(image);
const recall = (dir: string) => recallImage(dir, reference, config.platform);

describe.skipIf(process.platform === 'win32')('notes of images', () => {
  it('are there for later runs', async () => {
    const dir = join(scratch, 'a', 'cache');
    note(dir);
    expect(await recall(dir)).toMatchObject({ platform: { os: 'linux' }, container: { user: '10001' } });
  });

  it.each(['images', '.'])('are neither made nor believed where others may write to %s', async (open) => {
    const dir = mkdtempSync(join(scratch, 'open-'));
    note(dir);
    chmodSync(join(dir, open), 0o777);
    expect(await recall(dir)).toBeUndefined();
    rmSync(join(dir, 'images'), { recursive: true });
    if (open === 'images') {
      mkdirSync(join(dir, 'images'));
      chmodSync(join(dir, 'images'), 0o777);
    }
    note(dir);
    chmodSync(dir, 0o700);
    if (open === 'images') chmodSync(join(dir, 'images'), 0o700);
    expect(await recall(dir)).toBeUndefined();
  });

  it.skipIf(!existsSync('/proc/self'))('cost a run nothing where no folder can be made', async () => {
    expect(note('/proc/x')).toEqual({ distro: null });
    expect(await recall('/proc/x')).toBeUndefined();
  });
});
