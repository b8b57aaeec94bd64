/** The layer cache as a scan process sees it: the server's, asked over the channel between them. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type BlobNote, type LayerStore, recordKey } from '../../../image/layer-cache.ts';
import type { LayerRecord } from '../../../image/model.ts';
import { decodeRecord, encodeRecord } from '../../../image/record-codec.ts';
import type { Digest } from '../../../types.ts';

/** Gzip of a body, or undefined. */
export interface Shelf {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, body: Uint8Array): void;
}

/** Larger records are read anew each time, bytes of gzip. */
const mostBytes = 32 << 20;
/** Unpacked, of one that somebody else wrote. */
const mostUnpacked = 512 << 20;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** @param version of the collectors that read the layers. */
export function remoteStore(shelf: Shelf, version: string): LayerStore {
  const kind = recordKey(version);
  const layerKey = (diffID: Digest): string => `l-${diffID.slice(7)}-${kind}`;
  const blobKey = (digest: Digest): string => `b-${digest.slice(7)}-${kind}`;
  const read = async <T>(key: string, parse: (text: string) => T): Promise<T | undefined> => {
    const body = await shelf.get(key);
    if (!body) return undefined;
    try {
      return parse((await unpack(body, { maxOutputLength: mostUnpacked })).toString('utf8'));
    } catch {
      return undefined;
    }
  };
  const get = async (diffID: Digest): Promise<LayerRecord | undefined> => {
    const record = await read(layerKey(diffID), decodeRecord);
    return record?.diffID === diffID ? record : undefined;
  };
  return {
    blob: (digest) => read(blobKey(digest), (text) => JSON.parse(text) as BlobNote),
    has: async (diffID) => (await get(diffID)) !== undefined,
    get,
    async put(record, encoded = encodeRecord(record)) {
      const { diffID, compression, storedSize, digest } = record;
      const body = await pack(encoded, { level: 1 });
      if (body.length > mostBytes) return;
      shelf.put(layerKey(diffID), body);
      const note: BlobNote = { diffID, compression, storedSize };
      shelf.put(blobKey(digest), await pack(JSON.stringify(note)));
    },
    prune: async () => {},
  };
}
