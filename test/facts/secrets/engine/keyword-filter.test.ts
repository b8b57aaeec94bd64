import { describe, expect, it } from 'vitest';
import { planWindows } from '../../../../src/facts/secrets/engine/author/plan.ts';
import { seeded } from '../../../../src/facts/secrets/engine/author/template.ts';
import { type Keyword, KeywordFilter } from '../../../../src/facts/secrets/engine/keyword-filter.ts';

const keywords: Keyword[] = [
  ...['abca', 'bcab', 'abcabc', 'cab_', 'password', '://a'].map((text) => ({ text, exact: false })),
  ...['aBc', 'SG.', 'Abca', 'AAAA', 'ghp_'].map((text) => ({ text, exact: true })),
];

/** Every place of every keyword, looked for one by one. */
function plainly(bytes: Buffer, from: number, to: number): string[] {
  const text = bytes.toString('latin1');
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: string[] = [];
  keywords.forEach((keyword, index) => {
    for (let at = from; at < to; at++) {
      if ((keyword.exact ? text : lower).startsWith(keyword.text, at)) found.push(`${index}@${at}`);
    }
  });
  return found.sort();
}

function filtered(filter: KeywordFilter, bytes: Buffer, from: number, to: number): string[] {
  const found: string[] = [];
  filter.find(bytes, from, to, (keyword, at) => found.push(`${keyword}@${at}`));
  return found.sort();
}

describe('the keyword filter', () => {
  const filter = new KeywordFilter(keywords, planWindows(keywords));

  it('finds what looking plainly finds, at every alignment, length and range', () => {
    const random = seeded('filter');
    const alphabet = 'abcABC_:/aAbBcC';
    for (let round = 0; round < 400; round++) {
      const offset = round % 4;
      const length = Math.floor(random() * 70);
      const room = Buffer.from(new ArrayBuffer(offset + length), offset, length);
      for (let i = 0; i < length; i++) room[i] = alphabet.charCodeAt(Math.floor(random() * alphabet.length));
      if (length > 12 && round % 3 === 0) room.write('passWORDghp_', Math.floor(random() * (length - 11)), 'latin1');
      const from = Math.floor(random() * (length + 1));
      const to = from + Math.floor(random() * (length - from + 1));
      expect(filtered(filter, room, 0, length), `${round}`).toEqual(plainly(room, 0, length));
      expect(filtered(filter, room, from, to), `${round} ${from}-${to}`).toEqual(plainly(room, from, to));
    }
  });

  it('finds a keyword at either end, and in bytes of every value', () => {
    for (const text of ['ghp_', 'SG.', 'xghp_', 'ghp_x', 'SG.SG.', 'PassWord']) {
      const bytes = Buffer.from(text, 'latin1');
      expect(filtered(filter, bytes, 0, bytes.length)).toEqual(plainly(bytes, 0, bytes.length));
    }
    const every = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      Buffer.from('AAAAA\xffaBc', 'latin1'),
    ]);
    expect(filtered(filter, every, 0, every.length)).toEqual(plainly(every, 0, every.length));
  });

  it('finds nothing in nothing', () => {
    expect(filtered(filter, Buffer.alloc(0), 0, 0)).toEqual([]);
    expect(filtered(filter, Buffer.from('a'), 0, 1)).toEqual([]);
  });
});
