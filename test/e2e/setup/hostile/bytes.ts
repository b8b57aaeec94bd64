/** What the attacks are made of. */
import { gzipSync } from 'node:zlib';
import { makeLayout } from '../layout.ts';
import { archive, entry } from '../tar.ts';

export interface Attack {
  name: string;
  /** What must happen: a refusal that says this, or a report. `either` where both are right answers. */
  expect: RegExp | 'report' | 'either';
  make(dir: string): string;
  /** Arguments beside the target. */
  args?: string[];
  /** Words that a report's status must hold. */
  status?: RegExp;
}

export const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';
export const end = Buffer.alloc(1024);
export const osRelease = entry({ path: 'etc/os-release' }, 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n');

export function layer(bytes: Buffer): { bytes: Buffer } {
  return { bytes };
}

export function tarLayer(dir: string, ...entries: Uint8Array[]): string {
  makeLayout(dir, [layer(archive(...entries))]);
  return `oci-dir:${dir}`;
}

export function gzipLayer(dir: string, bytes: Buffer): string {
  makeLayout(dir, [layer(bytes)], { mediaType: gzipType });
  return `oci-dir:${dir}`;
}

export function bomb(pieces: number): Buffer {
  const zeros = gzipSync(Buffer.alloc(64 << 20), { level: 9 });
  const head = gzipSync(entry({ path: 'zeros', size: pieces * (64 << 20) }));
  return Buffer.concat([head, ...Array.from({ length: pieces }, () => zeros), gzipSync(end)]);
}

export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 42;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
