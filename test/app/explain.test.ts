/** `--explain`: beside each finding of the table, and nowhere else. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workplace } from './tare.ts';

const { at, tare } = workplace();
const image = join(root, 'samples/debian-root.image.yaml');

describe('--explain', () => {
  it('says why, and where to read on, below each finding of an image', async () => {
    const [plain, explained] = [await tare(['scan', image]), await tare(['scan', '--explain', image])];
    expect(explained.code).toBe(plain.code);
    const findings = plain.stdout.match(/^ {9}(fix|to know) /gm)!.length;
    expect(findings).toBeGreaterThan(3);
    expect(explained.stdout.match(/^ {9}why /gm)).toHaveLength(findings);
    expect(explained.stdout).toMatch(/^ {9}see +\S/m);
    expect(plain.stdout).not.toMatch(/^ {9}(why|see) /m);
    expect(Math.max(...explained.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('says the same of a Dockerfile', async () => {
    writeFileSync(at('Dockerfile'), 'FROM debian:12\nUSER root\nCMD ["/app"]\n');
    const { stdout } = await tare(['lint', '--explain', '--fail-on', 'none', 'Dockerfile']);
    expect(stdout).toMatch(/^ {4}why {2}\S/m);
    expect(stdout).toMatch(/^ {4}see {2}\S/m);
    expect((await tare(['lint', '--fail-on', 'none', 'Dockerfile'])).stdout).not.toMatch(/^ {4}why {2}/m);
  });

  it('leaves other formats as they are', async () => {
    const ask = (...more: string[]) => tare(['scan', '--format', 'json', '--as-of', '2026-11-23', ...more, image]);
    expect((await ask('--explain')).stdout).toBe((await ask()).stdout);
  });
});
