import { describe, expect, test } from 'vitest';
import { markdownCode, markdownText } from '../../src/report/markdown/escape.ts';
import { renderMarkdown, renderStepSummary } from '../../src/report/markdown.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { debianService, fault, file, report, staticBinary } from './fixtures.ts';
import { markdownProblems } from './markdown-check.ts';

describe('text', () => {
  test.each([
    ['a *b* _c_ `d` [e](f)', 'a \\*b\\* \\_c\\_ \\`d\\` \\[e\\](f)'],
    ['<img src=x> & $x$', '&lt;img src=x&gt; &amp; &dollar;x&dollar;'],
    ['@team and me@example.com', '@&#8203;team and me@&#8203;example.com'],
    ['#12 !3 GH-4', '\\#&#8203;12 !&#8203;3 GH-&#8203;4'],
    ['https://x www.x.y', 'https:&#8203;//x www&#8203;.x.y'],
    ['# not a heading', '\\# not a heading'],
    ['- not a list', '\\- not a list'],
    ['1. not a list, 25.7 MB', '1\\. not a list, 25.7 MB'],
    ['25.7 MB', '25.7 MB'],
    ['/close', '\\/close'],
    ['a\nb\u202e', 'a\\\\x0ab\\\\u{202e}'],
  ])('%j stays text', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });

  test.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['', '` `'],
    ['a|b', '`a|b`'],
  ])('%j is code', (text, written) => {
    expect(markdownCode(text)).toBe(written);
  });

  test('a bar does not end a cell', () => {
    expect(markdownCode('a|b', { cell: true })).toBe('`a\\|b`');
  });
});

const limit = 65_536;

function many(count: number, length: number): ImageReport {
  const words = 'long_words and `more` '.repeat(Math.ceil(length / 22)).slice(0, length);
  const findings = Array.from({ length: count }, (_, i) =>
    fault({
      ...{ rule: `rule-${i}`, category: 'immutability', severity: 'medium', message: words, remediation: words },
      evidence: [file(`${words}/0`, 0), ...Array.from({ length: 30 }, (_, at) => file(`${words}/${at}`, at))],
    }),
  );
  const layers = Array.from({ length: 100 }, (): [string, number, number] => [`RUN ${words}`, 1000, 1]);
  // Put in afterwards: what each of thousands would bring takes its time to work out, and is not the matter here.
  return { ...report({ name: 'big', layers }), findings: findings.map((one) => ({ ...one, gain: 0 })) };
}

describe('the limit of a comment', () => {
  test('a small report is whole, and says nothing of more', () => {
    const text = renderMarkdown([debianService()], {});
    for (const { rule } of debianService().findings.filter(({ confidence }) => confidence !== 'low'))
      expect(text).toContain(rule);
    expect(text).not.toContain('more finding');
    expect(text).toContain('1 finding of low confidence is not shown.');
    expect(renderMarkdown([debianService()], { all: true })).toContain('outdated-base');
  });

  test.each([
    [50, 100],
    [300, 400],
    [2000, 2000],
  ])('%i findings of %i characters fit, the first of them first', (count, length) => {
    const text = renderMarkdown([many(count, length)], {});
    expect(markdownProblems(text, limit)).toEqual([]);
    expect(text).toContain('rule-0');
    expect(text.length).toBeGreaterThan(2000);
    if (length > 100) expect(text).toMatch(/and [\d,]+ more findings/);
  });

  test('three thousand images fit: as many as there is room for, each with its grade', () => {
    const reports = Array.from({ length: 3000 }, () => staticBinary());
    const text = renderMarkdown(reports, {});
    expect(markdownProblems(text, limit)).toEqual([]);
    const rows = text.split('\n').filter((line) => line.includes('| A | 100.0 |')).length;
    expect(rows).toBeGreaterThan(300);
    expect(text).toContain(`and ${(3000 - rows).toLocaleString('en-US')} more images`);
  });

  test('a step’s summary has room for more', () => {
    const reports = [many(300, 400)];
    const summary = renderStepSummary(reports, {});
    expect(summary.length).toBeGreaterThan(renderMarkdown(reports, {}).length);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1 << 20);
  });
});
