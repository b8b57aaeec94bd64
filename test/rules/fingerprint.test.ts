import { expect, it } from 'vitest';
import { fingerprint } from '../../src/rules/fingerprint.ts';
import type { Evidence } from '../../src/types.ts';

const file = (path: string, layer: number, note?: string): Evidence => ({
  at: 'file',
  path,
  layer,
  ...(note !== undefined && { note }),
});
const config = (pointer: string): Evidence => ({ at: 'config', pointer, document: 'config' });

it('is sixteen hex digits and depends on the rule and its places', () => {
  const one = fingerprint('shell-present', [file('bin/sh', 0)]);
  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint('setuid-file', [file('bin/sh', 0)])).not.toBe(one);
  expect(fingerprint('shell-present', [file('bin/bash', 0)])).not.toBe(one);
  expect(fingerprint('shell-present', [file('bin/sh', 0), file('bin/bash', 0)])).not.toBe(one);
});

it('survives a rebuild: other layers, other order, other notes, other lines', () => {
  const before = fingerprint('r', [file('a', 0), file('b', 1, 'x'), { at: 'file', path: 'c', layer: 2, line: 3 }]);
  expect(
    fingerprint('r', [{ at: 'file', path: 'c', layer: 9, line: 7 }, file('b', 4), file('a', 2), file('a', 5)]),
  ).toBe(before);
});

it('leaves digests and positions in growing lists out of a place', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(fingerprint('r', [file(`blobs/sha256/${a}`, 0)])).toBe(fingerprint('r', [file(`blobs/sha256/${b}`, 0)]));
  expect(fingerprint('r', [config('/history/3/created_by')])).toBe(
    fingerprint('r', [config('/history/12/created_by')]),
  );
  expect(fingerprint('r', [config('/rootfs/diff_ids/1')])).toBe(fingerprint('r', [config('/rootfs/diff_ids/2')]));
  expect(fingerprint('r', [config('/config/ExposedPorts/22~1tcp')])).not.toBe(
    fingerprint('r', [config('/config/ExposedPorts/23~1tcp')]),
  );
});

it('does not confuse documents, or twins at the same place', () => {
  const manifest: Evidence = { at: 'config', pointer: '/x', document: 'manifest' };
  expect(fingerprint('r', [config('/x')])).not.toBe(fingerprint('r', [manifest]));
  expect(fingerprint('r', [config('/x')], 1)).not.toBe(fingerprint('r', [config('/x')]));
});
