/** Memory that is done with, given back at once: what a stream makes is garbage long before V8 notices how much of it there is. */

/** Smaller ones are not worth the call, and Node cuts them from a piece that others use too. */
const worthIt = 64 * 1024;

let drain: ((buffer: ArrayBuffer) => void) | undefined;

/**
 * Frees the memory behind bytes, which nobody may look at any more; every view of it is then empty. Only for bytes that
 * have their buffer for themselves.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < worthIt || buffer.byteLength <= Buffer.poolSize) return;
  drain ??= makeDrain();
  drain(buffer);
}

/** What is transferred is detached here, and freed where nobody takes it (ECMAScript 2024 has a word for it; Node 20 has not). */
function makeDrain(): (buffer: ArrayBuffer) => void {
  if ('transfer' in ArrayBuffer.prototype)
    return (buffer) => void (buffer as ArrayBuffer & { transfer(length: number): ArrayBuffer }).transfer(0);
  // The global one: importing it would load threads where nothing is ever released.
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return (buffer) => port1.postMessage(null, [buffer]);
}
