import { describe, expect, test } from 'vitest';
import { renderSarif } from '../../src/report/sarif.ts';
import type { ImageReport } from '../../src/types/report.ts';
import type { Finding } from '../../src/types.ts';
import { debianService, fault, file, inDockerfile, report, staticBinary } from './fixtures.ts';
import { fixtureRules } from './rules.ts';
import { sarifProblems } from './validate.ts';

// biome-ignore lint/suspicious/noExplicitAny: read as any consumer reads it
function log(...reports: ImageReport[]): any {
  const text = renderSarif(reports, { rules: fixtureRules });
  expect(sarifProblems(text)).toEqual([]);
  return JSON.parse(text);
}

function run(...findings: Finding[]) {
  return log(report({ name: 'shop/api:1.4', layers: [['COPY . /app', 10, 1]], findings })).runs[0];
}

const fault_ = (part: Partial<Finding> = {}) =>
  fault({ rule: 'some-fault', category: 'immutability', severity: 'high', message: 'A fault', ...part });

describe('a place', () => {
  test('in a Dockerfile comes first, with its range, and leaves its hash to the upload action', () => {
    const [result] = run(inDockerfile()).results;
    expect(result.locations.map((one: { physicalLocation: unknown }) => one.physicalLocation)).toEqual([
      {
        artifactLocation: { uri: 'build/Dockerfile' },
        region: { startLine: 12, startColumn: 1, endLine: 12, endColumn: 10 },
      },
      {
        artifactLocation: { uri: 'shop/api' },
        region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
      },
    ]);
    expect(Object.keys(result.partialFingerprints)).toEqual(['tare/v1']);
  });

  test('in an image is below the image’s name without its tag, and names its layer', () => {
    const one = run(fault_({ evidence: [{ ...file('etc/a b:c', 0, 7), note: 'why' }], fingerprint: 'abc' }));
    const [location] = one.results[0].locations;
    expect(location.physicalLocation).toEqual({
      artifactLocation: { uri: 'shop/api/etc/a%20b%3Ac' },
      region: { startLine: 7, startColumn: 1, endLine: 7, endColumn: 1 },
    });
    expect(location.message.text).toBe('why');
    expect(one.logicalLocations[location.logicalLocations[0].index]).toMatchObject({
      name: 'layer 0',
      kind: 'layer',
      properties: { createdBy: 'COPY . /app' },
    });
    expect(one.results[0].partialFingerprints).toEqual({ primaryLocationLineHash: 'abc:1', 'tare/v1': 'abc' });
  });

  test('keeps to the image, whatever it is called', () => {
    const one = run(fault_({ evidence: [file('../..//./etc/passwd', 0)] }));
    expect(one.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('shop/api/etc/passwd');
  });
});

describe('how certain it is', () => {
  test.each([
    [{ severity: 'critical' }, undefined, 'error'],
    [{ severity: 'high' }, undefined, 'error'],
    [{ severity: 'medium' }, undefined, 'warning'],
    [{ severity: 'low' }, undefined, 'note'],
    [{ severity: 'info' }, undefined, 'note'],
    [{ severity: 'high', outcome: 'unknown' }, 'open', 'none'],
    [{ severity: 'high', confidence: 'low' }, 'review', 'none'],
  ] as [Partial<Finding>, string | undefined, string][])('%j', (part, kind, level) => {
    const [result] = run(fault_(part)).results;
    expect([result.kind, result.level]).toEqual([kind, level]);
  });

  test('a rule is as severe as the worst that was found of it', () => {
    const rule = (...findings: Finding[]) => run(...findings).tool.driver.rules[0].properties['security-severity'];
    expect(rule(fault_({ severity: 'low' }))).toBe('2.0');
    expect(rule(fault_({ severity: 'low' }), fault_({ severity: 'critical' }))).toBe('9.5');
    expect(rule(fault_({ severity: 'critical', confidence: 'medium' }))).toBe('8.0');
    expect(rule(fault_({ severity: 'info' }))).toBeUndefined();
    expect(rule(fault_({ severity: 'high', category: 'hygiene' }))).toBeUndefined();
    // What is not certain does not make a rule heavier than it is by itself.
    expect(rule(fault_({ rule: 'setuid-file', severity: 'critical', confidence: 'low' }))).toBe('2.0');
  });

  test('a suppression goes along, with its reason', () => {
    const [result] = run(fault_({ suppression: { reason: 'agreed', expires: '2027-01-01' } })).results;
    expect(result.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'agreed', properties: { expires: '2027-01-01' } },
    ]);
  });
});

test('a fix is carried as it is to be written', () => {
  const [result] = run(inDockerfile()).results;
  expect(result.fixes).toEqual([
    {
      description: { text: 'Names a user by its number' },
      artifactChanges: [
        {
          artifactLocation: { uri: 'build/Dockerfile' },
          replacements: [
            {
              deletedRegion: { startLine: 12, startColumn: 6, endLine: 12, endColumn: 10 },
              insertedContent: { text: '10001:10001' },
            },
          ],
        },
      ],
    },
  ]);
});

test('a rule brings its help and the guidance that it serves', () => {
  const one = log(debianService()).runs[0];
  const rule = one.tool.driver.rules.find(({ id }: { id: string }) => id === 'run-as-root');
  expect(rule).toMatchObject({
    name: 'RunAsRoot',
    shortDescription: { text: 'The container runs as root' },
    helpUri: 'https://kubernetes.io/docs/concepts/security/',
    defaultConfiguration: { level: 'error' },
  });
  expect(rule.help.markdown).toContain('### How to mend it\n\n- Create a user');
  expect(rule.help.markdown).toContain('- Give … a uid of its own; … stay.');
  expect(rule.help.markdown).not.toContain('Make /etc/passwd readable');
  expect(one.taxonomies.map(({ name }: { name: string }) => name)).toEqual([
    'CIS Docker Benchmark',
    'Pod Security Standards',
  ]);
  expect(one.taxonomies[0].taxa).toHaveLength(2);
  // Without metadata there is less to say, and nothing wrong.
  expect(sarifProblems(renderSarif([debianService()], {}))).toEqual([]);
});

test('a message makes no link of what an image says', () => {
  const [result] = run(fault_({ message: 'See [here](https://evil.example)', remediation: 'Remove it' })).results;
  expect(result.message.text).toBe('See [here] (https://evil.example). Remove it.');
});

test('each image is a run with a category of its own that survives a new tag', () => {
  const named = (name: string, architecture = 'amd64'): ImageReport => {
    const one = structuredClone(staticBinary());
    return { ...one, target: { ...one.target, name, platform: { os: 'linux', architecture } } };
  };
  const ids = (...reports: ImageReport[]) =>
    log(...reports).runs.map((one: { automationDetails: { id: string } }) => one.automationDetails.id);
  expect(ids(named('localhost:5000/shop/api:1.4'))).toEqual(['tare/localhost:5000/shop/api/']);
  expect(ids(named('shop/api@sha256:00'), named('shop/web'))).toEqual(['tare/shop/api/', 'tare/shop/web/']);
  expect(ids(named('a:1'), named('a:1', 'arm64'), named('a:2'))).toEqual([
    'tare/a/linux/amd64/',
    'tare/a/linux/arm64/',
    'tare/a/linux/amd64-2/',
  ]);
});

test('what went wrong in the scan is told', () => {
  const status = [{ part: 'rpm', level: 'error' as const, message: 'It ends\nearly.', layer: 0 }];
  const [invocation] = log(report({ name: 'x', layers: [], status })).runs[0].invocations;
  expect(invocation.executionSuccessful).toBe(false);
  expect(invocation.toolExecutionNotifications[0]).toEqual({
    descriptor: { id: 'rpm' },
    level: 'error',
    message: { text: 'It ends early.' },
    properties: { layer: 0 },
  });
});
