/** The pictures of README.md: that they are there, can be shown, and show what the program says now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { svgOf } from '../../scripts/ansi-svg.mjs';
import { folder, reportFaults, tablePicture } from '../../scripts/pictures.mjs';

test('the picture of the terminal is the one that would be made now', () => {
  const picture = readFileSync(join(folder, 'table.svg'), 'utf8');
  expect(picture).toBe(tablePicture());
  expect(picture).not.toMatch(/<script|<image|@import|url\(/);
});

test('nothing in it is wider than it is', () => {
  const picture = tablePicture();
  const width = Number(/ width="(\d+)"/.exec(picture)![1]);
  const ends = [...picture.matchAll(/ x="(\d+)"[^>]*? (?:textLength|width)="(\d+)"/g)].map(
    ([, x, length]) => Number(x) + Number(length),
  );
  expect(ends.length).toBeGreaterThan(100);
  expect(Math.max(...ends)).toBeLessThan(width);
  expect(() => svgOf('x'.repeat(81), 80, 'wide')).toThrow('a line of 81 columns does not fit in 80');
});

test('text is escaped, and control characters are refused', () => {
  expect(svgOf('\u001b[1ma <b> & c\u001b[22m', 20, '"t"')).toContain('>a &lt;b&gt; &amp; c</text>');
  expect(() => svgOf('a\u001b[2J', 20, 't')).toThrow('no picture of');
  expect(() => svgOf('\u001b[35ma', 20, 't')).toThrow('no picture of the style 35');
});

test('the pictures of the HTML report can be shown, and are small', () => {
  expect(reportFaults()).toEqual([]);
});
