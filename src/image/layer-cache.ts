/**
 * Results of past passes, addressed by diffID and collector versions. Whoever asks has verified the digest
 * of the bytes in this run; the cache only answers what such bytes hold.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../types.ts';
import type { LayerRecord } from './model.ts';
import { makeOwnFolder } from './own-folder.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

/** Raise it when what a record holds changes its shape or meaning. */
const FORMAT = 2;

/** What records of one kind are known by: they depend on what reads them as much as on the layer. */
export function recordKey(collectorsVersion: string): string {
  return createHash('sha256').update(`${FORMAT}\n${collectorsVersion}`).digest('hex').slice(0, 16);
}

/** What is remembered of a blob: the layer that its bytes unpack to. */
export interface BlobNote {
  diffID: Digest;
  compression: LayerRecord['compression'];
  storedSize: number;
}

/** Where results of past passes are looked for and put. */
export interface LayerStore {
  /** The layer that a blob of this digest unpacks to, if it was seen before. */
  blob(digest: Digest): Promise<BlobNote | undefined>;
  /** True when a record is there; cheap. */
  has(diffID: Digest): Promise<boolean>;
  /** The record of a layer, with `digest` and `storedSize` of when it was first read. */
  get(diffID: Digest): Promise<LayerRecord | undefined>;
  /** Remembers a record and its blob; a failure to write costs only the next run's time. `encoded` saves encoding it twice. */
  put(record: LayerRecord, encoded?: string): Promise<void>;
  /** Makes room; at the end of a run. */
  prune(): Promise<void>;
}

/** Safe under many processes: files are written whole and renamed, never changed. */
export class LayerCache implements LayerStore {
  private wrote = false;

  private constructor(
    private readonly dir: string,
    private readonly key: string,
    private readonly maxBytes: number,
  ) {}

  /** Opens (and makes) the folder, for its owner alone; `refused` says why it cannot be used. */
  static open(dir: string, collectorsVersion: string, maxBytes: number): LayerCache | { refused: string } {
    const opened = makeOwnFolder(dir, 'layers');
    if ('refused' in opened) return opened;
    return new LayerCache(opened.path, recordKey(collectorsVersion), maxBytes);
  }

  async blob(digest: Digest): Promise<BlobNote | undefined> {
    return this.read(this.file('b', digest), (body) => JSON.parse(body) as BlobNote);
  }

  async has(diffID: Digest): Promise<boolean> {
    return stat(this.file('l', diffID)).then(
      () => true,
      () => false,
    );
  }

  async get(diffID: Digest): Promise<LayerRecord | undefined> {
    const file = this.file('l', diffID);
    const record = await this.read(file, decodeRecord);
    if (record && record.diffID !== diffID) return undefined;
    // Its time of use decides what is pruned first.
    if (record) await utimes(file, new Date(), new Date()).catch(() => {});
    return record;
  }

  async put(record: LayerRecord, encoded = encodeRecord(record)): Promise<void> {
    const note: BlobNote = { diffID: record.diffID, compression: record.compression, storedSize: record.storedSize };
    await this.write(this.file('l', record.diffID), encoded);
    await this.write(this.file('b', record.digest), JSON.stringify(note));
    this.wrote = true;
  }

  /** Removes the least recently used until the folder fits its size; call at the end of a run. */
  async prune(): Promise<void> {
    if (!this.wrote) return;
    const files: { path: string; size: number; used: number }[] = [];
    let total = 0;
    for (const name of await readdir(this.dir).catch(() => [] as string[])) {
      const path = join(this.dir, name);
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) continue;
      // What a killed process left half-written.
      if (name.endsWith('.tmp') && Date.now() - info.mtimeMs > 3_600_000) await unlink(path).catch(() => {});
      files.push({ path, size: info.size, used: info.mtimeMs });
      total += info.size;
    }
    files.sort((a, b) => a.used - b.used);
    for (const file of files) {
      if (total <= this.maxBytes) return;
      await unlink(file.path).catch(() => {});
      total -= file.size;
    }
  }

  private file(kind: 'l' | 'b', digest: Digest): string {
    return join(this.dir, `${kind}-${digest.slice(7)}-${this.key}`);
  }

  /** Reads `sha256 of body\nbody`; a damaged file is removed and counts as absent. */
  private async read<T>(file: string, parse: (body: string) => T): Promise<T | undefined> {
    const content = await readFile(file, 'utf8').catch(() => undefined);
    if (content === undefined) return undefined;
    const body = content.slice(65);
    try {
      if (createHash('sha256').update(body).digest('hex') !== content.slice(0, 64)) throw new Error('damaged');
      return parse(body);
    } catch {
      await rm(file, { force: true }).catch(() => {});
      return undefined;
    }
  }

  private async write(file: string, body: string): Promise<void> {
    const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, `${createHash('sha256').update(body).digest('hex')}\n${body}`, {
        mode: 0o600,
        flag: 'wx',
      });
      await rename(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }
}
