/** What Go writes into a program of how it was built (debug/buildinfo; cmd/link, "buildinfo"): the modules that it is made of. */
import { latin1, lines, utf8 } from '../text.ts';
import { type Manifest, type ManifestPackage, mostPackages, word } from './manifest.ts';

/** Begins the blob; it lies on a multiple of 16. */
export const buildInfoMagic: Buffer = Buffer.from('\xff Go buildinf:', 'latin1');
/** Stand around the list of modules, so that it can be found by itself. */
export const modulesBegin: Buffer = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const modulesEnd = Buffer.from('f932433186182072008242104116d8f2', 'hex');

/** Where the texts of a blob of Go 1.13 to 1.17 lie in memory. */
export interface BuildInfoPointers {
  version: number;
  modules: number;
  size: 4 | 8;
  big: boolean;
}

/** A blob, which holds its texts (Go 1.18 and later) or says where they are. */
export function readBuildInfo(
  blob: Buffer,
): { texts: [version: string, modules: string] } | BuildInfoPointers | undefined {
  if (blob.length < 32) return undefined;
  const flags = blob[15]!;
  if (flags & 2) {
    const version = text(blob, 32);
    const modules = version && text(blob, version.end);
    return version && { texts: [version.value, modules?.value ?? ''] };
  }
  const size = blob[14];
  if (size !== 4 && size !== 8) return undefined;
  const big = (flags & 1) === 1;
  return { version: pointer(blob, 16, size, big), modules: pointer(blob, 16 + size, size, big), size, big };
}

/** An address; 0 where it lies outside. */
export function pointer(bytes: Buffer, at: number, size: 4 | 8, big: boolean): number {
  if (at < 0 || at + size > bytes.length) return 0;
  if (size === 4) return big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  return Number(big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
}

/** A text behind its length (varint). */
function text(bytes: Buffer, at: number): { value: string; end: number } | undefined {
  let length = 0;
  let shift = 0;
  let from = at;
  for (;;) {
    const byte = bytes[from++];
    if (byte === undefined || shift > 28) return undefined;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  if (from + length > bytes.length) return undefined;
  return { value: latin1(bytes.subarray(from, from + length)), end: from + length };
}

/** Go's version and the lines between the marks: `mod`, `dep`, and `=>` for what stands in for the line above. */
export function goPackages(version: string, modules: string): Manifest | undefined {
  const packages: ManifestPackage[] = [];
  const go = word(/^go(\d[^\s]{0,64})/.exec(version)?.[1]);
  if (!go) return undefined;
  packages.push({ n: 'stdlib', v: go });
  let cut = false;
  for (const line of lines(inside(modules))) {
    const [kind, path, stated] = line.split('\t', 4);
    if (kind !== 'mod' && kind !== 'dep' && kind !== '=>') continue;
    const name = word(path, 512);
    if (!name) continue;
    const one = { n: name, v: stated === '(devel)' ? '' : (word(stated) ?? '') };
    if (kind !== '=>') {
      cut = packages.length >= mostPackages;
      if (cut) break;
      packages.push(one);
    } else if (one.v !== '' && packages.length > 1) packages[packages.length - 1] = one;
  }
  return { e: 'golang', p: packages, ...(cut && { cut: true as const }) };
}

function inside(modules: string): string {
  const bytes = Buffer.from(modules, 'latin1');
  const framed = bytes.length >= 33 && bytes[bytes.length - 17] === 10;
  return utf8(framed ? bytes.subarray(16, bytes.length - 16) : Buffer.alloc(0));
}

/** The length of the list that begins at the start of the bytes, both marks counted; 0 where its end is not among them. */
export function modulesLength(bytes: Buffer): number {
  const end = bytes.indexOf(modulesEnd);
  return end < 0 ? 0 : end + modulesEnd.length;
}
