/** No pattern may backtrack badly: by its shape, and by the steps that it takes on hostile text. */
import { describe, expect, it } from 'vitest';
import { countSteps, hostileTexts, shapeFaults } from '../../../../src/facts/secrets/engine/author/linear.ts';
import { parsePattern } from '../../../../src/facts/secrets/engine/author/pattern.ts';
import { lengths, prefixes, printPattern } from '../../../../src/facts/secrets/engine/author/regex.ts';
import { examples, formats, fresh } from './load.ts';

const patterns = formats.filter(({ pattern }) => pattern !== undefined);

describe('every pattern', () => {
  it('has a bound on what it matches, and no neighbours that share characters', () => {
    for (const { id, pattern, longest } of patterns) {
      const node = parsePattern(pattern!);
      expect(shapeFaults(node, 3000), id).toEqual([]);
      expect(lengths(node).max, id).toBe(longest);
    }
  });

  it('takes steps in proportion to the text, whatever the text', () => {
    for (const { id, kind, pattern, keywords, longest } of patterns) {
      const node = parsePattern(pattern!);
      for (const start of kind === 'token' ? keywords : ['']) {
        for (const text of hostileTexts(node, start, longest + 40)) {
          expect(countSteps(node, text).steps, id).toBeLessThan(12 * Math.min(text.length, longest) + 500);
        }
      }
    }
  });

  it('means the same to the step counter as to the engine that runs it', () => {
    for (const { format, ng } of examples) {
      if (format.pattern === undefined) continue;
      const node = parsePattern(format.pattern);
      const regex = new RegExp(format.pattern, 'y');
      const texts = ng.map((template) => fresh(template, 'same').slice(format.before?.max ?? 0));
      for (const text of [...texts, ...hostileTexts(node, format.keywords[0]!, 60).slice(0, 20)]) {
        regex.lastIndex = 0;
        expect(countSteps(node, text).matched, `${format.id} ${text}`).toBe(regex.test(text));
      }
    }
  });
});

describe('the language of patterns', () => {
  it.each([
    ['a+', 'without bound'],
    ['a*', 'without bound'],
    ['a{3,}', 'without bound'],
    ['a{2}{3}', 'repeat of a repeat'],
    ['a{1,5}?', 'lazy'],
    ['(a)', 'groups'],
    ['(?=a)', 'groups'],
    ['a.b', 'not in the language'],
    ['^a', 'not in the language'],
    ['a\\b', 'not in the language'],
    ['[a-', 'without its end'],
    ['(?:a', 'without its end'],
    ['a)', 'without its opening'],
    ['a{5,2}', 'cannot be'],
  ])('refuses %s', (pattern, why) => {
    expect(() => parsePattern(pattern)).toThrow(why);
  });

  it.each([
    ['[a-z]{1,30}[a-z0-9]{1,30}x{0,20}', 'neighbours'],
    ['(?:[a-z]{1,10}){1,10}', 'changing length'],
    ['a{0,4}', 'nothing at all'],
    ['[a-z]{500}', 'the most'],
  ])('finds fault with %s', (pattern, why) => {
    expect(shapeFaults(parsePattern(pattern), 420).join('; ')).toContain(why);
  });

  it('counts what a bad pattern costs', () => {
    const bad = parsePattern('a{1,20}a{1,20}a{1,20}a{1,20}b');
    const good = parsePattern('a{1,80}b');
    expect(countSteps(bad, 'a'.repeat(60)).steps).toBeGreaterThan(100_000);
    expect(countSteps(good, 'a'.repeat(60)).steps).toBeLessThan(200);
  });

  it('prints what it read, and lists how it can begin', () => {
    const node = parsePattern('(?:sk|rk)_[^a\\s]{2,4}\\.(?<secret>[\\d]{3})');
    const again = printPattern(node);
    expect(parsePattern(again)).toEqual(node);
    expect(new RegExp(`^${again}$`).test('rk_b~.123')).toBe(true);
    expect(new RegExp(`^${again}$`).test('rk_b\n.123')).toBe(false);
    expect(prefixes(node, 3)).toEqual(['sk_', 'rk_']);
    expect(prefixes(parsePattern('[a-z]{3}'), 3)).toBeUndefined();
  });
});
