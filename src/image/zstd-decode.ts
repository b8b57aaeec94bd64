/** The WASM zstd decoder behind a guard: by itself it never checks its error code and would spin on corrupt input. */
import { ZSTDDecoder } from 'zstddec/stream';
import { ZstdFrames } from './zstd-frames.ts';

/** The decoder's own loop copies what it gets into WASM memory: small pieces keep that memory flat. */
const pieceBytes = 131_072;

/**
 * Decodes zstd frames (RFC 8878), several and skippable ones included; windows up to 128 MiB.
 * Synchronous: `input` is pulled while output is made. @throws Error on corrupt or cut-off input.
 */
export async function zstdDecoder(): Promise<(input: Iterable<Uint8Array>) => Generator<Uint8Array>> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return function* decode(input) {
    let emptyInARow = 0;
    const guarded = (function* () {
      const frames = new ZstdFrames();
      const cut = function* (chunk: Uint8Array | undefined) {
        for (const piece of frames.pieces(chunk)) {
          for (let at = 0; at < piece.length; at += pieceBytes) {
            emptyInARow = 0;
            yield piece.subarray(at, at + pieceBytes);
          }
        }
      };
      for (const chunk of input) yield* cut(chunk);
      yield* cut(undefined);
    })();
    // Within one frame the decoder either makes output or uses up the piece; what does neither will not end.
    for (const output of decoder.decodeStreaming(guarded)) {
      if (output.length > 0) {
        emptyInARow = 0;
        yield output;
      } else if (++emptyInARow > 2) throw new Error('corrupt data');
    }
  };
}
