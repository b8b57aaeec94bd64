// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDockerfileLimits } from '../../src/dockerfile/model.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { readCommands } from '../../src/dockerfile/shell.ts';
import { corpus, corpusDir } from '../support/corpus.ts';
import { samples, tokens } from '../support/dockerfile-pieces.ts';

const shellWork = 2_000_000;

/** Reads a text and holds what must be true of any reading, whatever the text. */
async function check(text: string): Promise<void> {
  const file = parseDockerfile(text, 'Dockerfile');
  const { lines } = file.source;
  expect(file.work).toBeLessThanOrEqual(defaultDockerfileLimits.work);
  for (const error of file.errors) {
    if (error.line < 1 || error.line > lines + 1 || error.column < 1 || error.message === '')
      throw new Error(JSON.stringify(error));
  }
  let before = 0;
  for (const instruction of file.instructions) {
    const { start, end } = instruction.range;
    if (start.line < before || end.line < start.line || end.line > lines)
      throw new Error(`range of ${instruction.keyword} at ${start.line}`);
    before = start.line;
    for (const word of instruction.args) instruction.locate(word);
  }
  const { commands, work } = await readCommands(file);
  expect(work).toBeLessThanOrEqual(shellWork);
  for (const command of commands) {
    if (command.start > command.end || command.end > text.length) throw new Error(`range of ${command.name}`);
    if (command.parent !== undefined && command.parent >= command.index) throw new Error(`parent of ${command.name}`);
  }
}

/** Small and quick to step: xorshift32. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** With half of a pair, which no file holds and a text may. */
const pieces = [...tokens, '\uD800'];

function mutate(text: string, other: string, below: (limit: number) => number): string {
  let out = text;
  for (let rounds = 1 + below(4); rounds > 0; rounds--) {
    const at = below(out.length + 1);
    const to = Math.min(out.length, at + below(40));
    const kind = below(6);
    if (kind === 0) out = out.slice(0, at) + pieces[below(pieces.length)] + out.slice(at);
    else if (kind === 1) out = out.slice(0, at) + out.slice(to);
    else if (kind === 2) out = out.slice(0, at) + String.fromCharCode(below(256)) + out.slice(at + 1);
    else if (kind === 3) out = out.slice(0, at) + out.slice(at, to).repeat(1 + below(20)) + out.slice(to);
    else if (kind === 4) out = out.slice(0, at) + other.slice(below(other.length + 1)).slice(0, 200) + out.slice(to);
    else out = out.slice(0, at);
  }
  return out;
}

describe('hostile and broken files', () => {
  it('survives 20,000 mutations', { timeout: 120_000 }, async () => {
    const seeds = [...samples];
    if (corpusDir) {
      for (const name of readdirSync(corpus('dockerfiles'))) {
        const text = readFileSync(corpus('dockerfiles', name), 'utf8');
        if (text.length < 800) seeds.push(text);
      }
    }
    const below = random(0x7a7e);
    for (let i = 0; i < 20_000; i++) {
      const text = mutate(seeds[below(seeds.length)]!, seeds[below(seeds.length)]!, below);
      try {
        await check(text);
      } catch (error) {
        throw new Error(`mutation ${i}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  });

  it('survives arbitrary token soup', async () => {
    const soup = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(soup, async (parts) => check(`FROM a\nRUN ${parts.join('')}`)),
      { seed: 42, numRuns: 2000 },
    );
  });

  it.each<[string, string]>([
    ['a line of opening parentheses', `RUN ${'('.repeat(60_000)}`],
    ['nested substitutions', `RUN ${'$('.repeat(30_000)}`],
    ['here-documents without end', 'RUN <<A\n'.repeat(20_000)],
    ['many here-documents on a line', `RUN ${'<<A '.repeat(15_000)}`],
    ['a variable that doubles', `ENV a=xxxxxxxx\n${'ENV a=$a$a\n'.repeat(5000)}`],
    ['patterns full of stars', `ENV V=${'a'.repeat(50_000)}\nENV b=$` + `{V#${'*a'.repeat(5000)}}`],
    ['nested defaults', `ENV a=${'$' + '{a:-'}`.repeat(5000)],
    ['deferred instructions', `${'ONBUILD USER a\n'.repeat(9000)}${'FROM a\n'.repeat(400)}`],
    ['ONBUILD on ONBUILD', 'ONBUILD '.repeat(8000)],
    ['thousands of stages', 'FROM a AS a\n'.repeat(20_000)],
    ['a long continuation', `RUN a \\\n${'# c\n'.repeat(100_000)}b`],
    ['words from one variable', `ENV V="${'a '.repeat(30_000)}"\n${`RUN ${'$V '.repeat(1000)}\n`.repeat(10)}`],
    ['coprocesses', `RUN ${'coproc '.repeat(8000)}`],
    ['sh -c in sh -c', `RUN ${"sh -c '".repeat(8000)}`],
    ['a megabyte of words', `RUN ${'a '.repeat(600_000)}`],
    ['binary', Array.from({ length: 20_000 }, (_, i) => String.fromCharCode(i % 256)).join('')],
  ])('%s', async (_, text) => {
    await check(`FROM a AS a\n${text}\n`);
  });
});
