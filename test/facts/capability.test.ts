import { describe, expect, test } from 'vitest';
import { decodeCapabilities } from '../../src/facts/capability.ts';

const words = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, i * 4);
  return bytes.toString('base64');
};

describe('file capabilities', () => {
  test('version 2, as setcap cap_net_bind_service,cap_net_raw+ep writes it', () => {
    expect(decodeCapabilities(words(0x02000001, (1 << 10) | (1 << 13), 0, 0, 0))).toEqual({
      capabilities: ['cap_net_bind_service', 'cap_net_raw'],
      permitted: ['cap_net_bind_service', 'cap_net_raw'],
      inheritable: [],
      effective: true,
    });
  });

  test('the second word holds bits from 32, unknown bits keep their number', () => {
    const found = decodeCapabilities(words(0x02000000, 0, 1 << 21, (1 << 6) | (1 << 7) | (1 << 31), 0))!;
    expect(found.permitted).toEqual(['cap_perfmon', 'cap_bpf', 'cap_63']);
    expect(found.inheritable).toEqual(['cap_sys_admin']);
    expect(found.capabilities).toEqual(['cap_sys_admin', 'cap_perfmon', 'cap_bpf', 'cap_63']);
    expect(found.effective).toBe(false);
  });

  test('version 1 has one word, version 3 the root of a user namespace', () => {
    expect(decodeCapabilities(words(0x01000001, 1, 0))!.capabilities).toEqual(['cap_chown']);
    expect(decodeCapabilities(words(0x03000001, 1, 0, 0, 0, 1000))).toMatchObject({
      capabilities: ['cap_chown'],
      rootId: 1000,
    });
  });

  test.each([
    ['', 0],
    [words(0x02000001, 1, 0), 0],
    [words(0x04000001, 1, 0, 0, 0, 0), 0],
    [words(0x03000001, 1, 0, 0, 0), 0],
    ['not base64 !!', 0],
  ])('%j is none', (text) => {
    expect(decodeCapabilities(text as string)).toBeUndefined();
  });
});
