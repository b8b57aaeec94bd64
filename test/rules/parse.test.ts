import { describe, expect, it } from 'vitest';
import { parseData, parseRule, parseUserRuleset } from '../../src/rules/parse.ts';
import { RulesetError } from '../../src/types.ts';

const rule = `id: shell-present
title: A shell is in the image
category: unnecessary-software
severity: low
on: [image]
why: because
message: '{count:shell|shells}'
remediation:
  default: use scratch
  used: start the program directly
references:
  - title: NIST SP 800-190
    section: '4.1'
`;

/** The message of the RulesetError that a reader ends with. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(RulesetError);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

describe('parseRule', () => {
  it('reads short forms and fills in defaults', () => {
    expect(parseRule(rule, 'x.yaml')).toMatchObject({
      message: { default: '{count:shell|shells}' },
      remediation: { default: 'use scratch', used: 'start the program directly' },
      confidence: 'high',
      parameters: {},
      data: [],
    });
  });

  it.each<[string, string, string]>([
    [
      'an unknown field',
      rule.replace('why:', 'reason: x\nwhy:'),
      'x.yaml:6:1: reason: there is no field "reason" here',
    ],
    ['a missing field', rule.replace('why: because\n', ''), 'x.yaml:1:1: why: is missing; it must be text'],
    ['a wrong type', rule.replace('[image]', 'image'), 'x.yaml:5:5: on: must be a list, not text'],
    [
      'a wrong type inside',
      rule.replace("section: '4.1'", 'section: 4.1'),
      'x.yaml:13:14: references[0].section: must be text, not a number',
    ],
    [
      'a wrong word',
      rule.replace('severity: low', 'severity: lo'),
      'x.yaml:4:11: severity: must be critical, high, medium, low, info or measured; did you mean low?',
    ],
    ['a wrong id', rule.replace('id: shell-present', 'id: Shell'), 'x.yaml:1:5: id: must be words of a-z'],
    ['an empty list', rule.replace('[image]', '[]'), 'x.yaml:5:5: on: must not be empty'],
    [
      'a template without default',
      rule.replace('  default: use scratch\n', ''),
      'x.yaml:9:3: remediation: must be a text, or texts by variant',
    ],
    [
      'an unknown format',
      rule.replace('shell|shells', 'shell'),
      'x.yaml:7:10: message: {count:shell} has no known format',
    ],
    ['a key given twice', rule.replace('on:', 'severity: high\non:'), 'x.yaml:5:1: this key is given twice'],
    ['an alias', `${rule}parameters: { a: &a [1], b: *a }\n`, 'x.yaml:14:29: aliases are not read here'],
    ['a tab', rule.replace('  default', '\tdefault'), 'x.yaml:9:1: YAML is not indented with tabs'],
    ['two documents', `${rule}---\n${rule}`, 'x.yaml:14:1: the file holds several YAML documents'],
    [
      'an unknown tag',
      rule.replace('why: because', 'why: !!binary aGk='),
      'x.yaml:6:6: this is not valid YAML: unresolved tag',
    ],
    ['a key that is no text', `${rule}parameters: { 1: x }\n`, 'x.yaml:14:15: a key must be text'],
    ['__proto__', `${rule}parameters: { __proto__: x }\n`, 'x.yaml:14:15: __proto__ is not a name'],
    ['a misspelt field', rule.replace('why', 'wy'), 'x.yaml:6:1: wy: there is no field "wy" here; did you mean why?'],
    ['nothing', '', 'x.yaml:1:1: must be a mapping of names to values, not empty'],
    [
      'the first of several',
      rule.replace('low', 'lo').replace('why: because', 'why: 3'),
      'x.yaml:4:11: severity: must be critical',
    ],
  ])('refuses %s, at its place', (_, text, message) => {
    expect(refusal(() => parseRule(text, 'x.yaml'))).toContain(message);
  });

  it('stops bombs of aliases, depth and size', () => {
    const aliases = `a: &a [x,x,x,x]\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} [${`*${'abcdefghij'[i]},`.repeat(9)}]`).join('\n')}`;
    expect(refusal(() => parseRule(aliases, 'x.yaml'))).toContain('aliases are not read here');
    expect(refusal(() => parseRule(`a: ${'['.repeat(40)}${']'.repeat(40)}`, 'x.yaml'))).toContain('nested');
    expect(refusal(() => parseRule(`a: ${'['.repeat(200_000)}`, 'x.yaml'))).toMatch(/^x\.yaml.*(nested|valid YAML)/);
    expect(refusal(() => parseRule(`a: ${'{a: '.repeat(100_000)}`, 'x.yaml'))).toMatch(/^x\.yaml.*(nested|valid YAML)/);
    expect(refusal(() => parseRule('#'.repeat(1024 * 1024 + 1), 'x.yaml'))).toContain('more than');
  });
});

describe('parseData', () => {
  it('holds known files to their shape and lets others be', () => {
    expect(
      refusal(() =>
        parseData(
          'management-ports',
          "version: 1\nasOf: '2026-01-01'\nports: [{ port: 70000, protocol: tcp, name: a, why: b }]",
          'p.yaml',
        ),
      ),
    ).toBe('p.yaml:3:17: ports[0].port: must be at most 65535');
    expect(
      refusal(() =>
        parseData(
          'trusted-registries',
          "version: 1\nasOf: '2026-01-01'\npatterns: [{ pattern: 'a//b', why: b }]",
          'p.yaml',
        ),
      ),
    ).toContain('p.yaml:3:23: patterns[0].pattern: an image pattern cannot have an empty part');
    expect(parseData('other', 'a: 1', 'o.yaml')).toEqual({ a: 1 });
  });
});

describe('parseUserRuleset', () => {
  it('reads what it may hold', () => {
    const text =
      'name: acme\ntrusted: [ghcr.io/acme/**]\ndisable: [shell-present]\nrules:\n  file-capability:\n    parameters: { allowed: [] }\n';
    expect(parseUserRuleset(text, 'a.yaml')).toMatchObject({
      name: 'acme',
      trusted: ['ghcr.io/acme/**'],
      disable: ['shell-present'],
      rules: { 'file-capability': { parameters: { allowed: [] } } },
    });
    expect(parseUserRuleset('{}', 'a.yaml')).toMatchObject({ trusted: [], disable: [], rules: {} });
  });

  it.each([
    ['rules:\n  no-nginx:\n    when: a == b\n', 'a.yaml:3:5: rules.no-nginx.title: is missing; it must be text'],
    ['rules:\n  no-nginx:\n    for: packges\n', 'a.yaml:3:10: rules.no-nginx.for: must be image, config'],
    ['rules:\n  No-nginx:\n    for: packages\n', 'a.yaml:2:3: rules.No-nginx: must be words of a-z'],
    ['trusted: [ghcr.io/acme/]\n', 'a.yaml:1:11: trusted[0]: an image pattern cannot end in a slash'],
    [
      'rules:\n  shell-present:\n    severity: info\n',
      'a.yaml:3:5: rules.shell-present.severity: there is no field "severity" here',
    ],
    ['rules:\n  Shell:\n    parameters: {}\n', 'a.yaml:2:3: rules.Shell: must be words of a-z'],
    ['disable: shell-present\n', 'a.yaml:1:10: disable: must be a list, not text'],
    ['[]', 'a.yaml:1:1: must be a mapping of names to values, not a list'],
  ])('refuses %j', (text, message) => {
    expect(refusal(() => parseUserRuleset(text, 'a.yaml'))).toContain(message);
  });
});
