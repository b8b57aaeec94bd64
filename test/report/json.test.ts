import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { arbitraryReport } from './arbitrary.ts';
import { debianService, neglectedServer, report, staticBinary } from './fixtures.ts';

/** The same value with every object's keys the other way round. */
function reversed<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed) as T;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  ) as T;
}

test('one report is the document, several stand in reports[]', () => {
  const [one, other] = [debianService(), neglectedServer()];
  expect(JSON.parse(renderJson([one]))).toEqual(one);
  const document = JSON.parse(renderJson([one, other]));
  expect(Object.keys(document)).toEqual(['schemaVersion', 'tool', 'reports']);
  expect(document).toEqual({ schemaVersion: 1, tool: one.tool, reports: [one, other] });
  expect(JSON.parse(renderJson([one], { several: true }))).toEqual({
    schemaVersion: 1,
    tool: one.tool,
    reports: [one],
  });
  expect(() => renderJson([])).toThrow(RangeError);
});

test('keys stand in the order in which a person reads them', () => {
  const document = JSON.parse(renderJson([debianService()]));
  expect(Object.keys(document)).toEqual([
    'schemaVersion',
    'tool',
    'target',
    'ruleset',
    'distro',
    'score',
    'findings',
    'packages',
    'status',
    'gate',
  ]);
  expect(Object.keys(document.findings[0]).slice(0, 3)).toEqual(['rule', 'category', 'outcome']);
  expect(Object.keys(document.target.layers[0])[0]).toBe('index');
});

test('the order of keys that a report was built with does not show', () => {
  fc.assert(
    fc.property(arbitraryReport, (one) => {
      const text = renderJson([one]);
      expect(renderJson([reversed(one)])).toBe(text);
      expect(text.endsWith('}\n')).toBe(true);
      expect(text).not.toMatch(/(?!\n)[\x00-\x1f\ud800-\udfff]/u);
    }),
    { numRuns: 60 },
  );
});

test('a key such as __proto__ is data like any other', () => {
  const one = report({ name: 'x', layers: [] });
  const data = JSON.parse('{"b":1,"__proto__":"kept","a":2}');
  const finding = { ...debianService().findings[0]!, data };
  const text = renderJson([{ ...one, findings: [finding] }]);
  expect(text).toContain('"__proto__": "kept"');
  expect(Object.keys(JSON.parse(text).findings[0].data)).toEqual(['__proto__', 'a', 'b']);
});

test('what a terminal would obey is escaped, and read back as it was', () => {
  const name = 'a\u009b31m\u202eb\ufeff\u007f\u2028';
  const text = renderJson([report({ name, layers: [] })]);
  expect(text).toContain('a\\u009b31m\\u202eb\\ufeff\\u007f\\u2028');
  expect(JSON.parse(text).target.name).toBe(name);
});

test('holds no colour and no machine: the same report gives the same bytes', () => {
  expect(renderJson([staticBinary()])).toBe(renderJson([staticBinary()]));
});
