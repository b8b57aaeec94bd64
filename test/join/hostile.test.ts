/** Whatever a file and a history say, the join ends and says something that holds. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { joinOf, type TestStep } from './images.ts';

const words = [
  'RUN',
  'COPY',
  '/bin/sh',
  '-c',
  '#(nop)',
  '|1',
  'A=$B',
  '--x',
  '# buildkit',
  'file:',
  'in',
  '[',
  '"',
  '\\',
  '${',
];
const line = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), { maxLength: 8 });
const instruction = fc
  .tuple(fc.constantFrom('RUN', 'COPY', 'ADD', 'ENV', 'LABEL', 'EXPOSE', 'CMD', 'USER', 'WORKDIR', 'ONBUILD RUN'), line)
  .map(([keyword, rest]) => `${keyword} ${rest.join(' ').replace(/[\r\n]/g, ' ')}`);
const step: fc.Arbitrary<TestStep> = fc
  .tuple(
    fc.oneof(
      instruction,
      line.map((parts) => parts.join(' ')),
    ),
    fc.boolean(),
  )
  .map(([text, empty]) => (empty ? { empty: text } : text));

it('any file with any history', () => {
  fc.assert(
    fc.property(fc.array(instruction, { maxLength: 12 }), fc.array(step, { maxLength: 12 }), (lines, steps) => {
      const joined = joinOf(`FROM base\n${lines.join('\n')}\n`, steps);
      const { report } = joined;
      expect(report.matched).toBeLessThanOrEqual(report.instructions);
      // Order is kept: a later step never belongs to an earlier line.
      let last = 0;
      for (let i = 0; i < steps.length; i++) {
        const at = joined.setting(`/history/${i}`)?.place?.range.start.line ?? last;
        expect(at).toBeGreaterThanOrEqual(last);
        last = at;
      }
      if (report.match === 'same') expect(report.drift).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it('long words, unclosed braces and deep numbers', () => {
  const brace = '${'.repeat(20_000);
  const long = 'x'.repeat(60_000);
  const steps: TestStep[] = [
    `RUN /bin/sh -c ${long} # buildkit`,
    { empty: `ENV A=${long}` },
    { empty: `EXPOSE ${long}` },
  ];
  for (const text of [
    `RUN ${long}`,
    `COPY ${brace} /x`,
    `ENV A=${brace}`,
    'EXPOSE 0-99999 1-65535/udp',
    `USER ${brace}`,
  ])
    expect(joinOf(`FROM base\n${text}\n`, steps).report.file).toBe('Dockerfile');
});

describe.skipIf(!corpusDir)('the corpus', () => {
  it('every file joins to a history of another image', () => {
    const steps: TestStep[] = [
      'ADD rootfs.tar / # buildkit',
      { empty: 'ENV PATH=/bin' },
      '|1 A=b /bin/sh -c apt-get update && apt-get install -y curl',
      'COPY . /app # buildkit',
      { empty: 'USER 1000' },
      { empty: 'CMD ["app"]' },
    ];
    const folder = corpus('dockerfiles');
    let joined = 0;
    for (const name of readdirSync(folder)) {
      try {
        const { report } = joinOf(readFileSync(`${folder}/${name}`, 'utf8'), steps);
        expect(['same', 'drifted', 'other']).toContain(report.match);
        // Only a file with next to nothing in it goes together with six steps of another image.
        if (report.match === 'same') expect(report.instructions, name).toBeLessThan(4);
        joined++;
      } catch (error) {
        // A file without a stage that could be built.
        if (!(error instanceof UsageError)) throw new Error(`${name}: ${String(error)}`, { cause: error });
      }
    }
    expect(joined).toBeGreaterThan(850);
  });
});
