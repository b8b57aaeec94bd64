import { describe, expect, it } from 'vitest';
import { listedName, trimEndSlashes, trimSlashes } from '../../src/types/names.ts';

describe('paths without slashes around them', () => {
  it.each([
    ['', '', ''],
    ['/', '', ''],
    ['///', '', ''],
    ['a', 'a', 'a'],
    ['//a//b//', 'a//b', '//a//b'],
  ])('%j', (path, both, end) => {
    expect(trimSlashes(path)).toBe(both);
    expect(trimEndSlashes(path)).toBe(end);
  });

  it('are found at once, however many slashes stand where', () => {
    const inside = `/${'/'.repeat(1_000_000)}a${'/'.repeat(1_000_000)}b`;
    expect(trimSlashes(inside)).toHaveLength(1_000_002);
    expect(trimEndSlashes(inside)).toBe(inside);
  });
});

describe('names that a list knows', () => {
  const list = new Set(['base64', 'python', 'vim.basic', 'tar']);

  it.each([
    ['base64', 'base64'],
    ['vim.basic', 'vim.basic'],
    ['python3.11', 'python'],
    ['python-3', 'python'],
    ['base', undefined],
    ['base32', undefined],
    ['tar.sh', undefined],
    ['3', undefined],
  ])('%s', (name, known) => expect(listedName(name, list)).toBe(known));
});
