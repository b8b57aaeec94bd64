/** JUnit, Checkstyle, GitLab and GitHub: what each says of a finding. Their shapes are held by formats.test.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCheckstyle } from '../../src/report/checkstyle.ts';
import { renderAnnotations } from '../../src/report/github.ts';
import { renderCodeQuality } from '../../src/report/gitlab-codequality.ts';
import { renderContainerScanning } from '../../src/report/gitlab-container-scanning.ts';
import { renderJunit } from '../../src/report/junit.ts';
import type { Finding } from '../../src/types.ts';
import { arbitraryReport } from './arbitrary.ts';
import { debianService, fault, file, inDockerfile, report, staticBinary } from './fixtures.ts';
import { fixtureRules } from './rules.ts';
import { readXml } from './xml-reader.ts';

const of = (...findings: Finding[]) => report({ name: 'shop/api:1.4', layers: [['COPY . /app', 10, 1]], findings });
const some = (part: Partial<Finding> = {}) =>
  fault({ rule: 'some-fault', category: 'immutability', severity: 'high', message: 'A fault', ...part });

describe('JUnit', () => {
  const results = (xml: string) =>
    readXml(xml).children.flatMap(({ children }) =>
      children
        .filter(({ name }) => name === 'testcase')
        .map(({ attributes, children: [result] }) => [attributes['name'], result?.name ?? 'passed']),
    );

  test('fails what fails the gate, skips what is below it, passes what found nothing', () => {
    const one = of(
      some({ rule: 'run-as-root' }),
      some({ rule: 'run-as-root', severity: 'low' }),
      some({ rule: 'b', severity: 'medium' }),
      some({ rule: 'c', outcome: 'unknown' }),
      some({ rule: 'd', suppression: { reason: 'agreed' } }),
      some({ rule: 'e', confidence: 'low' }),
      some({ rule: 'f', category: 'hygiene' }),
    );
    const told = new Map(results(renderJunit([one], { rules: fixtureRules })) as [string, string][]);
    expect(Object.fromEntries(told)).toEqual({
      gate: 'failure',
      'run-as-root': 'failure',
      b: 'skipped',
      c: 'skipped',
      d: 'skipped',
      f: 'skipped',
      'setuid-file': 'passed',
      'shell-missing': 'passed',
    });
    expect(results(renderJunit([one], { all: true })).map(([name]) => name)).toContain('e');
  });

  test('the first test is the gate: it fails for a low score too', () => {
    expect(results(renderJunit([staticBinary()], {}))).toEqual([['gate', 'passed']]);
    expect(results(renderJunit([debianService()], {}))[0]).toEqual(['gate', 'failure']);
  });

  test('no rule fails where the gate passes', () => {
    fc.assert(
      fc.property(arbitraryReport, (one) => {
        const failed = results(renderJunit([one], { all: true })).some(([, result]) => result === 'failure');
        expect(failed).toBe(!one.gate.passed);
      }),
      { numRuns: 50 },
    );
  });
});

describe('Checkstyle', () => {
  test('groups by file, in the order of names and lines', () => {
    const xml = readXml(
      renderCheckstyle(
        [
          of(
            inDockerfile(),
            some({ evidence: [file('etc/x', 0, 9)] }),
            some({ evidence: [file('etc/x', 0, 2)], severity: 'medium' }),
          ),
        ],
        {},
      ),
    );
    expect(
      xml.children.map(({ attributes, children }) => [
        attributes['name'],
        children.map((one) => [one.attributes['line'], one.attributes['column'], one.attributes['severity']]),
      ]),
    ).toEqual([
      ['build/Dockerfile', [['12', '1', 'error']]],
      [
        'shop/api/etc/x',
        [
          ['2', undefined, 'warning'],
          ['9', undefined, 'error'],
        ],
      ],
    ]);
  });
});

describe('GitLab Code Quality', () => {
  const issues = (...findings: Finding[]) => JSON.parse(renderCodeQuality([of(...findings)], {}));

  test('points at the Dockerfile where it can, and tells severities in its own words', () => {
    const [issue] = issues(inDockerfile({ fingerprint: 'f00' }));
    expect(issue).toMatchObject({
      check_name: 'run-as-root',
      severity: 'critical',
      fingerprint: 'f00:shop/api',
      location: { path: 'build/Dockerfile', lines: { begin: 12, end: 12 } },
      other_locations: [{ path: 'shop/api', lines: { begin: 1 } }],
    });
    const words = (['critical', 'high', 'medium', 'low', 'info'] as const).map(
      (severity) => issues(some({ severity }))[0].severity,
    );
    expect(words).toEqual(['blocker', 'critical', 'major', 'minor', 'info']);
  });

  test('leaves out what is suppressed or of low confidence, and nothing else', () => {
    expect(
      issues(
        some({ rule: 'a', suppression: { reason: '' } }),
        some({ rule: 'b', confidence: 'low' }),
        some({ rule: 'c' }),
      ).map(({ check_name }: { check_name: string }) => check_name),
    ).toEqual(['c']);
  });
});

describe('GitLab container scanning', () => {
  test('tells image, system, rule and place, and no time of day', () => {
    const document = JSON.parse(renderContainerScanning([debianService()], { rules: fixtureRules }));
    expect(document).toMatchObject({
      version: '15.0.7',
      scan: { type: 'container_scanning', start_time: '2026-11-01T00:00:00', end_time: '2026-11-01T00:00:00' },
    });
    const [first] = document.vulnerabilities;
    expect(first).toMatchObject({
      name: 'The container runs as root',
      severity: 'High',
      identifiers: [
        { type: 'tare_rule', value: 'run-as-root', url: 'https://kubernetes.io/docs/concepts/security/' },
        {},
      ],
      location: {
        image: 'shop/api:1.4',
        operating_system: 'debian:12',
        dependency: { package: { name: 'config /config/User' } },
      },
    });
    const unknown = document.vulnerabilities.find((one: { name: string }) => one.name === 'missing-attestation');
    expect(unknown.severity).toBe('Unknown');
  });

  test('a name without a tag gets its digest', () => {
    const one = { ...of(some()), target: { ...of(some()).target, name: 'localhost:5000/app' } };
    const [first] = JSON.parse(renderContainerScanning([one], {})).vulnerabilities;
    expect(first.location.image).toMatch(/^localhost:5000\/app@sha256:[0-9a-f]{64}$/);
  });
});

describe('GitHub annotations', () => {
  test('are on the Dockerfile’s line, or name the image and its layer', () => {
    const lines = renderAnnotations([of(inDockerfile(), some({ evidence: [file('etc/x', 0), file('etc/y', 0)] }))], {});
    expect(lines).toContain(
      '::error file=build/Dockerfile,line=12,endLine=12,col=1,title=run-as-root (high)::Runs as root. Remove it.\n',
    );
    expect(lines).toContain(
      '::error title=some-fault (high)::A fault (shop/api:1.4, layer 0: /etc/x, /etc/y). Remove it.\n',
    );
  });

  test('what is said cannot be a command, nor end a property', () => {
    const one = of(inDockerfile({ message: '50%\n::add-mask::x', rule: 'a:b,c' }));
    const [line] = renderAnnotations([one], {}).split('\n');
    expect(line).toBe(
      '::error file=build/Dockerfile,line=12,endLine=12,col=1,title=a%3Ab%2Cc (high)::50%25 ::add-mask::x. Remove it.',
    );
  });

  test('are as loud as the finding is certain', () => {
    const levels = (part: Partial<Finding>) => renderAnnotations([of(some(part))], { all: true }).split(' ')[0];
    expect(levels({ severity: 'critical' })).toBe('::error');
    expect(levels({ severity: 'medium' })).toBe('::warning');
    expect(levels({ severity: 'low' })).toBe('::notice');
    expect(levels({ outcome: 'unknown' })).toBe('::notice');
    expect(levels({ confidence: 'low' })).toBe('::notice');
  });
});
