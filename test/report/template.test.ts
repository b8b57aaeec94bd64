import { describe, expect, test } from 'vitest';
import { renderTemplate } from '../../src/report/template.ts';
import type { ImageReport } from '../../src/types/report.ts';
import { UsageError } from '../../src/types.ts';
import { debianService, fault, neglectedServer, report, staticBinary } from './fixtures.ts';

function filled(text: string, reports: ImageReport[] = [debianService()], name = 'x.txt.tpl'): string {
  return renderTemplate(reports, { template: { name, text } });
}

describe('the language', () => {
  test.each([
    ['{{ tool.name }} {{ tool.version }}', 'tare 0.1.0'],
    ['{{#each reports}}{{ target.name }}={{ score.grade }}{{/each}}', 'shop/api:1.4=D'],
    ['{{ reports.0.target.platform.os }}', 'linux'],
    [
      '{{#each reports as r}}{{#each r.findings}}{{#if @first}}{{ rule }} of {{ r.target.name }}{{/if}}{{/each}}{{/each}}',
      'run-as-root of shop/api:1.4',
    ],
    ['{{#if reports}}yes{{else}}no{{/if}}{{#if nothing}}yes{{else}}no{{/if}}', 'yesno'],
    ['{{#unless nothing}}none{{/unless}}', 'none'],
    ['{{#if tool.name == "x"}}x{{else if tool.name == "tare"}}t{{else}}e{{/if}}', 't'],
    ['{{#if reports.0.score.grade != "A"}}not A{{/if}}', 'not A'],
    ['{{#each none}}x{{else}}empty{{/each}}', 'empty'],
    [
      '{{#each reports.0.target.layers | limit:2}}{{ @number }}:{{ index }}{{#unless @last}},{{/unless}}{{/each}}',
      '1:0,2:1',
    ],
    ['{{#each reports.0.ruleset}}{{ @key }}={{ this }};{{/each}}', 'asOf=2026-11-01;name=baseline@1;version=3f9c2a71;'],
    ['a{{! a note }}b', 'ab'],
    ['{{ "{{ }}" }}', '{{ }}'],
    ['{{ "a\\"b" | upper }}', 'A"B'],
    ['{{ reports | length }} {{ missing | default:"-" }}', '1 -'],
    ['{{ reports.0.target.size | bytes }} {{ reports.0.score.value | points }}', '130.5 MB 66.9'],
    ['{{ reports.0.findings.0.evidence.0 | place }} {{ reports.0.findings.0 | counted }}', 'config /config/User high'],
    ['{{ reports.0.target.layers.1.createdBy | instruction | limit:14 }}', 'RUN set -eux; '],
  ])('%s', (text, expected) => {
    expect(filled(text)).toBe(`${expected}\n`);
  });

  test('a block alone on its line takes the line along, a value does not', () => {
    const text = 'a\n  {{#if tool}}\nb\n  {{/if}}\n  {{ tool.name }}\n{{! gone }}\r\nc {{#if tool}}d{{/if}}\n';
    expect(filled(text)).toBe('a\nb\n  tare\nc d\n');
    expect(filled('{{#each reports}}\n- x\n{{/each}}')).toBe('- x\n');
    expect(filled('{{#if tool}}\n{{#if tool}}\nx\n{{/if}}\n{{/if}}\n')).toBe('x\n');
  });

  test('several images are one document', () => {
    expect(filled('{{#each reports}}{{ score.grade }}{{/each}}', [staticBinary(), neglectedServer()])).toBe('AF\n');
  });
});

describe('values are escaped for what the file is', () => {
  const hostile = report({
    name: 'x',
    layers: [],
    findings: [fault({ rule: 'r', category: 'hygiene', severity: 'low', message: '=<a href="x">*b*</a> "q"\n\u001b' })],
  });
  test.each([
    ['r.html.tpl', '=&#60;a href=&#34;x&#34;&#62;*b*&#60;/a&#62; &#34;q&#34;\\x0a\\x1b'],
    ['r.XML', '=&#60;a href=&#34;x&#34;&#62;*b*&#60;/a&#62; &#34;q&#34;\\x0a\\x1b'],
    ['r.md.tmpl', '\\=&lt;a href="x"&gt;\\*b\\*&lt;/a&gt; "q"\\\\x0a\\\\x1b'],
    ['r.json', '"=\\u003ca href=\\"x\\"\\u003e*b*\\u003c/a\\u003e \\"q\\"\\n\\u001b"'],
    ['r.csv.template', '"\'=<a href=""x"">*b*</a> ""q""\\x0a\\x1b"'],
    ['r.txt', '=<a href="x">*b*</a> "q"\\x0a\\x1b'],
    ['r.tpl', '=<a href="x">*b*</a> "q"\\x0a\\x1b'],
  ])('%s', (name, expected) => {
    const text = '{{ reports.0.findings.0.message }}';
    expect(filled(text, [hostile], name)).toBe(`${expected}\n`);
  });

  test('a filter says otherwise', () => {
    const value = 'reports.0.findings.0.message';
    expect(filled(`{{ ${value} | url }}`, [hostile], 'x.md')).toMatch(/^%3D%3Ca%20href/);
    expect(filled(`{{ ${value} | raw }}`, [hostile], 'x.html')).toBe('=<a href="x">*b*</a> "q"\n\u001b\n');
    expect(filled(`{{ ${value} | raw | upper }}`, [hostile], 'x.html')).toContain('&#60;A HREF');
    expect(JSON.parse(filled(`{{ reports.0 | json }}`, [hostile], 'x.html'))).toEqual(hostile);
  });
});

describe('reaches nothing but the report', () => {
  test.each([
    'constructor',
    'reports.constructor',
    'this.__proto__',
    'tool.constructor.constructor',
    'tool.name.length',
    'tool.name.constructor',
    'toString',
    '__proto__.polluted',
    'process.env',
  ])('%s is nothing', (path) => {
    expect(filled(`[{{ ${path} }}]`)).toBe('[]\n');
  });
});

describe('errors say where', () => {
  test.each([
    ['a\n{{#each reports}}\n', 't.tpl:2:3: {{#each}} is not closed: {{/each}} is missing'],
    ['{{#if a}}{{/each}}', 't.tpl:1:12: {{/each}} stands where {{/if}} belongs'],
    ['{{/if}}', 't.tpl:1:3: {{/if}} closes nothing'],
    ['{{else}}', 't.tpl:1:3: {{else}} stands in no block'],
    ['{{#if a}}{{else}}{{else}}{{/if}}', 't.tpl:1:20: this block has its {{else}} already'],
    ['{{#each a}}{{else if b}}{{/each}}', 't.tpl:1:14: after else comes nothing, or if'],
    ['x {{ a', 't.tpl:1:3: this tag does not end: }} is missing'],
    ['{{ }}', 't.tpl:1:4: a value is missing here'],
    ['{{ a b }}', 't.tpl:1:6: b is too much here'],
    ['{{ a | shout }}', 't.tpl:1:8: there is no filter shout; there are text, xml'],
    ['{{ a | __proto__ }}', 't.tpl:1:8: there is no filter __proto__'],
    ['{{ a | default:b }}', 'default takes texts and numbers alone'],
    ['{{ a() }}', 't.tpl:1:5: ( is too much here'],
    ['{{ a = 1 }}', 't.tpl:1:6: = is too much here'],
    ['{{#with a}}{{/with}}', 't.tpl:1:3: there is no block #with; there are #each, #if and #unless'],
    ['{{#each a as 1}}{{/each}}', 't.tpl:1:14: a name is missing here'],
    ['{{#if a}}'.repeat(40), 'blocks stand more than 32 deep'],
    ['x'.repeat((1 << 20) + 1), 'the template is longer than 1048576 characters'],
  ])('%j', (text, message) => {
    expect(() => filled(text, undefined, 't.tpl')).toThrow(UsageError);
    expect(() => filled(text, undefined, 't.tpl')).toThrow(message);
  });

  test('no template at all', () => {
    expect(() => renderTemplate([debianService()], {})).toThrow('give --template FILE');
  });
});

describe('is bounded', () => {
  const deep = (body: string) => `${'{{#each reports.0.findings}}'.repeat(12)}${body}${'{{/each}}'.repeat(12)}`;

  test('loops in loops end', () => {
    expect(() => filled(deep('x'))).toThrow(/takes more than 5000000 steps/);
    expect(() => filled(deep('{{ reports | json | length }}'))).toThrow(/takes more than 5000000 steps/);
    expect(() => filled(deep('x'.repeat(100_000)))).toThrow(/writes more than 67108864 characters/);
  });

  test('a long template without an end is read once', () => {
    expect(() => filled('{{'.repeat(400_000))).toThrow(/does not end/);
    expect(filled('"{{ "a" }}'.repeat(20_000)).length).toBeGreaterThan(20_000);
  });
});
