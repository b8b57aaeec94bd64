import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageReport } from '../../src/types/report.ts';
import { root, workplace } from './tare.ts';

/** What each sample is there to show. */
const table: Record<string, { grade: string; faults: string[] }> = {
  'debian-root': {
    grade: 'D',
    faults: [
      ...['base-not-digest-pinned', 'code-writable-by-user', 'missing-attestation', 'os-footprint'],
      ...['package-manager-present', 'run-as-root', 'setgid-file', 'setuid-file', 'shell-present'],
    ],
  },
  'node-alpine': {
    grade: 'B',
    faults: [
      ...['language-package-manager-present', 'os-footprint', 'package-manager-present', 'shell-present'],
      'user-not-numeric',
    ],
  },
  squeezed: {
    grade: 'B',
    faults: ['missing-attestation', 'os-footprint', 'package-database-missing', 'shell-present'],
  },
  static: { grade: 'A', faults: [] },
  'ubuntu-legacy': {
    grade: 'F',
    faults: [
      ...['code-writable-by-user', 'docs-present', 'end-of-life-distro', 'file-capability', 'init-system-present'],
      ...['management-port-exposed', 'missing-attestation', 'network-tool-present', 'os-footprint'],
      ...['package-manager-present', 'run-as-root', 'setgid-file', 'setuid-file', 'shell-present'],
      ...['ssh-server-present', 'sudo-used', 'uid-zero-alias', 'untrusted-registry'],
    ],
  },
};

const folder = join(root, 'samples');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.image.yaml'))
  .sort();

describe('samples', () => {
  const { tare } = workplace();

  it('has a sample for each line of the table, and says in each what it shows', () => {
    expect(names.map((name) => name.replace('.image.yaml', ''))).toEqual(Object.keys(table));
    for (const name of names) {
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^# \S+ .*\n# /);
      expect(existsSync(join(folder, name.replace('.image.yaml', '.Dockerfile')))).toBe(true);
    }
  });

  it.each(Object.entries(table))('%s', async (name, expected) => {
    const args = [
      'scan',
      '--format',
      'json',
      '--as-of',
      '2026-11-23',
      '--no-cache',
      join(folder, `${name}.image.yaml`),
    ];
    const { code, stdout, stderr } = await tare(args);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as ImageReport;
    const failed = report.findings.filter((finding) => finding.outcome === 'fail').map((finding) => finding.rule);
    expect({ grade: report.score.grade, faults: [...new Set(failed)].sort() }).toEqual(expected);
    expect(code).toBe(report.gate.passed ? 0 : 1);
  });
});
