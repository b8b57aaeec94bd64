/** `tare lint` with the real ShellCheck, and without it. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import type { DockerfileReport } from '../../src/types/report.ts';
import { workplace } from '../app/tare.ts';
import { suite } from './setup/suite.ts';

const { at, tare } = workplace();
const file = `FROM debian:13-slim
ENV PORT=80
ARG who
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN set -eu; \\
    # a comment between
    cd /tmp; \\
    echo $lower $PORT $who; \\
    for i in $(ls *); do echo "é" $i; done
# tare ignore=SC2086 said so
RUN echo $1
# hadolint ignore=SC2086
RUN <<EOF
#!/bin/sh
[[ -f x ]] && echo $1
EOF
USER 10001
`;

suite('ShellCheck', { tools: ['shellcheck'] }, () => {
  const path = (name: string, ...tools: string[]) => {
    const folder = at(name);
    mkdirSync(folder, { recursive: true });
    for (const tool of tools) symlinkSync(findTool(tool)!, join(folder, tool));
    return folder;
  };
  const lint = async (words: string[], env: Record<string, string> = {}) => {
    writeFileSync(at('Dockerfile'), file);
    return tare(['lint', 'Dockerfile', '--fail-on', 'none', ...words], { env });
  };
  const shown = (stdout: string) =>
    (JSON.parse(stdout) as DockerfileReport).findings.flatMap(({ rule, severity, suppression, evidence: [place] }) =>
      rule.startsWith('SC') && place.at === 'instruction'
        ? `${place.range.start.line}:${place.range.start.column} ${rule} ${severity}${suppression ? ` (${suppression.reason})` : ''}`
        : [],
    );

  it('says what it says at the lines and columns of the Dockerfile', async () => {
    const { stdout, code, stderr } = await lint(['--format', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(shown(stdout)).toEqual([
      '8:10 SC2154 low',
      '8:10 SC2086 info',
      '8:23 SC2086 info',
      '9:14 SC2045 medium',
      '9:19 SC2035 info',
      '9:35 SC2086 info',
      '11:10 SC2086 info (said so)',
      '15:1 SC3010 medium',
      '15:20 SC2086 info (a hadolint comment in the file)',
    ]);
  });

  it('is in the table and in the formats of pipelines, with the page that explains it', async () => {
    expect((await lint([])).stdout).toMatch(/^Dockerfile:9:14 {2}medium {2}SC2045 /m);
    const sarif = JSON.parse((await lint(['--format', 'sarif'])).stdout) as {
      runs: {
        results: { ruleId: string; level?: string }[];
        tool: { driver: { rules: { id: string; helpUri: string }[] } };
      }[];
    };
    expect(sarif.runs[0]!.results.filter(({ ruleId }) => ruleId === 'SC2045')).toHaveLength(1);
    expect(sarif.runs[0]!.tool.driver.rules.find(({ id }) => id === 'SC2045')?.helpUri).toBe(
      'https://www.shellcheck.net/wiki/SC2045',
    );
    for (const format of ['github', 'checkstyle', 'gitlab-codequality', 'junit', 'markdown'])
      expect([format, (await lint(['--format', format])).stdout]).toEqual([format, expect.stringContaining('SC2045')]);
  });

  it('gates where hygiene is asked to', async () => {
    writeFileSync(at('one.Dockerfile'), 'FROM scratch\nUSER 1\nRUN for i in $(ls *); do echo "$i"; done\n');
    const gate = async (...words: string[]) =>
      (await tare(['lint', 'one.Dockerfile', '--fail-on', 'medium', '--quiet', ...words])).code;
    expect(await gate()).toBe(0);
    expect(await gate('--hygiene')).toBe(1);
    expect(await gate('--hygiene', '--shellcheck', 'off')).toBe(0);
  });

  it('is left out where it is off, or not there; where it is on it must be', async () => {
    const node = { PATH: path('bare') };
    expect(shown((await lint(['--format', 'json', '--shellcheck', 'off'])).stdout)).toEqual([]);
    expect(shown((await lint(['--format', 'json'], node)).stdout)).toEqual([]);
    expect(await lint(['--shellcheck', 'on'], node)).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'tare: --shellcheck on: there is no shellcheck on PATH; install it, or leave it at auto\n',
    });
    expect(
      shown((await lint(['--format', 'json', '--shellcheck', 'on'], { PATH: path('with', 'shellcheck') })).stdout),
    ).not.toEqual([]);
    expect(await lint(['--shellcheck', 'maybe'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('auto, on or off'),
    });
  });

  it('is not what a repository brings along', async () => {
    writeFileSync(at('shellcheck'), '#!/bin/sh\ntouch ran\n', { mode: 0o755 });
    const { stdout } = await lint(['--format', 'json'], { PATH: `.:${path('none')}::` });
    expect(shown(stdout)).toEqual([]);
    expect(existsSync(at('ran'))).toBe(false);
  });
});
