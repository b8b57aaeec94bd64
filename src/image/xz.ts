/** xz, for outer archives only: image layers are never xz (OCI image-spec, layer.md). */
import { XzReadableStream } from 'xz-decompress';

/** The uncompressed bytes. @throws Error with the decoder's reason. */
export async function* xzStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  const input = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
  });
  const reader = new XzReadableStream(input).getReader();
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) return;
      if (next.value.length > 0) yield next.value;
    }
  } finally {
    reader.cancel().catch(() => {});
    await iterator.return?.();
  }
}
