/** What no small image can show: facts that could not be had, and references of media that recipes do not have. */
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import { type JudgeOptions, judge } from '../../src/rules/run.ts';
import type { Facts } from '../../src/types/facts.ts';
import type { Workload } from '../../src/types/workload.ts';
import type { Finding, Severity } from '../../src/types.ts';
import { known, makeFacts, unknown, workload } from '../support/facts.ts';

const findings = (changes: Partial<Facts>, options: JudgeOptions = {}) =>
  judge(makeFacts(changes), baseline(), { ...options, strict: true }).findings;
const brief = ({ rule, outcome, severity, confidence }: Finding) => `${rule} ${outcome} ${severity} ${confidence}`;

describe('unknown facts', () => {
  it.each<[Partial<Facts>, string[]]>([
    [
      { user: unknown('r') },
      ['run-as-root unknown high high', 'user-not-numeric unknown low high', 'user-unknown unknown medium high'],
    ],
    [{ accounts: unknown('r') }, ['uid-zero-alias unknown high high']],
    [
      { privilegedFiles: unknown('r') },
      ['file-capability unknown medium high', 'setgid-file unknown medium high', 'setuid-file unknown medium high'],
    ],
    [{ packageManagers: unknown('r') }, ['package-manager-present unknown medium high']],
    [{ shells: unknown('r') }, ['shell-present unknown low high']],
    [{ ports: unknown('r') }, ['management-port-exposed unknown medium high']],
    [{ osFootprint: unknown('r') }, ['os-footprint unknown medium high']],
    [{ packageDatabases: unknown('r') }, ['package-database-missing unknown high high']],
    [{ base: unknown('r') }, ['base-not-digest-pinned unknown low high', 'unverified-base unknown medium high']],
    [{ attestations: unknown('r') }, ['missing-attestation unknown medium high']],
    [{ digestChecks: unknown('r') }, ['layer-digest-mismatch unknown high high']],
    [{ distro: unknown('r') }, ['end-of-life-distro unknown high medium']],
    [
      {
        entrypoint: unknown('r'),
        container: unknown('r'),
        origin: unknown('r'),
        packages: unknown('r'),
        deleted: unknown('r'),
      },
      [],
    ],
  ])('%o', (changes, expected) => {
    const found = findings(changes);
    expect(found.map(brief).sort()).toEqual(expected);
    for (const { message } of found) expect(message).toMatch(/: r$/);
  });

  it('weighs what is not known at least as heavily as anything that the rule could find', () => {
    const order: Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
    const privileged = {
      layer: 0,
      mode: 0o6755,
      uid: 0,
      gid: 0,
      setuid: true,
      setgid: true,
      capabilities: [],
      reachable: true,
    };
    const known2 = findings({ privilegedFiles: known([{ ...privileged, path: 'bin/bash' }]) });
    for (const finding of findings({ privilegedFiles: unknown('r') })) {
      const worst = known2.find(({ rule }) => rule === finding.rule);
      if (worst) expect(order.indexOf(finding.severity)).toBeGreaterThanOrEqual(order.indexOf(worst.severity));
    }
    expect(findings({ osFootprint: unknown('r') })[0]?.weight).toBe(1);
  });

  it('does not take a bare root filesystem for an image that runs as root', () => {
    const image = { ...makeFacts().image, kind: 'rootfs' as const };
    const user = known({ spec: '', defaulted: true, uid: 0, gid: 0, numeric: false, groups: [] });
    expect(findings({ image, user }).map(brief)).toContain('run-as-root unknown high high');
  });
});

describe('os-footprint', () => {
  const footprint = (bytes: number, packages: number) =>
    known({ bytes, packages, ownedBytes: bytes, unownedBytes: 0, runtimes: [], heaviest: [] });
  // The reference figures of the scoring model, in points of 15.
  it.each([
    ['distroless static', 2.5e6, 5, 0.8],
    ['busybox musl', 4.45e6, 0, 2.0],
    ['wolfi-base', 10.9e6, 14, 4.1],
    ['alpine', 8.42e6, 16, 4.3],
    ['node alpine', 11.4e6, 18, 4.7],
    ['distroless python3', 50e6, 37, 7.8],
    ['ubi-minimal', 92e6, 0, 9.2],
    ['debian slim', 78.6e6, 78, 9.2],
    ['ubuntu', 78.2e6, 92, 9.8],
    ['debian', 120.1e6, 78, 9.9],
    ['amazonlinux', 150e6, 105, 10.3],
    ['centos 7', 202e6, 0, 11.1],
  ])('%s', (_, bytes, packages, points) => {
    const weight = findings({ osFootprint: footprint(bytes, packages) })[0]?.weight ?? 0;
    expect(Math.abs(weight * 15 - points)).toBeLessThanOrEqual(0.1);
  });

  it('is bounded by 1 and never falls when bytes or packages grow', () => {
    const weight = (bytes: number, packages: number) =>
      findings({ osFootprint: footprint(bytes, packages) })[0]?.weight ?? 0;
    expect(weight(0, 0)).toBe(0);
    expect(weight(1e12, 1e6)).toBe(1);
    for (const packages of [0, 4, 5, 40]) {
      const weights = [0, 1e6, 2e6, 3e6, 1e7, 1e8, 1e9].map((bytes) => weight(bytes, packages));
      expect(weights).toEqual([...weights].sort((a, b) => a - b));
    }
  });

  it.each<[Partial<Workload>, string]>([
    [{ kind: 'static' }, 'build on scratch'],
    [{ kind: 'dynamic', elf: { libc: 'glibc', needed: ['libc.so.6'] } }, 'is distroless-base (gcr.io/distroless/base-'],
    [{ kind: 'dynamic', elf: { libc: 'musl', needed: [] } }, 'is alpine;'],
    [{ kind: 'shell', needsShell: true }, 'is alpine, since the container starts with a shell script'],
    [{ kind: 'none' }, 'Nothing is started'],
    [{ kind: 'unknown' }, 'Somewhere between'],
    [{ kind: 'static', complete: false }, 'Somewhere between'],
  ])('names the base for %o', (changes, advice) => {
    const found = findings({ osFootprint: footprint(5e7, 5), workload: known(workload(changes)) });
    expect(found[0]?.remediation).toContain(advice);
  });

  it('names no larger base than the one that is there', () => {
    const shell = known(workload({ kind: 'shell', needsShell: true }));
    const [finding] = findings({ osFootprint: footprint(8.4e6, 16), workload: shell });
    expect(finding?.remediation).toContain('It is no larger than alpine,');
  });

  it('points at the heaviest packages', () => {
    const item = {
      name: 'perl-base',
      version: '5',
      type: 'deb',
      size: 7_700_000,
      layer: 2,
      database: 'var/lib/dpkg/status',
      purl: 'pkg:deb/debian/perl-base@5',
    };
    const value = {
      bytes: 5e7,
      packages: 1,
      ownedBytes: 5e7,
      unownedBytes: 0,
      runtimes: [],
      heaviest: [{ name: 'perl-base', bytes: 7_700_000, layer: 2 }],
    };
    const [finding] = findings({ osFootprint: known(value), packages: known([item]) });
    expect(finding?.evidence).toContainEqual({
      at: 'file',
      path: 'var/lib/dpkg/status',
      layer: 2,
      note: 'perl-base 7.7 MB',
    });
  });
});

describe('untrusted-registry', () => {
  const origin = (pulledFrom: string) =>
    known({
      kind: 'registry' as const,
      references: [{ registry: 'docker.io', repository: 'library/alpine' }],
      pulledFrom: { registry: pulledFrom, repository: 'team/app', tag: '1' },
    });

  it('judges where the image was pulled from rather than what else it is called', () => {
    expect(findings({ origin: origin('evil.example') }, { trusted: ['good.example/**'] }).map(brief)).toEqual([
      'untrusted-registry fail high high',
    ]);
    expect(findings({ origin: origin('good.example') }, { trusted: ['good.example/**'] })).toEqual([]);
    expect(findings({ origin: origin('localhost:5000') })).toEqual([]);
  });

  it('keeps its fingerprint from tag to tag', () => {
    const print = (tag: string) =>
      findings({
        origin: known({
          kind: 'registry',
          references: [],
          pulledFrom: { registry: 'a.example', repository: 'x', tag },
        }),
      })[0]?.fingerprint;
    expect(print('1')).toBe(print('2'));
  });
});

describe('layer-digest-mismatch', () => {
  it('tells documents from layers', () => {
    const check = {
      layer: -1,
      document: 'config' as const,
      kind: 'digest' as const,
      expected: 'sha256:a',
      actual: 'sha256:b',
    };
    expect(findings({ digestChecks: known([check]) })[0]).toMatchObject({
      message: "The bytes of the image's own documents differ from the digests that name them",
      evidence: [{ document: 'manifest', pointer: '/config/digest', note: 'digest: named sha256:a, is sha256:b' }],
    });
    const found = findings({ digestChecks: known([check, { layer: 2, kind: 'size', expected: '1', actual: '2' }]) });
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('(layer 2)');
  });
});

it('shows nothing of a hostile name but its escaped form', () => {
  const shell = { name: 'ba\u001b[2Jsh', path: 'bin/ba\u001b[2Jsh', layer: 0, size: 1 };
  const [finding] = findings({ shells: known([shell]) });
  expect(finding?.message).toBe('1 shell in the image: ba\\u{1b}[2Jsh');
});
