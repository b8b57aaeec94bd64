import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cells, cut, glue, hang, type Line, lineCells, neutralise, span, wrap } from '../../src/report/text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const shown = (lines: Line[]) => lines.map((line) => line.map(({ text }) => text).join(''));

describe('neutralise', () => {
  test.each([
    ['\x1b[2J\x1b[31mred', '\\x1b[2J\\x1b[31mred'],
    ['\x9b31m', '\\x9b31m'],
    ['a\r\nb\tc\0\x7f\b', 'a\\x0d\\x0ab\\x09c\\x00\\x7f\\x08'],
    ['\x1b]8;;http://example.com\x07link', '\\x1b]8;;http://example.com\\x07link'],
    ['user\u202egnp.exe', 'user\\u{202e}gnp.exe'],
    ['a\u200bb\ufeffc', 'a\\u{200b}b\\u{feff}c'],
    ['\u2028\u{e0041}', '\\u{2028}\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['日本語 é 🐳 naïve', '日本語 é 🐳 naïve'],
    ['a\u0301\u0301\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301\u0301\\u{301}\\u{301}'],
  ])('%j', (hostile, harmless) => {
    expect(neutralise(hostile)).toBe(harmless);
  });

  test('leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(neutralise(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(neutralise(neutralise(text))).toBe(neutralise(text));
        expect(span(text).text).toBe(neutralise(text));
      }),
    );
  });
});

test('cells count columns: wide characters two, combining marks none', () => {
  expect(cells('abc')).toBe(3);
  expect(cells('日本')).toBe(4);
  expect(cells('e\u0301')).toBe(1);
  expect(cells('🐳')).toBe(2);
  expect(cells('█░…')).toBe(3);
});

describe('cut', () => {
  test('marks what is missing', () => {
    expect(cut('short', 5)).toBe('short');
    expect(cut('longer', 5)).toBe('long…');
    expect(cut('日本語です', 6)).toBe('日本…');
    expect(cut('a b c d', 5)).toBe('a b…');
    expect(cut(`${'x'.repeat(100_000)}`, 4)).toBe('xxx…');
  });

  test('never exceeds the width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, width) => {
        expect(cells(cut(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('wrap', () => {
  test('breaks at spaces, and inside what is too long for a line', () => {
    expect(shown(wrap([span('one two three')], 8))).toEqual(['one two', 'three']);
    expect(shown(wrap([span('/usr/share/doc')], 8))).toEqual(['/usr/', 'share/', 'doc']);
    expect(shown(wrap([span('in /usr/share/doc/x')], 8))).toEqual(['in', '/usr/', 'share/', 'doc/x']);
    expect(shown(wrap([span('/usr/share/doc/x')], 12))).toEqual(['/usr/share/', 'doc/x']);
    expect(shown(wrap([span('')], 8))).toEqual(['']);
    expect(shown(wrap([span('a'), span('b', 'bold'), span(' c')], 8))).toEqual(['ab c']);
  });

  test('keeps a glued phrase together', () => {
    expect(shown(wrap([span(`see ${glue('3 layers')}`)], 10))).toEqual(['see', '3 layers']);
  });

  test('loses no character but spaces, and keeps to the width', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), fc.integer({ min: 2, max: 40 }), (texts, width) => {
        const spans = texts.map((text) => span(text));
        const lines = wrap(spans, width);
        for (const line of lines) expect(lineCells(line)).toBeLessThanOrEqual(width);
        const bare = (text: string) => text.replace(/[ \u00a0]/g, '');
        expect(bare(shown(lines).join(''))).toBe(bare(spans.map(({ text }) => text).join('')));
      }),
    );
  });
});

test('an endless text is cut, and costs no more than its length', () => {
  expect(span('x'.repeat(5_000_000)).text).toBe(`${'x'.repeat(2000)}…`);
  const words = Array.from({ length: 2000 }, () => span('字'.repeat(2000)));
  expect(wrap(words, 40).every((line) => lineCells(line) <= 40)).toBe(true);
});

test('hang sets the following lines under the first', () => {
  expect(shown(hang([span('fix')], [span('Take the key out of it.')], 6, 18))).toEqual([
    'fix   Take the key',
    '      out of it.',
  ]);
});
