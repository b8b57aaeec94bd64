/** What `tare lint --format json` prints is what schema/lint.schema.json says. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { lintDockerfile } from '../../src/lint.ts';
import { lintJson } from '../../src/report/lint-json.ts';
import { dockerfileReportSchema, lintJsonSchema } from '../../src/report/lint-schema.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { DockerfileReport } from '../../src/types/report.ts';

const validate = new Ajv2020({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(lintJsonSchema());
const lint = (text: string) =>
  lintDockerfile(text, 'Dockerfile', {
    asOf: '2026-11-01',
    ruleset: baseline(),
    trusted: [],
    gate: { failOn: 'high', minScore: 50 },
    version: '1.0.0',
    fixes: true,
  });

const written = (reports: DockerfileReport[], several: boolean) => {
  const writer = lintJson(several);
  return [...reports.map(writer.add), writer.end()].join('');
};

describe('the schema', () => {
  it.each([
    'FROM scratch\n',
    'FROM debian AS a\nRUN sudo apt-get install -y gcc curl && curl -k https://example.com/x | sh\nUSER root\nEXPOSE 22\n',
    'FROM registry.example.com/base:1\n# tare ignore=run-as-root,nope why\nCOPPY x y\n',
    '',
    'RUN true\n',
  ])('takes the report of %j, and leaves out no field', async (text) => {
    const report = await lint(text);
    const one = JSON.parse(written([report], false)) as unknown;
    expect(validate(one) ? [] : validate.errors).toEqual([]);
    expect(dockerfileReportSchema.parse(one)).toEqual(one);
    const set = { schemaVersion: 1, tool: report.tool, reports: [report, report] };
    expect(written([report, report], true)).toBe(`${JSON.stringify(set, undefined, 2)}\n`);
    expect(validate(set)).toBe(true);
  });

  it('holds nothing that a terminal would obey', async () => {
    const report = await lint('FROM a\u202eb\u200b\n');
    const text = written([report], false);
    expect(text).not.toMatch(/[\u200b\u202e]/);
    expect(text).toContain('\\u202e');
    expect(JSON.parse(text)).toEqual(report);
  });

  it('refuses what is no report', () => {
    expect(validate({ schemaVersion: 1 })).toBe(false);
  });
});
