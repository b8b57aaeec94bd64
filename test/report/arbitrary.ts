/** Generated reports: hostile strings in every place that an image can fill. */
import fc from 'fast-check';
import type { ImageReport } from '../../src/types/report.ts';
import type { Evidence } from '../../src/types.ts';
import { arbitraryFindings } from '../score/arbitrary.ts';
import { report } from './fixtures.ts';

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\x1b[31m',
      '\r\n',
      '漢字'.repeat(40),
      'x'.repeat(300),
      '/bin/sh -c #(nop) ',
      '__proto__',
    ),
  },
);

const line = fc.integer({ min: 1, max: 9999 });
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record(
    { at: fc.constant('file' as const), path: text, layer: fc.nat({ max: 12 }), line, note: text },
    { requiredKeys: ['at', 'path', 'layer'] },
  ),
  fc.record({ at: fc.constant('config' as const), pointer: text }),
  fc.record({
    at: fc.constant('instruction' as const),
    file: text,
    stage: fc.nat({ max: 3 }),
    range: fc.record({ start: fc.record({ line, column: line }), end: fc.record({ line, column: line }) }),
  }),
);

export const arbitraryReport: fc.Arbitrary<ImageReport> = fc
  .record({
    name: text,
    prettyName: fc.option(text),
    layers: fc.array(fc.tuple(fc.option(text, { nil: undefined }), fc.nat(), fc.nat()), { maxLength: 10 }),
    packages: fc.array(fc.tuple(text, text, fc.nat({ max: 9 }), fc.nat()), { maxLength: 6 }),
    findings: arbitraryFindings,
    texts: fc.array(
      fc.record({
        message: text,
        remediation: text,
        key: text,
        evidence: fc.array(evidence, { minLength: 1, maxLength: 9 }),
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    status: fc.array(
      fc.record(
        { part: text, level: fc.constantFrom('info', 'warning', 'error'), message: text, layer: fc.nat() },
        { requiredKeys: ['part', 'level', 'message'] },
      ),
      {
        maxLength: 3,
      },
    ),
    failOn: fc.constantFrom('critical', 'high', 'medium', 'low', 'none'),
    minScore: fc.nat({ max: 100 }),
  })
  .map(({ prettyName, findings, texts, failOn, minScore, ...sketch }) =>
    report({
      ...sketch,
      ...(prettyName === null
        ? {}
        : { distro: { id: 'x', idLike: [], name: 'x', versionId: '', prettyName, distroless: false } }),
      findings: findings.map((finding, i) => {
        const { key, evidence: places, ...words } = texts[i % texts.length]!;
        const [first, ...rest] = places;
        return { ...finding, ...words, data: Object.fromEntries([[key, i]]), evidence: [first!, ...rest] };
      }),
      gate: { failOn, minScore },
    }),
  );
