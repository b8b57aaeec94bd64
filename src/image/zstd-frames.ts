/**
 * Where zstd frames begin and end (RFC 8878, §3.1). Decoders need it: Node's own stops behind the first frame, silently,
 * and the WASM one cannot say why it fails.
 */

const frameMagic = 0xfd2fb528;
/** The most memory that a frame may ask for; zstd's own tools draw the same line. */
const windowBytes = 2 ** 27;
/** Block_Maximum_Size. */
const blockBytes = 2 ** 17;

/** Takes a stream in chunks and gives it back in pieces, none of which holds parts of two frames. Skippable frames are left out. */
export class ZstdFrames {
  private readonly walk = frames();

  constructor() {
    this.walk.next();
  }

  /**
   * What the next chunk adds; `undefined` is the end of the stream.
   * @throws Error with the reason, on what is no frame and on a frame that cannot be decoded here.
   */
  *pieces(chunk: Uint8Array | undefined): Generator<Uint8Array> {
    let piece: Uint8Array | undefined;
    for (let step = this.walk.next(chunk); !step.done && step.value !== more; step = this.walk.next()) {
      const part = step.value;
      if (piece && part !== frameEnd && follows(piece, part)) {
        piece = new Uint8Array(piece.buffer, piece.byteOffset, piece.length + part.length);
        continue;
      }
      if (piece) yield piece;
      piece = part === frameEnd ? undefined : part;
    }
    if (piece) yield piece;
  }
}

const more = Symbol('more input');
const frameEnd = Symbol('end of a frame');
/** Parts of frames, and calls for input, which are answered with a chunk or with `undefined` at the end. */
type Walk<T> = Generator<Uint8Array | typeof more | typeof frameEnd, T, Uint8Array | undefined>;

function* frames(): Walk<void> {
  const input = new Input();
  for (;;) {
    const magic = yield* input.upTo(4);
    if (magic.length === 0) return;
    if (magic.length < 4) throw new Error(cut);
    const kind = littleEndian(magic);
    if (kind === frameMagic) {
      yield magic;
      yield* frame(input);
      yield frameEnd;
    } else if (kind >>> 4 === 0x184d2a5) yield* input.pass(littleEndian(yield* input.exactly(4)), false);
    else throw new Error('bytes that are no frame');
  }
}

function* frame(input: Input): Walk<void> {
  const head = yield* input.exactly(1);
  const descriptor = head[0]!;
  const single = (descriptor & 0x20) !== 0;
  if (descriptor & 0x08) throw new Error('a frame header with a reserved bit set');
  const window = yield* input.exactly(single ? 0 : 1);
  const dictionary = yield* input.exactly([0, 1, 2, 4][descriptor & 3]!);
  const size = yield* input.exactly([single ? 1 : 0, 2, 4, 8][descriptor >> 6]!);
  if (littleEndian(dictionary) !== 0) throw new Error('a frame that needs a dictionary');
  if ((single ? littleEndian(size) : windowSize(window[0]!)) > windowBytes)
    throw new Error(`a frame whose window is larger than ${windowBytes} bytes`);
  for (const part of [head, window, dictionary, size]) if (part.length > 0) yield part;
  for (let last = false; !last; ) {
    const header = yield* input.exactly(3);
    const fields = littleEndian(header);
    last = (fields & 1) === 1;
    const type = (fields >> 1) & 3;
    const length = fields >> 3;
    if (type === 3 || length > blockBytes) throw new Error('a damaged block');
    yield header;
    // A run is one byte and how often it comes.
    yield* input.pass(type === 1 ? 1 : length, true);
  }
  if (descriptor & 0x04) yield yield* input.exactly(4);
}

const cut = 'unexpected end';

/** Window_Descriptor: an exponent and eighths. */
function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** Exact up to 2^53, and beyond that still larger than every limit. */
function littleEndian(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
  return value;
}

function follows(piece: Uint8Array, part: Uint8Array | symbol): part is Uint8Array {
  return (
    part instanceof Uint8Array && part.buffer === piece.buffer && part.byteOffset === piece.byteOffset + piece.length
  );
}

/** Reads forward through chunks. */
class Input {
  private held: Uint8Array = new Uint8Array(0);

  /** Fewer only at the end. */
  *upTo(length: number): Walk<Uint8Array> {
    if (this.held.length >= length) return this.take(length);
    const pieces: Uint8Array[] = [];
    for (let left = length; left > 0 && (yield* this.filled()); left -= pieces.at(-1)!.length)
      // The chunk that it lies in is gone when the rest comes.
      pieces.push(new Uint8Array(this.take(left)));
    return Buffer.concat(pieces);
  }

  *exactly(length: number): Walk<Uint8Array> {
    const bytes = yield* this.upTo(length);
    if (bytes.length < length) throw new Error(cut);
    return bytes;
  }

  /** Goes past bytes, handing them on where they are wanted. */
  *pass(length: number, wanted: boolean): Walk<void> {
    for (let left = length; left > 0; ) {
      if (!(yield* this.filled())) throw new Error(cut);
      const piece = this.take(left);
      left -= piece.length;
      if (wanted) yield piece;
    }
  }

  /** False at the end of the stream. */
  private *filled(): Walk<boolean> {
    while (this.held.length === 0) {
      const next = yield more;
      if (next === undefined) return false;
      this.held = next;
    }
    return true;
  }

  private take(length: number): Uint8Array {
    const piece = this.held.subarray(0, length);
    this.held = this.held.subarray(piece.length);
    return piece;
  }
}
