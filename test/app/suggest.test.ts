import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { restrictedFaults } from '../report/suggest/restricted.ts';
import { root, workplace } from './tare.ts';

const sample = (name: string) => join(root, 'samples', `${name}.image.yaml`);

describe('tare scan --suggest', () => {
  const { at, tare } = workplace();

  it('prints pods and nothing else, writes the report beside them, and keeps the gate', async () => {
    const args = ['--suggest', 'kubernetes', '--format', 'json', '--output', `json=${at('report.json')}`, '--no-cache'];
    const { code, stdout, stderr } = await tare(['scan', sample('debian-root'), sample('static'), ...args]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const pods = parseAllDocuments(stdout);
    expect(pods.map((pod) => pod.errors)).toEqual([[], []]);
    expect(pods.map((pod) => restrictedFaults(pod.toJS()))).toEqual([[], []]);
    const { reports } = JSON.parse(readFileSync(at('report.json'), 'utf8'));
    expect(reports).toMatchObject([{ surface: { everything: true } }, { surface: { everything: false } }]);
  });

  it('prints a command for Docker', async () => {
    const { code, stdout } = await tare(['scan', sample('static'), '--suggest', 'docker', '--no-cache']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# shop\/static:1\.0\ndocker run --read-only \\\n {2}--user 65532:65532 \\\n/);
  });

  it('refuses what it cannot do in one sentence', async () => {
    writeFileSync(at('Dockerfile'), 'FROM scratch\n');
    for (const [args, said] of [
      [[sample('static'), '--suggest', 'helm'], /kubernetes/],
      [[at('Dockerfile'), '--suggest', 'docker'], /wants an image/],
    ] as const) {
      const { code, stdout, stderr } = await tare(['scan', ...args, '--no-cache']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(said);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
