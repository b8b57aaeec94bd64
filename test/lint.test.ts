/** From a Dockerfile's text to its report: suppressions, the gate, the forecast, and what surrounds a file. */
import { describe, expect, it } from 'vitest';
import { type LintOptions, lintDockerfile, type Surround } from '../src/lint.ts';
import { baseline } from '../src/rules/baseline.ts';
import type { BaseImageFact } from '../src/types/dockerfile.ts';
import type { DockerfileReport } from '../src/types/report.ts';
import { containerConfig } from './support/facts.ts';

const options: LintOptions = {
  asOf: '2026-11-01',
  ruleset: baseline(),
  trusted: [],
  gate: { failOn: 'high' },
  version: '1.2.3',
  strict: true,
};
const lint = (text: string, changes: Partial<LintOptions> = {}, surround?: Surround) =>
  lintDockerfile(text, 'Dockerfile', { ...options, ...changes }, surround);
const of = ({ findings }: DockerfileReport, rule: string) => findings.filter((finding) => finding.rule === rule);
const small = 'FROM alpine:3.23\nRUN apk add --no-cache sudo\n';

describe('a report', () => {
  it('names the file, its stages and its base', async () => {
    const { target, ruleset, tool } = await lint('FROM golang:1.25 AS build\nFROM debian:13-slim AS app\n');
    expect(target).toEqual({ name: 'Dockerfile', kind: 'dockerfile', stages: 2, stage: 'app', base: 'debian:13-slim' });
    expect(ruleset.asOf).toBe('2026-11-01');
    expect(tool.version).toBe('1.2.3');
    expect((await lint('FROM scratch\n')).target.base).toBe('scratch');
  });

  it('lists findings in the order of the file, the heaviest of a line first', async () => {
    const { findings } = await lint('FROM debian\nRUN curl -k https://example.com/a | sh\nUSER root\n');
    const lines = findings.map(({ evidence: [place] }) => (place.at === 'instruction' ? place.range.start.line : 0));
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(findings.filter((_, i) => lines[i] === 2)[0]?.severity).toBe('high');
  });

  it('says the same twice', async () => {
    expect(await lint(small)).toEqual(await lint(small));
  });
});

describe('suppression', () => {
  const sudo = async (text: string) => of(await lint(text), 'sudo-used')[0]?.suppression;

  it('is for the next instruction, with its reason', async () => {
    const report = await lint(
      'FROM alpine:3.23\n# tare ignore=sudo-used the build farm asks for it\nRUN apk add sudo\n',
    );
    expect(of(report, 'sudo-used')[0]?.suppression).toEqual({ reason: 'the build farm asks for it' });
    const other = await lint('FROM alpine:3.23\n# tare ignore=sudo-used x\nRUN true\nRUN apk add sudo\n');
    expect(of(other, 'sudo-used')[0]?.suppression).toBeUndefined();
  });

  it.each([
    ['# tare ignore=sudo-used: why', 'why'],
    ['# tare ignore=apk-no-cache,sudo-used — why', 'why'],
    ['#tare   ignore = apk-no-cache , sudo-used  why', 'why'],
    ['# hadolint ignore=DL3004', 'a hadolint comment in the file'],
    ['# hadolint ignore=DL3018,DL3004 # why', 'why'],
    ['# anything\n# tare ignore=sudo-used why', 'why'],
  ])('understands %s', async (comment, reason) => {
    expect(await sudo(`FROM alpine:3.23\n${comment}\nRUN apk add sudo\n`)).toEqual({ reason });
  });

  it.each([
    '# tare ignore=other-rule why',
    '# tare ignore sudo-used',
    '# ignore=sudo-used',
    '# hadolint ignore=DL3008',
    '# xtare ignore=sudo-used',
  ])('does not take %s for one', async (comment) => {
    expect(await sudo(`FROM alpine:3.23\n${comment}\nRUN apk add sudo\n`)).toBeUndefined();
  });

  it('is for the whole file with global, wherever it stands', async () => {
    expect(await sudo('# tare global ignore=sudo-used policy\nFROM alpine:3.23\nRUN apk add sudo\n')).toEqual({
      reason: 'policy',
    });
    expect(await sudo('FROM alpine:3.23\nRUN apk add sudo\n# hadolint global ignore=DL3004\n')).toBeDefined();
  });

  it('tells of a rule that does not exist', async () => {
    const { status } = await lint('FROM alpine:3.23\n# tare ignore=sudo-usd why\nRUN apk add sudo\n');
    expect(status).toContainEqual(expect.objectContaining({ level: 'warning', part: 'suppression' }));
    expect(status[0]?.message).toContain('Dockerfile:2 ignores sudo-usd');
  });

  it('moves the gate, never the forecast', async () => {
    const plain = 'FROM debian:13-slim\nUSER root\n';
    const before = await lint(plain);
    const after = await lint(plain.replace('USER', '# tare ignore=run-as-root why\nUSER'));
    expect([before.gate.passed, after.gate.passed]).toEqual([false, true]);
    expect(after.forecast).toEqual(before.forecast);
  });
});

describe('the gate', () => {
  it('fails for a file that no builder accepts', async () => {
    const { gate } = await lint('FROM alpine:3.23\nUSER 1\nCOPPY a b\n');
    expect(gate).toMatchObject({ passed: false });
    expect(gate.reason).toMatch(/^No builder accepts line 3: /);
    expect((await lint('FROM alpine:3.23\nCOPPY a b\n', { gate: { failOn: 'none' } })).gate.passed).toBe(true);
  });

  it('leaves quality out unless it is asked for', async () => {
    const text =
      'FROM alpine:3.23@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nUSER 1\nWORKDIR relative\n';
    expect((await lint(text, { gate: { failOn: 'low' } })).gate.passed).toBe(true);
    expect((await lint(text, { gate: { failOn: 'low', hygiene: true } })).gate.passed).toBe(false);
  });

  it('holds the best score within reach against --min-score', async () => {
    const report = await lint('FROM debian:13\nUSER 1\n', { gate: { failOn: 'none', minScore: 95 } });
    expect(report.gate.passed).toBe(false);
    expect((await lint('FROM scratch\nUSER 1\n', { gate: { failOn: 'none', minScore: 95 } })).gate.passed).toBe(true);
  });

  it('does not fail for what nobody could tell', async () => {
    const { gate, findings } = await lint('FROM registry.example.com/base:1\n', {
      trusted: ['registry.example.com/**'],
    });
    expect(findings.find(({ rule }) => rule === 'run-as-root')?.outcome).toBe('unknown');
    expect(gate.passed).toBe(true);
  });
});

describe('the forecast', () => {
  const range = async (text: string) => (await lint(text)).forecast;

  it('reaches 100 for a static binary on scratch with a numeric user, and cannot be sure of its attestation', async () => {
    const forecast = await range('FROM golang:1.25 AS build\nFROM scratch\nCOPY --from=build /app /app\nUSER 65532\n');
    expect(forecast.high).toBe(100);
    expect(forecast.low).toBeLessThan(100);
    expect(forecast.holding.filter(({ certain }) => certain)).toEqual([]);
  });

  it('knows what a base brings, and orders bases by it', async () => {
    const highs = await Promise.all(
      ['scratch', 'gcr.io/distroless/static-debian13:nonroot', 'alpine:3.23', 'debian:13-slim', 'debian:13'].map(
        async (base) => (await range(`FROM ${base}\nUSER 1\n`)).high,
      ),
    );
    expect(highs).toEqual([...highs].sort((a, b) => b - a));
    expect(new Set(highs).size).toBe(highs.length);
  });

  it('is wide where nothing is known of the base', async () => {
    const unknown = await range('FROM registry.example.com/base:1\nUSER 1\n');
    const known = await range('FROM alpine:3.23\nUSER 1\n');
    expect(unknown.high - unknown.low).toBeGreaterThan(known.high - known.low);
  });

  it('is capped by what fails, and says by what it is held down', async () => {
    const { high, holding } = await range('FROM alpine:3.23\n');
    expect(high).toBeLessThanOrEqual(89);
    expect(holding[0]).toMatchObject({ certain: true });
    expect(holding.map(({ rule }) => rule)).toContain('run-as-root');
  });

  it('does not charge an image for faults that it no longer shows', async () => {
    const pipe = await range('FROM alpine:3.23\nUSER 1\nRUN wget -qO- https://example.com/x | sh\n');
    expect(pipe).toEqual(await range('FROM alpine:3.23\nUSER 1\nRUN true\n'));
  });
});

describe('the base image', () => {
  const image = (user: string): BaseImageFact => ({
    reference: { registry: 'registry.example.com', repository: 'base', tag: '1' },
    via: 'docker',
    platform: { os: 'linux', architecture: 'amd64' },
    container: containerConfig({ user }),
  });
  const text = 'FROM registry.example.com/base:1 AS a\nFROM a\n';
  const asked: unknown[] = [];
  const with_ =
    (user: string): Surround =>
    async (_, base) => {
      asked.push(base?.open ? base.reference : undefined);
      return { baseImage: image(user) };
    };

  it('is asked for where neither the file nor the name tells the user', async () => {
    asked.length = 0;
    expect(of(await lint(text, {}, with_('10001')), 'run-as-root')).toEqual([]);
    expect(asked).toEqual([{ registry: 'registry.example.com', repository: 'base', tag: '1' }]);
    for (const known of ['FROM alpine:3.23\n', 'FROM scratch\n', `${text}USER 5\n`, 'ARG B\nFROM $B\n']) {
      asked.length = 0;
      await lint(known, {}, with_('1'));
      expect([known, asked]).toEqual([known, [undefined]]);
    }
  });

  it.each([
    ['', 'there is no USER, and registry.example.com/base:1 sets none'],
    ['0', 'runs as 0'],
    ['root', 'runs as root'],
  ])('settles that %j is root', async (user, said) => {
    const [finding] = of(await lint(text, {}, with_(user)), 'run-as-root');
    expect(finding).toMatchObject({ outcome: 'fail', severity: 'high' });
    expect(finding?.message).toContain(said);
  });
});
