import { describe, expect, it } from 'vitest';
import { lintDockerfile } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import { labelSchema, parseLabelSchema, withLabels } from '../../src/rules/label-schema.ts';

describe('a schema of labels', () => {
  it('names labels, kinds, what may be missing, and whether others are allowed', () => {
    expect(parseLabelSchema('a=url, b=semver? ,c')).toEqual({
      labels: { a: 'url', b: 'semver', c: 'text' },
      optional: ['b'],
      open: false,
    });
    expect(
      labelSchema(
        [
          ['a', 'email'],
          ['*', ''],
        ],
        'x',
      ),
    ).toEqual({ labels: { a: 'email' }, optional: [], open: true });
    expect(Object.keys(parseLabelSchema('__proto__=url').labels)).toEqual(['__proto__']);
  });

  it.each([
    ['a=uri', /--label-schema: the kind of a is one of text, url, .*, not "uri"; did you mean url/],
    ['=url', /names a label "", which is none/],
    ['*', /names no label/],
    [Array.from({ length: 201 }, (_, at) => `l${at}`).join(), /names 201 labels; 200 are the most/],
  ])('is refused where it is none: %j', (text, message) => {
    expect(() => parseLabelSchema(text)).toThrow(message);
  });

  it('switches the rules on', async () => {
    const text = 'FROM scratch\nUSER 1\nLABEL a="not a url" b=1.2.3 Cc=x e=""\n';
    const found = async (schema: string) => {
      const report = await lintDockerfile(text, 'Dockerfile', {
        ...{ asOf: '2026-11-01', trusted: [], gate: { failOn: 'none' as const }, version: '0', strict: true },
        ruleset: withLabels(baseline(), parseLabelSchema(schema)),
      });
      return report.findings.flatMap(({ rule, data }) => (rule.startsWith('label-') ? `${rule} ${data['label']}` : []));
    };
    expect((await found('a=url,b=semver,d=text,e')).sort()).toEqual([
      'label-empty e',
      'label-invalid-key Cc',
      'label-invalid-value a',
      'label-not-allowed Cc',
      'label-required-missing d',
    ]);
    expect((await found('a=url,d=text?,e,*')).sort()).toEqual([
      'label-empty e',
      'label-invalid-key Cc',
      'label-invalid-value a',
    ]);
  });
});
