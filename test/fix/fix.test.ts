import { describe, expect, it } from 'vitest';
import { fixDockerfile, type LintOptions, lintDockerfile } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { Finding } from '../../src/types.ts';

const options: LintOptions = {
  asOf: '2026-11-01',
  ruleset: baseline(),
  trusted: [],
  gate: { failOn: 'none' },
  version: '0.0.0-test',
  strict: true,
};
const mend = (text: string, unsafe = false) => fixDockerfile(text, 'Dockerfile', options, { unsafe });

describe('fixText', () => {
  it('makes changes at the same place one after the other', async () => {
    const result = await mend('FROM debian:12\nRUN apt install make\n');
    expect(result.text).toBe('FROM debian:12\nRUN apt-get install -y --no-install-recommends make\n');
    expect(result.rounds).toBeGreaterThan(2);
  });

  it('drops a change that brings a new fault, and says which', async () => {
    // A user that may not bind the port would be another fault.
    const text = 'FROM debian:12\nEXPOSE 80\nCMD ["app"]\n';
    const result = await mend(text, true);
    expect(result.text).toBe(text);
    expect(result.dropped).toEqual([
      expect.objectContaining({ rules: ['run-as-root'], why: 'new: privileged-port-exposed', line: 3 }),
    ]);
  });

  it('makes the changes that hold where one of several does not', async () => {
    const result = await mend('FROM debian:12\nMAINTAINER Ann\nEXPOSE 80/TCP\nCMD app\n', true);
    expect(result.text).toBe(
      'FROM debian:12\nLABEL org.opencontainers.image.authors="Ann"\nEXPOSE 80/tcp\nCMD ["app"]\n',
    );
    expect(result.dropped.map(({ rules }) => rules)).toEqual([['run-as-root']]);
  });

  it('tells what it would do if it were asked to', async () => {
    const { applied, withheld } = await mend('FROM debian:12\nMAINTAINER Ann\nCMD ["app"]\n');
    expect(applied).toEqual([
      { rules: ['maintainer-deprecated'], description: 'Name the authors in a label', unsafe: false, line: 2 },
    ]);
    expect(withheld).toEqual([expect.objectContaining({ rules: ['run-as-root'], unsafe: true, line: 3 })]);
  });

  it('lets suppressed findings be', async () => {
    const text = 'FROM debian:12\n# tare ignore=maintainer-deprecated known\nMAINTAINER Ann\nCMD ["app"]\n';
    expect((await mend(text)).text).toBe(text);
  });

  it('never adds a health check', async () => {
    const { text } = await mend('FROM debian:12\nCMD ["app"]\n', true);
    expect(text).not.toMatch(/HEALTHCHECK/i);
  });

  it('leaves consecutive RUNs apart', async () => {
    const { text } = await mend('FROM debian:12\nRUN make\nRUN make install\nRUN make clean\nCMD ["app"]\n');
    expect(text.match(/^RUN/gm)).toHaveLength(3);
  });

  it('mends what it can of a file that builders refuse', async () => {
    const result = await mend('FROM debian:12\nMAINTAINER Ann\nNONSENSE here\nCMD ["app"]\n');
    expect(result.text).toContain('LABEL org.opencontainers.image.authors="Ann"\nNONSENSE here\n');
  });

  it('knows the escape character of the file', async () => {
    const { text } = await mend(
      '# escape=`\nFROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && `\n    apt-get install -y --no-install-recommends make\nCMD ["app"]\n',
    );
    expect(text).toContain('make && `\n    rm -rf /var/lib/apt/lists/*\n');
  });
});

describe('fixes of findings', () => {
  const text = '\ufeffFROM debian:12\r\nRUN apt install make\r\nMAINTAINER Ann\r\nCMD app\r\n';

  it('are carried by the report', async () => {
    const { findings } = await lintDockerfile(text, 'Dockerfile', { ...options, fixes: true });
    const fixed = findings.filter(({ fix }) => fix);
    expect(fixed.map(({ rule }) => rule).sort()).toEqual([
      'apt-instead-of-apt-get',
      'apt-no-recommends',
      'maintainer-deprecated',
      'run-as-root',
      'shell-form-cmd',
      'yes-flag-missing',
    ]);
    expect(fixed.filter(({ fix }) => fix!.unsafe).map(({ rule }) => rule)).toEqual(['run-as-root']);
  });

  it('mend their finding where they are made by hand', async () => {
    const { findings } = await lintDockerfile(text, 'Dockerfile', { ...options, fixes: true });
    for (const finding of findings.filter(({ fix }) => fix)) {
      const after = await lintDockerfile(byHand(text, finding), 'Dockerfile', options);
      expect(after.findings.map(({ rule }) => rule)).not.toContain(finding.rule);
    }
  });

  it('are not worked out unless asked for', async () => {
    const { findings } = await lintDockerfile(text, 'Dockerfile', options);
    expect(findings.some(({ fix }) => fix)).toBe(false);
  });
});

/** As an editor does it: by lines and columns, from the end. */
function byHand(text: string, { fix }: Finding): string {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const { range, text: added } of [...fix!.edits].reverse()) {
    const { start, end } = range;
    const head = lines[start.line - 1]!.slice(0, start.column - 1);
    const tail = (lines[end.line - 1] ?? '').slice(end.column - 1);
    lines.splice(start.line - 1, end.line - start.line + 1, ...`${head}${added}${tail}`.split('\n'));
  }
  return lines.join('\n');
}
