import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { librarySpans, neededLibraries, readElfHead } from '../../src/facts/elf.ts';
import { elf } from '../support/elf.ts';

describe('the head of an ELF file', () => {
  test.each([
    [
      { interpreter: '/lib64/ld-linux-x86-64.so.2', type: 3 },
      { bits: 64, type: 3, machine: 62, interpreter: '/lib64/ld-linux-x86-64.so.2', complete: true, entry: true },
    ],
    [{ type: 2 }, { bits: 64, type: 2, complete: true, dynamic: false }],
    [
      { bits: 32 as const, big: true, machine: 8, interpreter: '/lib/ld.so.1' },
      { bits: 32, machine: 8, interpreter: '/lib/ld.so.1' },
    ],
    [
      { type: 3, dynamic: true, entry: 0 },
      { dynamic: true, entry: false },
    ],
  ])('%j', (made, want) => expect(readElfHead(elf(made))).toMatchObject(want));

  test('says when it could not see everything', () => {
    const whole = elf({ interpreter: '/lib/ld-musl-x86_64.so.1' });
    expect(readElfHead(whole.subarray(0, whole.length - 4))).toMatchObject({ complete: false });
    expect(readElfHead(whole.subarray(0, 70))).toMatchObject({ complete: false });
    const far = Buffer.from(whole);
    far.writeBigUInt64LE(2n ** 63n, 32);
    expect(readElfHead(far)).toMatchObject({ complete: false });
  });

  test('is none for anything else, however short', () => {
    const whole = elf({});
    for (let length = 0; length < 64; length++) expect(readElfHead(whole.subarray(0, length))).toBeUndefined();
    expect(readElfHead(Buffer.from('#!/bin/sh\n'.repeat(20)))).toBeUndefined();
    expect(readElfHead(Buffer.alloc(100, 0xff))).toBeUndefined();
  });

  test('is read from the program that runs this test', () => {
    const head = readElfHead(readFileSync(process.execPath).subarray(0, 4096));
    if (process.platform === 'linux')
      expect(head).toMatchObject({ entry: true, interpreter: expect.stringMatching(/^\/lib.*ld/) });
    else expect(head).toBeUndefined();
  });
});

/** A program of 64 bits whose strings stand behind the first 4 KiB, and its dynamic section at the end. */
function linked(names: string[], { strings = 5000, section = 9000 } = {}): Buffer {
  const table = Buffer.from(`\0${names.join('\0')}\0`);
  const out = Buffer.alloc(section + 16 * (names.length + 2));
  elf({ type: 3, interpreter: '/lib64/ld-linux-x86-64.so.2', dynamic: true }).copy(out);
  const base = 0x10000;
  const load = 64;
  out.writeBigUInt64LE(BigInt(base), load + 16);
  out.writeBigUInt64LE(BigInt(section), load + 32);
  const dynamic = 64 + 2 * 56;
  out.writeBigUInt64LE(BigInt(section), dynamic + 8);
  out.writeBigUInt64LE(BigInt(out.length - section), dynamic + 32);
  table.copy(out, strings);
  let offset = 1;
  names.forEach((name, i) => {
    out.writeBigUInt64LE(1n, section + 16 * i);
    out.writeBigUInt64LE(BigInt(offset), section + 16 * i + 8);
    offset += name.length + 1;
  });
  out.writeBigUInt64LE(5n, section + 16 * names.length);
  out.writeBigUInt64LE(BigInt(base + strings), section + 16 * names.length + 8);
  return out;
}

describe('the libraries that a program asks for', () => {
  const read = (file: Buffer, have = 4096) => {
    const bytes = file.subarray(0, have);
    const head = readElfHead(bytes)!;
    const spans = librarySpans(head, bytes.length).map(({ offset, length }) => {
      expect(offset).toBeGreaterThanOrEqual(bytes.length);
      return { offset, bytes: file.subarray(offset, offset + length) };
    });
    return neededLibraries(head, { head: bytes, spans });
  };
  const names = ['libssl.so.3', 'libc.so.6'];

  test('are found wherever the section stands', () => {
    for (const [strings, section] of [
      [5000, 9000],
      [500, 9000],
      [4090, 9000],
      [500, 4080],
      [500, 600],
    ] as const)
      expect(read(linked(names, { strings, section })), `${strings} ${section}`).toEqual(names);
    expect(read(linked([]))).toEqual([]);
  });

  test('are not known where the strings lie out of reach', () => {
    expect(read(linked(names, { strings: 300_000, section: 400_000 }))).toBeUndefined();
    const file = linked(names);
    expect(read(file.subarray(0, 9000))).toBeUndefined();
    for (let i = 0; i < file.length; i += 7) {
      const broken = Buffer.from(file);
      broken.fill(0xff, i, Math.min(i + 8, broken.length));
      if (readElfHead(broken.subarray(0, 4096))) read(broken);
    }
  });
});
