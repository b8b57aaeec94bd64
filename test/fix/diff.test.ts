import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/fix/diff.ts';

describe('unifiedDiff', () => {
  it('says nothing of equal texts', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
  });

  it('shows three lines around a change', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
    expect(unifiedDiff('./Dockerfile', before, before.replace('e\n', 'E\nE2\n'))).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+E2\n f\n g\n h\n',
    );
  });

  it('keeps far changes apart and near ones together', () => {
    const lines = Array.from({ length: 30 }, (_, at) => `${at}\n`);
    const changed = lines.map((line, at) => ([2, 7, 25].includes(at) ? `x${line}` : line));
    const hunks = unifiedDiff('f', lines.join(''), changed.join('')).match(/^@@.*@@$/gm);
    expect(hunks).toEqual(['@@ -1,11 +1,11 @@', '@@ -23,7 +23,7 @@']);
  });

  it('says where a last line has no line end', () => {
    expect(unifiedDiff('f', 'a', 'a\n')).toBe('--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n');
  });

  it('counts from zero where a file begins or ends empty', () => {
    expect(unifiedDiff('f', '', 'a\n')).toContain('@@ -0,0 +1 @@\n');
    expect(unifiedDiff('f', 'a\n', '')).toContain('@@ -1 +0,0 @@\n');
  });

  it('quotes a name that would break its header', () => {
    expect(unifiedDiff('a\n+++ b', 'a\n', 'b\n').split('\n').slice(0, 3)).toEqual([
      '--- "a/a\\n+++ b"',
      '+++ "b/a\\n+++ b"',
      '@@ -1 +1 @@',
    ]);
  });

  it('gives the new text when it is applied to the old one', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '-- d\n', '+e\n'), { maxLength: 30 })
      .chain((lines) => fc.constantFrom(lines.join(''), lines.join('').replace(/\n$/, '')));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, unifiedDiff('f', before, after))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('shows a middle that differs all over as replaced', () => {
    const lines = (name: string) => Array.from({ length: 2000 }, (_, at) => `${name}${at}\n`).join('');
    const diff = unifiedDiff('f', `top\n${lines('a')}`, `top\n${lines('b')}`);
    expect(apply(`top\n${lines('a')}`, diff)).toBe(`top\n${lines('b')}`);
  });
});

/** What patch does, without any leniency. */
function apply(before: string, diff: string): string {
  if (diff === '') return before;
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = diff.match(/[^\n]*\n/g) ?? [];
  let out = '';
  let at = 0;
  for (let i = 2; i < lines.length; ) {
    const [, start, count = '1'] = /^@@ -(\d+)(?:,(\d+))? \+/.exec(lines[i++]!)!;
    const from = Number(count) === 0 ? Number(start) : Number(start) - 1;
    while (at < from) out += old[at++];
    for (; i < lines.length && !lines[i]!.startsWith('@@'); i++) {
      const bare = lines[i + 1]?.startsWith('\\') === true;
      const line = bare ? lines[i]!.slice(1, -1) : lines[i]!.slice(1);
      const mark = lines[i]![0];
      if (mark === '\\') continue;
      if (mark !== '+') expect(old[at++]).toBe(line);
      if (mark !== '-') out += line;
    }
  }
  return out + old.slice(at).join('');
}
