import { describe, expect, it } from 'vitest';
import { fillTemplate, formatBytes, placeholders, templateProblem } from '../../src/rules/template.ts';

describe('fillTemplate', () => {
  it('fills plain values, bytes and counted nouns', () => {
    const text = '{size:bytes} in {count:package|packages}, {other:file|files}: {names}';
    expect(fillTemplate(text, { size: 78_600_000, count: 1, other: 2, names: 'a, b' })).toBe(
      '78.6 MB in 1 package, 2 files: a, b',
    );
  });

  it('leaves braces that are no placeholder', () => {
    expect(fillTemplate('find / -exec chmod a-s {} + {Not} {1}', {})).toBe('find / -exec chmod a-s {} + {Not} {1}');
  });

  it('throws on a value that is missing, also by the name of an inherited member', () => {
    expect(() => fillTemplate('{name}', {})).toThrow('needs a value for {name}');
    expect(() => fillTemplate('{toString}', {})).toThrow('needs a value for {toString}');
    expect(() => fillTemplate('{name:bytes}', { name: 'x' })).toThrow('needs a number');
  });

  it('does not fill what a value brings', () => {
    expect(fillTemplate('{a} {b}', { a: '{b}', b: 'x' })).toBe('{b} x');
  });

  it('keeps one line and no escape sequences, and cuts what is long', () => {
    expect(fillTemplate('{a}', { a: 'x\u001b[31m\ny\u202ez\u2028\u0085' })).toBe(
      'x\\u{1b}[31m\\u{a}y\\u{202e}z\\u{2028}\\u{85}',
    );
    expect(fillTemplate('{a}', { a: 'x'.repeat(5000) })).toHaveLength(301);
  });
});

it('templateProblem names a format that is none', () => {
  expect(templateProblem('{a} {b:bytes} {c:one|many} {}')).toBeUndefined();
  for (const text of ['{a:megabytes}', '{a:}', '{a:one|}', '{a:one|two|many}'])
    expect(templateProblem(text)).toContain('{name:one|many}');
});

it('placeholders lists the names that a template reads', () => {
  expect(placeholders('{a} {} {b:bytes} {c:x|y}')).toEqual(['a', 'b', 'c']);
});

it('formatBytes uses powers of ten', () => {
  const sizes = [0, 999, 1000, 15_360, 2_000_000, 120_100_000, 1_234_000_000];
  expect(sizes.map(formatBytes)).toEqual(['0 B', '999 B', '1 kB', '15.4 kB', '2 MB', '120 MB', '1.2 GB']);
});
