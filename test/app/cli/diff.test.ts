import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImageDiff } from '../../../src/types/diff.ts';
import { root, workplace } from '../tare.ts';

const good = join(root, 'samples/static.image.yaml');
const bad = join(root, 'samples/ubuntu-legacy.image.yaml');
const { at, tare } = workplace();

async function saved(target: string, name: string): Promise<string> {
  await tare(['scan', target, '--quiet', '--fail-on', 'none', '--output', `json=${at(name)}`]);
  return at(name);
}

test('compares two images, and fails only where that is asked for', async () => {
  const worse = await tare(['diff', good, bad]);
  expect(worse).toMatchObject({ code: 0, stderr: '' });
  expect(worse.stdout).toContain(' WORSE ');
  expect((await tare(['diff', good, bad, '--fail-if-worse'])).code).toBe(1);
  expect((await tare(['diff', bad, good, '--fail-if-worse'])).code).toBe(0);
});

test('a report that was kept is as good as the image', async () => {
  const [old, now] = [await saved(good, 'old.json'), await saved(bad, 'new.json')];
  const json = async (...targets: string[]) => {
    const { stdout, code } = await tare(['diff', ...targets, '--format', 'json']);
    expect(code).toBe(0);
    return JSON.parse(stdout) as ImageDiff;
  };
  const scanned = await json(good, bad);
  expect(scanned.findings.added.length).toBeGreaterThan(5);
  for (const targets of [
    [old, bad],
    [good, now],
    [old, now],
  ])
    expect(await json(...targets)).toEqual(scanned);
  const file = at('diff.json');
  await tare(['diff', old, now, '--output', `json=${file}`]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(scanned);
});

test('what is no report is refused with one sentence', async () => {
  writeFileSync(at('text.json'), 'no json');
  writeFileSync(at('other.json'), '{"schemaVersion":1}');
  for (const [args, sentence] of [
    [[good], /two images or reports/],
    [[good, at('text.json')], /text\.json.* is no JSON/],
    [[good, at('other.json')], /other\.json.* is no report of an image/],
    [[good, at('none.json')], /no such file/],
    [[good, './none.tar'], /none\.tar/],
    [['-', '-'], /can be read once/],
    [[good, bad, '--fail-on', 'severe'], /--fail-on is/],
  ] as const) {
    const { code, stdout, stderr } = await tare(['diff', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
});
