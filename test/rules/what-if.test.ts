import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/rules/baseline.ts';
import type { BaseTargets } from '../../src/rules/data.ts';
import { footprintWeight } from '../../src/rules/footprint-weight.ts';
import { judge } from '../../src/rules/run.ts';
import { smallestBase } from '../../src/rules/smallest-base.ts';
import { whatIf } from '../../src/rules/what-if.ts';
import { score } from '../../src/score/score.ts';
import type { Facts, Program } from '../../src/types/facts.ts';
import type { Workload } from '../../src/types/workload.ts';
import { known, makeFacts, unknown, workload } from '../support/facts.ts';

const ruleset = baseline();
const data = ruleset.data['base-targets'] as BaseTargets;
const names = data.targets.map(({ name }) => name);

const elf = (libc: 'glibc' | 'musl', ...needed: string[]) => ({ libc, needed });
const runtime = (name: 'node' | 'python' | 'java' | 'php' | 'ruby', version: string): Facts['runtimes'] =>
  known([{ name, version, path: `usr/bin/${name}`, layer: 0 }]);
const layer = (index: number, size: number): Facts['image']['layers'][number] => ({
  ...{ index, digest: `sha256:${'0'.repeat(64)}`, diffID: `sha256:${'0'.repeat(64)}` },
  ...{ storedSize: size, size, entries: 1, mediaType: 'x' },
});
const program = (name: string, at: number): Program => ({
  name,
  path: `bin/${name}`,
  layer: at,
  size: 1,
  family: 'apt',
});

/** An image of two layers: a base of this size with its tools, and a program. */
function image(bytes: number, packages: number, changes: Partial<Facts> = {}): Facts {
  const made = makeFacts();
  return makeFacts({
    image: { ...made.image, layers: [layer(0, bytes), layer(1, 1e6)] },
    distro: known({
      ...{ id: 'debian', idLike: [], name: 'Debian', versionId: '13', prettyName: 'Debian 13', distroless: false },
    }),
    osFootprint: known({ bytes, packages, ownedBytes: bytes, unownedBytes: 0, runtimes: [], heaviest: [] }),
    packageManagers: known([program('apt', 0)]),
    shells: known([program('sh', 0)]),
    workload: known(workload({})),
    ...changes,
  });
}
const estimate = (facts: Facts, base?: string) => {
  const { findings } = judge(facts, ruleset, { strict: true });
  return whatIf({ facts, findings, ruleset, base, scoreOf: score });
};

describe('the smallest base', () => {
  it.each<[string, Partial<Workload>, Partial<Facts>, string | undefined]>([
    ['a static program', {}, {}, 'scratch'],
    ['a static program behind a script', { needsShell: true }, {}, 'alpine'],
    ['a program on glibc', { kind: 'dynamic', elf: elf('glibc', 'libc.so.6', 'libssl.so.3') }, {}, 'distroless-base'],
    ['one of C++', { kind: 'dynamic', elf: elf('glibc', 'libstdc++.so.6', 'libc.so.6') }, {}, 'distroless-cc'],
    ['one with a library of its own', { kind: 'dynamic', elf: elf('glibc', 'libpq.so.5', 'libc.so.6') }, {}, 'slim'],
    ['one behind a script', { kind: 'dynamic', needsShell: true, elf: elf('glibc', 'libc.so.6') }, {}, 'wolfi'],
    ['a program on musl', { kind: 'dynamic', elf: elf('musl', 'libc.musl-x86_64.so.1') }, {}, 'alpine'],
    ['one on musl with a library of its own', { kind: 'dynamic', elf: elf('musl', 'libpq.so.5') }, {}, undefined],
    ['a script', { kind: 'shell', needsShell: true }, {}, 'alpine'],
    ['nothing', { kind: 'none' }, {}, undefined],
    ['what is not known', { kind: 'unknown' }, {}, undefined],
    ['what could not be followed', { complete: false }, {}, undefined],
  ])('for %s', (_, changes, facts, expected) => {
    const found = smallestBase(makeFacts({ workload: known(workload(changes)), ...facts }), data);
    expect(found?.target.name).toBe(expected);
  });

  it.each<[Workload['kind'], 'glibc' | 'musl', boolean, Facts['runtimes'], string, string]>([
    ['node', 'glibc', false, runtime('node', '20.11.1'), 'distroless-nodejs', 'gcr.io/distroless/nodejs20-debian13'],
    ['node', 'glibc', false, runtime('node', '19.1.0'), 'slim-runtime', 'node:19-slim'],
    ['node', 'glibc', true, runtime('node', '24.0.0'), 'slim-runtime', 'node:24-slim'],
    ['node', 'musl', false, runtime('node', '22.1.0'), 'alpine-runtime', 'node:22-alpine'],
    ['python', 'glibc', false, runtime('python', '3.13.1'), 'distroless-python3', 'gcr.io/distroless/python3-debian13'],
    ['python', 'glibc', false, runtime('python', '3.11.2'), 'slim-runtime', 'python:3.11-slim'],
    ['python', 'glibc', false, known([]), 'slim-runtime', 'python:slim'],
    ['java', 'glibc', false, runtime('java', '21.0.4'), 'distroless-java', 'gcr.io/distroless/java21-debian13'],
    ['java', 'glibc', false, runtime('java', '1.8.0'), 'slim-runtime', 'eclipse-temurin:8-jre'],
    ['java', 'musl', false, runtime('java', '21.0.4'), 'alpine-runtime', 'eclipse-temurin:21-jre-alpine'],
    ['php', 'glibc', true, runtime('php', '8.3.1'), 'alpine-runtime', 'php:8.3-alpine'],
    ['ruby', 'glibc', false, runtime('ruby', '3.3.0'), 'slim-runtime', 'ruby:3.3-slim'],
  ])('for %s on %s (shell: %s)', (kind, libc, needsShell, runtimes, name, written) => {
    const found = smallestBase(
      makeFacts({ workload: known(workload({ kind, needsShell, elf: elf(libc) })), runtimes }),
      data,
    );
    expect([found?.target.name, found?.image]).toEqual([name, written]);
  });
});

describe('an estimate', () => {
  it('puts the reference in the place of the base, and keeps what is the own', () => {
    const found = estimate(image(78e6, 78))!;
    expect(found).toMatchObject({ estimate: true, base: 'scratch', asked: false, serves: 'yes', same: false });
    expect(found.osBytes).toEqual({ before: 78e6, after: 0 });
    expect(found.size).toEqual({ before: 79e6, after: 1e6 });
    const own = estimate(image(78e6, 78, { shells: known([program('sh', 1)]) }))!;
    expect(own.score.after).toBeLessThan(found.score.after);
  });

  it('keeps OS packages of the layers above', () => {
    const item = { name: 'libpq5', version: '1', type: 'deb', size: 3e6, layer: 1, database: 'x', purl: 'x' };
    expect(estimate(image(78e6, 78, { packages: known([item]) }))).toMatchObject({
      osBytes: { after: 3e6 },
      osPackages: { after: 1 },
    });
  });

  it('says so where a base does not serve, or nobody knows', () => {
    const shell = image(78e6, 78, { workload: known(workload({ kind: 'shell', needsShell: true })) });
    expect(estimate(shell, 'distroless-static')).toMatchObject({ serves: 'no', asked: true });
    expect(estimate(image(78e6, 78, { workload: unknown('r') }), 'slim')).toMatchObject({ serves: 'unknown' });
    expect(estimate(image(78e6, 78, { workload: unknown('r') }))).toBeUndefined();
    expect(estimate(image(1, 1, { osFootprint: unknown('r') }), 'slim')).toBeUndefined();
  });

  it('names the near ones of an unknown base in one sentence', () => {
    expect(() => estimate(image(1, 1), 'distroles')).toThrow(
      /^--what-if base=distroles: there is no such base; did you mean distroless-static or/,
    );
    expect(() => estimate(image(1, 1), 'alpin')).toThrow('did you mean alpine');
    expect(() => estimate(image(1, 1), 'constructor')).toThrow('there is no such base');
  });

  const size = fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 900 }));
  it('is never better than scratch', () => {
    fc.assert(
      fc.property(size, fc.constantFrom(...names), ([bytes, packages], name) => {
        const facts = image(bytes, packages);
        const best = Math.max(estimate(facts, 'scratch')!.score.after, estimate(facts, 'scratch')!.score.before);
        expect(estimate(facts, name)!.score.after).toBeLessThanOrEqual(best);
      }),
      { numRuns: 60 },
    );
  });

  it('claims no gain where the base is no larger than the reference', () => {
    fc.assert(
      fc.property(fc.constantFrom(...data.targets), fc.nat(100), fc.nat(100), (target, a, b) => {
        const facts = image((target.megabytes * 1e6 * a) / 100, Math.floor((target.packages * b) / 100));
        const found = estimate(facts, target.name)!;
        expect(found).toMatchObject({ same: true, size: { before: found.size.before, after: found.size.before } });
        expect(found.score.after).toBe(found.score.before);
        expect(estimate(facts)?.score.after ?? Infinity).toBeGreaterThan(found.score.before);
      }),
      { numRuns: 60 },
    );
  });

  it('falls as the reference grows', () => {
    const weights = data.targets.map(({ megabytes, packages }) =>
      footprintWeight({ bytes: megabytes * 1e6, packages }),
    );
    const facts = image(5e8, 500);
    const bare = data.targets.flatMap(({ shell, name }, i) => (shell ? [] : [{ name, weight: weights[i]! }]));
    bare.sort((a, b) => a.weight - b.weight);
    const scores = bare.map(({ name }) => estimate(facts, name)!.score.after);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});
