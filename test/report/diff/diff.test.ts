import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { diffReports } from '../../../src/diff/diff.ts';
import { diffFormatNames, diffFormatter } from '../../../src/report/diff/formats.ts';
import { diffJsonSchema } from '../../../src/report/diff/schema.ts';
import type { ImageDiff } from '../../../src/types/diff.ts';
import { debianService, neglectedServer, staticBinary } from '../fixtures.ts';

const options = { failOn: 'high', version: '1.2.3' } as const;
// Each making numbers its fingerprints anew.
const made = [staticBinary(), debianService(), neglectedServer()];
const pairs = made.flatMap((one) => made.map((other): ImageDiff => diffReports(one, other, options)));
const write = async (format: string, diff: ImageDiff, width = 80, all = false) =>
  (await diffFormatter(format))(diff, { colour: false, width, all });

test('the JSON keeps to the published schema', async () => {
  const validate = new Ajv2020({ strict: false }).compile(diffJsonSchema());
  for (const diff of pairs) {
    const document = JSON.parse(await write('json', diff));
    expect(validate(document) ? [] : validate.errors).toEqual([]);
    expect(document).toEqual(diff);
  }
  expect(validate({ ...pairs[0], worse: 'yes' })).toBe(false);
});

describe('the table', () => {
  test('gives the verdict, the reasons, findings and packages', async () => {
    const text = await write('table', diffReports(debianService(), neglectedServer(), options));
    expect(text).toMatch(/ WORSE {2,}[−+]\d/);
    expect(text.replace(/\s+/g, ' ')).toContain('The score fell by');
    expect(text).toMatch(/^New findings \(\d+\)/m);
    expect(text).toMatch(/^Packages {2}\d+ added, \d+ removed, \d+ changed/m);
    expect(await write('table', pairs[0]!)).toContain(' NOT WORSE ');
  });

  test('keeps to its width and controls nothing', async () => {
    for (const diff of pairs)
      for (const width of [40, 80, 120]) {
        const hostile = structuredClone(diff);
        hostile.new.name = 'a\u001b[31m\u202eb\n';
        hostile.packages.added.push({ name: 'x'.repeat(300), type: 'npm', version: '1\r' });
        const text = await write('table', hostile, width, true);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      }
  });

  test('shows what went to an older version first, and the rest when asked', async () => {
    const diff = structuredClone(pairs[0]!);
    diff.packages.changed = Array.from({ length: 20 }, (_, i) => ({
      ...{ name: `p${i}`, type: 'deb', old: '2', new: i === 19 ? '1' : '3' },
      direction: i === 19 ? 'older' : 'newer',
    }));
    const text = await write('table', diff);
    expect(text).toMatch(/↓ deb p19 2 → 1 \(older\)\n {2}↑ deb p0 /);
    expect(text).toContain('+ 5 more lines'.slice(2));
    expect(await write('table', diff, 80, true)).not.toContain('more line');
  });
});

test('every format ends in a newline and says the same twice', async () => {
  for (const format of diffFormatNames) {
    const text = await write(format, pairs[1]!);
    expect(text.endsWith('\n')).toBe(true);
    expect(await write(format, structuredClone(pairs[1]!))).toBe(text);
  }
});
