/** An analysed image without its layers' records, as text: with the records, which are shared, it is whole again. */
import type { Digest } from '../types.ts';
import type { Limits } from './limits.ts';
import type { AnalysedImage, LayerRecord } from './model.ts';
import { Rootfs } from './rootfs.ts';

type Stored = Omit<AnalysedImage, 'records' | 'rootfs'>;

/** Raise it when what an image holds changes its shape or meaning. */
const format = 1;

/** JSON text. */
export function encodeImage({ records: _, rootfs: __, ...image }: AnalysedImage): string {
  return JSON.stringify({ format, image });
}

/**
 * The image again; undefined where a record is missing or the text is of another version. The records' entries become
 * this image's own. @throws SourceError past a limit.
 */
export async function decodeImage(
  encoded: string,
  recordOf: (diffID: Digest) => Promise<LayerRecord | undefined>,
  limits: Limits,
): Promise<AnalysedImage | undefined> {
  const image = parse(encoded);
  if (!image) return undefined;
  const rootfs = new Rootfs(limits);
  const records: LayerRecord[] = [];
  for (const [index, { diffID, digest, storedSize }] of image.layers.entries()) {
    const found = await recordOf(diffID);
    if (!found) return undefined;
    for (const entry of found.entries) entry.layer = index;
    rootfs.apply(found.entries, index);
    // The same layer may be stored under another digest, compressed in another way.
    records.push({ ...found, digest, storedSize });
  }
  return { ...image, records, rootfs };
}

function parse(encoded: string): Stored | undefined {
  const { format: written, image } = JSON.parse(encoded) as { format: number; image: Stored };
  return written === format ? image : undefined;
}
