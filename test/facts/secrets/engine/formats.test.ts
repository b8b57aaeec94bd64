/** Every format against its own examples, and against fresh values in the places where secrets are kept. */
import { describe, expect, it } from 'vitest';
import { engineData } from '../../../../src/facts/secrets/engine/data.ts';
import { examples, formats, fresh, scan } from './load.ts';

describe('the formats', () => {
  it('are many, each there once, and the generated ones', () => {
    expect(formats.length).toBeGreaterThanOrEqual(220);
    expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length);
    expect(engineData().formats).toEqual(formats);
  });

  it('have keywords that their values cannot be without', () => {
    for (const { format, ng } of examples) {
      if (format.kind !== 'token') continue;
      for (const template of ng) {
        const value = fresh(template, 'keyword');
        expect(
          format.keywords.some((word) => value.includes(word)),
          `${format.id}: ${template}`,
        ).toBe(true);
      }
    }
  });
});

describe.each(examples.map((entry) => [entry.id, entry] as const))('%s', (id, { format, field, ng, ok }) => {
  it('finds its examples, and leaves the others alone', () => {
    for (const [i, template] of ng.entries()) {
      const value = fresh(template, `${id} ${i}`);
      const text = format.kind === 'field' ? `${field}=${value}\n` : `${value}\n`;
      expect(
        scan(text).map((match) => match.id),
        template,
      ).toContain(id);
    }
    for (const [i, template] of ok.entries()) {
      const found = scan(`${fresh(template, `${id} ok ${i}`)}\n`);
      expect(
        found.filter((match) => match.id === id || match.confidence !== 'low'),
        template,
      ).toEqual([]);
    }
  });
});

/** Where secrets are kept: a field and its value in each notation. */
const carriers: Record<string, (field: string, value: string) => string> = {
  'env file': (field, value) => `# settings\nPORT=8080\n${field}=${value}\nDEBUG=1\n`,
  JSON: (field, value) => JSON.stringify({ name: 'shop', [field]: value, port: 8080 }, null, 2),
  YAML: (field, value) => `app:\n  name: shop\n  ${field}: ${/^[\w./+-]+$/.test(value) ? value : `"${value}"`}\n`,
  shell: (field, value) => `#!/bin/sh\nset -e\nexport ${field}='${value}'\nexec app "$@"\n`,
  properties: (field, value) => `app.name=shop\n${dotted(field)} = ${value}\napp.port=80\n`,
  'source code': (field, value) => `const a = 1;\nconst ${camel(field)} = "${value}";\nrun(a);\n`,
  'Dockerfile ENV': (field, value) => `FROM alpine:3.20\nENV ${field}=${value}\nCMD ["app"]\n`,
  'Dockerfile RUN': (field, value) => `FROM alpine:3.20\nRUN export ${field}=${value} && make install\n`,
};

describe('fresh values', () => {
  it.each(Object.entries(carriers))('are found with the right provider: %s', (name, carry) => {
    const missed: string[] = [];
    let all = 0;
    for (const { id, format, field, ng } of examples) {
      if (format.kind === 'code') continue;
      for (const [i, template] of ng.entries()) {
        const value = fresh(template, `fresh ${name} ${id} ${i}`);
        all++;
        // A field that a tool dictates is not spelled otherwise.
        const spelled = field.includes(':') || field.includes('__') ? `${field}=${value}\n` : carry(field, value);
        const found = scan(spelled);
        if (
          !found.some(({ provider, value: got }) => provider === format.provider && value.includes(got.slice(0, 16)))
        ) {
          missed.push(id);
        }
      }
    }
    expect(all).toBeGreaterThan(500);
    expect(missed.length / all, `missed: ${missed.join(', ')}`).toBeLessThan(0.03);
  });
});

function dotted(field: string): string {
  return field.toLowerCase().replaceAll('_', '.');
}

function camel(field: string): string {
  return field.toLowerCase().replace(/[^a-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
