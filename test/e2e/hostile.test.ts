/** Attacks on the command line: each ends in one sentence or a report, soon, within a memory bound, and with nothing written outside the cache. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { badRefusal, tare } from './setup/cli.ts';
import { openHome } from './setup/home.ts';
import { archives } from './setup/hostile/archives.ts';
import { compression } from './setup/hostile/compression.ts';
import { documents } from './setup/hostile/documents.ts';
import { layers } from './setup/hostile/layers.ts';
import type { Ran } from './setup/run.ts';
import { suite } from './setup/suite.ts';

/** Bytes. */
const memory = 300e6;
const usage = resolve(import.meta.dirname, '../bench/usage.cjs');

suite('hostile images', { tools: ['zstd'] }, () => {
  const home = openHome('hostile');
  afterAll(() => home.close(), 60_000);

  it.each([...layers, ...compression, ...documents, ...archives])('$name', { timeout: 60_000 }, async (attack) => {
    const dir = home.folder(attack.name.replaceAll(/\W+/g, '-'));
    const target = attack.make(dir);
    const cache = join(dir, 'cache');
    // Twice: the second time may be answered from the cache, which must not make it another answer.
    const [first, rss] = await scan(target, cache, attack.args);
    const [second] = await scan(target, cache, attack.args);
    expect(second.code).toBe(first.code);
    expect(rss, 'peak resident bytes').toBeLessThan(memory);
    if (first.code === 0) {
      expect(attack.expect, `a refusal was expected, a report came`).not.toBeInstanceOf(RegExp);
      const report = JSON.parse(first.stdout) as { score: { value: number }; status: { message: string }[] };
      expect(report.score.value).toBeGreaterThanOrEqual(0);
      expect(withoutStatus(second.stdout)).toEqual(withoutStatus(first.stdout));
      if (attack.status) expect(report.status.map((entry) => entry.message).join('\n')).toMatch(attack.status);
    } else {
      expect(attack.expect, `a report was expected: ${first.stderr}`).not.toBe('report');
      expect(badRefusal(first)).toBeUndefined();
      if (attack.expect instanceof RegExp) expect(first.stderr).toMatch(attack.expect);
    }
    for (const text of [
      first.stderr,
      (await tare(['scan', target, '--cache-dir', cache], { timeout: 40_000 })).stdout,
    ]) {
      expect(text, 'control characters reach the terminal').not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
    }
    expect(existsSync(join(tmpdir(), 'tare-escaped'))).toBe(false);
    rmSync(dir, { recursive: true, force: true });
  });

  async function scan(target: string, cache: string, args: string[] = []): Promise<[Ran, number]> {
    const file = home.path('usage.json');
    mkdirSync(cache, { recursive: true });
    rmSync(file, { force: true });
    const ran = await tare(['scan', target, '--format', 'json', '--fail-on', 'none', '--cache-dir', cache, ...args], {
      timeout: 40_000,
      env: { NODE_OPTIONS: `--require ${usage}`, TARE_USAGE_FILE: file },
    });
    const rss = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { rss: number }).rss
      : Number.POSITIVE_INFINITY;
    return [ran, rss];
  }
});

function withoutStatus(json: string): object {
  const { status: _, ...rest } = JSON.parse(json) as { status: unknown };
  return rest;
}
