import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readElfHead } from '../../src/facts/elf.ts';
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
