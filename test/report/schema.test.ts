import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { imageReportSchema, reportJsonSchema, reportSchema } from '../../src/report/schema.ts';
import { arbitraryReport } from './arbitrary.ts';
import { debianService, neglectedServer, staticBinary } from './fixtures.ts';

const validate = new Ajv2020({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(reportJsonSchema());

function problems(document: unknown): unknown {
  return validate(document) ? [] : validate.errors;
}

test('is draft 2020-12, with an id and words for a reader', () => {
  const schema = reportJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:tare:schema:report:1',
    title: 'tare report',
  });
  expect(Object.keys(schema['$defs'] as object)).toEqual(
    expect.arrayContaining(['ImageReport', 'ReportSet', 'Finding', 'Evidence', 'Score', 'Layer', 'Digest']),
  );
});

test('takes what is rendered: one report, several, and whatever is generated', () => {
  expect(problems(JSON.parse(renderJson([staticBinary()])))).toEqual([]);
  expect(problems(JSON.parse(renderJson([debianService(), neglectedServer()])))).toEqual([]);
  expect(problems(JSON.parse(renderJson([debianService()], { several: true })))).toEqual([]);
  fc.assert(
    fc.property(fc.array(arbitraryReport, { minLength: 1, maxLength: 2 }), (reports) => {
      expect(problems(JSON.parse(renderJson(reports)))).toEqual([]);
    }),
    { numRuns: 80 },
  );
});

test('leaves out no field of a report', () => {
  fc.assert(
    fc.property(arbitraryReport, (one) => {
      // zod leaves this one key out of a record; renderJson keeps it.
      fc.pre(one.findings.every(({ data }) => !Object.hasOwn(data, '__proto__')));
      // zod drops what the schema does not name, and toEqual would see it missing.
      expect(imageReportSchema.parse(one)).toEqual(one);
    }),
    { numRuns: 60 },
  );
});

describe('refuses', () => {
  // biome-ignore lint/suspicious/noExplicitAny: each case breaks the shape on purpose
  test.each<[string, (report: any) => void]>([
    ['another version', (one) => (one.schemaVersion = 2)],
    ['a finding without a place', (one) => (one.findings[0].evidence = [])],
    ['a place of no kind', (one) => (one.findings[0].evidence[0].at = 'moon')],
    ['an unknown severity', (one) => (one.findings[0].severity = 'severe')],
    ['a digest that is none', (one) => (one.target.layers[0].digest = 'sha256:abc')],
    ['a score above 100', (one) => (one.score.value = 101)],
    ['a grade E', (one) => (one.score.grade = 'E')],
    ['a ledger line without points', (one) => (one.score.ledger[0].points = 0)],
    ['a missing gate', (one) => delete one.gate],
    ['no distro at all', (one) => delete one.distro],
    ['a layer below the lowest', (one) => (one.target.layers[0].index = -1)],
    ['a set of none', (one) => Object.assign(one, { findings: undefined, reports: [] })],
  ])('%s', (_, spoil) => {
    const one = structuredClone(debianService());
    expect(problems(one)).toEqual([]);
    spoil(one);
    expect(problems(one)).not.toEqual([]);
    expect(reportSchema.safeParse(one).success).toBe(false);
  });
});
