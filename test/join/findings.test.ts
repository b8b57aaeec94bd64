import { describe, expect, it } from 'vitest';
import { joinStatus, placeFindings, placeLayers, reportJoin } from '../../src/join/findings.ts';
import { joiner } from '../../src/join/image.ts';
import type { Evidence, Finding, LayerInfo } from '../../src/types.ts';
import { configOf, joinOf, type TestStep } from './images.ts';

const file = 'FROM debian:13\nRUN chmod u+s /a\nCOPY b /b\nUSER root\n';
const steps: TestStep[] = [
  'ADD rootfs.tar / # buildkit',
  'RUN /bin/sh -c chmod u+s /a # buildkit',
  'COPY b /b # buildkit',
  { empty: 'USER root' },
];
const container = { user: 'root' };

function finding(...evidence: [Evidence, ...Evidence[]]): Finding {
  return {
    rule: 'setuid-file',
    category: 'least-privilege',
    outcome: 'fail',
    severity: 'low',
    confidence: 'high',
    message: 'a setuid file',
    remediation: 'take it away',
    data: {},
    evidence,
    fingerprint: '0123456789abcdef',
  };
}

const at = (layer: number): Evidence => ({ at: 'file', path: `f${layer}`, layer });
const lines = ({ evidence }: Finding) =>
  evidence.flatMap((one) => (one.at === 'instruction' ? [one.range.start.line] : []));

describe('placeFindings', () => {
  const joined = joinOf(file, steps, { container });
  const place = (...evidence: [Evidence, ...Evidence[]]) => placeFindings([finding(...evidence)], joined)[0]!;

  it('adds each instruction once, in the order of the file, behind what was there', () => {
    const placed = place(at(2), at(1), at(2), at(0));
    expect(lines(placed)).toEqual([2, 3]);
    expect(placed.evidence.slice(0, 4)).toEqual([at(2), at(1), at(2), at(0)]);
    expect(placed.origin).toBe('own');
    expect(placed.evidence.at(-1)).toEqual({
      at: 'instruction',
      file: 'Dockerfile',
      stage: 0,
      range: { start: { line: 3, column: 1 }, end: { line: 3, column: 10 } },
    });
  });

  it('says what comes from the base', () => {
    expect(place(at(0))).toEqual({ ...finding(at(0)), origin: 'base' });
  });

  it('follows settings to their instruction', () => {
    expect(lines(place({ at: 'config', pointer: '/config/User' }))).toEqual([4]);
  });

  it.each<Evidence>([
    { at: 'config', pointer: '', document: 'reference' },
    { at: 'config', pointer: '/config/User', document: 'manifest' },
    { at: 'config', pointer: '/rootfs' },
    { at: 'file', path: 'x', layer: 99 },
  ])('leaves %o alone', (evidence) => {
    const one = finding(evidence);
    expect(place(evidence)).toEqual(one);
  });

  it('keeps the evidence bounded', () => {
    const many = finding(at(1), ...Array.from({ length: 999 }, () => at(2)));
    expect(placeFindings([many], joined)[0]!.evidence).toHaveLength(1001);
  });
});

const none = { findings: 0, gain: 0 };
const brought = { ...none, smaller: none, newer: none };

describe('report and status', () => {
  const layer = (index: number): LayerInfo => ({
    index,
    digest: `sha256:${'0'.repeat(64)}`,
    diffID: `sha256:${'0'.repeat(64)}`,
    storedSize: 1,
    size: 100,
    entries: 1,
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
  });
  const layers = [layer(0), layer(1), layer(2)];

  it('marks the layers', () => {
    const marked = placeLayers(layers, joinOf(file, steps));
    expect(marked.map(({ origin, line }) => [origin, line])).toEqual([
      ['base', undefined],
      ['own', 2],
      ['own', 3],
    ]);
  });

  it('counts what the base brings, and asks for the score without it', () => {
    const config = configOf(steps, container);
    const asked: Finding[][] = [];
    const result = joiner({ file: 'Dockerfile', text: file })({
      config,
      image: { layers, history: config.history },
      findings: [finding(at(0)), finding(at(1))],
      gainOf: (rest) => {
        asked.push([...rest]);
        return 4.5;
      },
    });
    expect(asked.map((rest) => rest.map(({ origin }) => origin))).toEqual([['own'], ['own']]);
    const one = { findings: 1, gain: 4.5 };
    expect(result.report.base).toEqual({
      ...{ image: 'debian:13', layers: 1, size: 100, ...one },
      ...{ smaller: one, newer: none },
    });
    expect(result.status).toEqual([]);
  });

  it('quotes the masked history, shortened', () => {
    const secret: TestStep[] = [...steps, `RUN /bin/sh -c login --password=hunter2 ${'x'.repeat(500)} # buildkit`];
    const { history } = configOf(secret);
    const masked = history.map((step) => ({ ...step, createdBy: step.createdBy!.replace('hunter2', '***') }));
    const report = reportJoin(joinOf(file, secret), { layers, history: masked }, brought);
    expect(report.drift).toHaveLength(1);
    expect(report.drift[0]!.createdBy).toMatch(/^RUN \/bin\/sh -c login --password=\*\*\* x+…$/);
    expect(report.drift[0]!.createdBy).toHaveLength(200);
    const [said] = joinStatus(report, 5);
    expect(said!.message).toMatch(/^the image was built from another state of Dockerfile: step 4 \(RUN .*…\) has no/);
    expect(said!.message).not.toContain('hunter2');
  });

  it.each([
    [[], /no line of Dockerfile: the image has no history; /],
    [[''], /no line of Dockerfile: the history does not say what made its layers; /],
    [[{ empty: 'CMD ["x"]' }], /^the image was not built from Dockerfile, stage 0: 0 of its 3 instructions are/],
    [steps.slice(0, 3), /another state of Dockerfile: line 4 \(USER\) has no step\. Build it again\.$/],
  ] as [TestStep[], RegExp][])('%j is said', (history, message) => {
    const report = reportJoin(joinOf(file, history), { layers, history: [] }, brought);
    const [said, ...more] = joinStatus(report, history.length);
    expect(said).toMatchObject({ part: 'dockerfile', level: 'warning' });
    expect(said!.message).toMatch(message);
    expect(more).toEqual([]);
  });

  it('faults of the file are told once, with their place', () => {
    const config = configOf(steps);
    const join = joiner({ file: 'Dockerfile', text: `${file}NONSENSE\nMORE\n` });
    const { status } = join({ config, image: { layers, history: [] }, findings: [], gainOf: () => 0 });
    expect(status).toHaveLength(1);
    expect(status[0]!.message).toMatch(/^Dockerfile:5:1: .* \(and 1 more fault\)$/);
  });
});
