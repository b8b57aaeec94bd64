// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
/** Dockerfiles that nobody would write: those of the corpus damaged byte by byte, and soups of what they are made of. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { lintDockerfile } from '../../../src/lint.ts';
import { baseline } from '../../../src/rules/baseline.ts';
import { decodeDockerfile } from '../../../src/source/dockerfile-files.ts';
import { samples, tokens } from '../../support/dockerfile-pieces.ts';
import { damage, type Random } from './random.ts';
import type { Target } from './targets.ts';

const own = ['apt-get install ', 'curl -k ', '@sha256:'];
const soup = fc.array(fc.oneof(fc.constantFrom(...tokens, ...own), fc.string({ maxLength: 6 })), { maxLength: 120 });

let seeds: Buffer[] | undefined;

/** The corpus beside the project where it is there; the fuzzer names its folder. */
function seedFiles(): Buffer[] {
  if (seeds) return seeds;
  const folder = process.env['TARE_CORPUS'];
  const found = folder ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [];
  seeds = [...samples.map((text) => Buffer.from(text)), ...found.filter(({ length }) => length < 20_000)];
  return seeds;
}

/** Linted with every rule, one in ten with its fixes; places must lie in the file and the forecast be a range. */
export const dockerfiles: Target = {
  make: (dir, r) => writeFileSync(join(dir, r.below(10) === 0 ? 'fixed' : 'Dockerfile'), input(r)),
  run: async (dir) => {
    const [name] = readdirSync(dir);
    const text = decodeDockerfile(readFileSync(join(dir, name!)), 'Dockerfile');
    const report = await lintDockerfile(text, 'Dockerfile', {
      ...{ asOf: '2026-11-01', ruleset: baseline(), trusted: [], gate: { failOn: 'high' as const } },
      ...{ version: '0', strict: true, fixes: name === 'fixed' },
    });
    const lines = text.split('\n').length;
    const { low, high } = report.forecast;
    if (!(0 <= low && low <= high && high <= 100)) throw new Error(`a forecast from ${low} to ${high}`);
    for (const { rule, evidence, message } of report.findings) {
      for (const place of evidence) {
        if (place.at !== 'instruction') throw new Error(`${rule} is not in the file`);
        const { start, end } = place.range;
        const ordered = start.line < end.line || (start.line === end.line && start.column <= end.column);
        if (start.line < 1 || start.column < 1 || end.line > lines || !ordered)
          throw new Error(`${rule} is at ${JSON.stringify(place.range)} of ${lines} lines`);
      }
      if (message === '') throw new Error(`${rule} says nothing`);
    }
  },
};

function input(r: Random): Uint8Array {
  const files = seedFiles();
  if (r.below(4) > 0) {
    const bytes = damage(r.pick(files), r);
    // Most of them without NUL, with which no file is text.
    return r.below(8) > 0 ? bytes.map((byte) => byte || 32) : bytes;
  }
  const [parts] = fc.sample(soup, { seed: r.below(2 ** 31), numRuns: 1 });
  const text = Buffer.from(`FROM a\n${r.below(2) ? 'RUN ' : ''}${parts!.join('')}`);
  return r.below(2) ? text : Buffer.concat([r.pick(files), text]);
}
