/** Real Dockerfiles mended: every result is read, none has a fault that was not there, and a second run changes nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import type { FixResult } from '../../src/fix/fix.ts';
import { fixDockerfile, judgeDockerfile, type LintOptions } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';
import type { Finding } from '../../src/types.ts';
import { corpus, corpusDir } from '../support/corpus.ts';

const options: LintOptions = {
  asOf: '2026-11-01',
  ruleset: baseline(),
  trusted: [],
  gate: { failOn: 'none' },
  version: '0.0.0-test',
  strict: true,
};

describe.skipIf(!corpusDir)('the corpus, mended', () => {
  const files = () =>
    ['dockerfiles', 'dockerfile-labelled'].flatMap((folder) =>
      readdirSync(corpus(folder))
        .filter((name) => !/^labels\.tsv$|\.yml$/.test(name))
        .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(corpus(folder, name), 'utf8') })),
    );

  it('by safe fixes', async () => {
    const counts = await mendAll(files(), false);
    expect(counts.files).toBeGreaterThan(900);
    expect(counts.changed).toBeGreaterThan(500);
    expect(counts.applied.size).toBeGreaterThan(25);
    console.info(summary('safe', counts));
  }, 120_000);

  it('by unsafe ones too: one file in five', async () => {
    const counts = await mendAll(
      files().filter((_, at) => at % 5 === 0),
      true,
    );
    expect(counts.applied.get('run-as-root')).toBeGreaterThan(100);
    console.info(summary('unsafe, one file in five', counts));
  }, 120_000);

  it('in the same way with Windows line ends and a byte order mark: one file in five', async () => {
    const dress = (text: string) => `\ufeff${text.replace(/\n/g, '\r\n')}`;
    const wrong: string[] = [];
    for (const [at, { name, text }] of files().entries()) {
      if (at % 5 !== 1 || text.includes('\r') || text.startsWith('\ufeff')) continue;
      const plain = await fixDockerfile(text, name, options, { unsafe: false });
      const dressed = await fixDockerfile(dress(text), name, options, { unsafe: false });
      if (dressed.text !== dress(plain.text)) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

interface Counts {
  files: number;
  changed: number;
  rounds: number;
  applied: Map<string, number>;
  dropped: Map<string, number>;
  withheld: Map<string, number>;
}

async function mendAll(files: { name: string; text: string }[], unsafe: boolean): Promise<Counts> {
  const counts: Counts = {
    files: files.length,
    changed: 0,
    rounds: 0,
    applied: new Map(),
    dropped: new Map(),
    withheld: new Map(),
  };
  const wrong: string[] = [];
  for (const { name, text } of files) {
    const result = await fixDockerfile(text, name, options, { unsafe });
    note(counts, result);
    if (result.text === text) {
      if (result.applied.length > 0) wrong.push(`${name}: mended without a change`);
      continue;
    }
    counts.changed++;
    const old = parseDockerfile(text, name);
    const now = parseDockerfile(result.text, name);
    const faults = ({ errors }: typeof old) => errors.map(({ code }) => code).sort();
    if (JSON.stringify(faults(now)) !== JSON.stringify(faults(old))) wrong.push(`${name}: its errors are others`);
    const again = await fixDockerfile(result.text, name, options, { unsafe });
    if (again.text !== result.text) wrong.push(`${name}: a second run changes more`);
    const before = rulesOf((await judgeDockerfile(text, name, options)).findings);
    for (const [rule, count] of rulesOf(again.judged.findings))
      if (count > (before.get(rule) ?? 0)) wrong.push(`${name}: new ${rule}`);
  }
  expect(wrong).toEqual([]);
  return counts;
}

function rulesOf(findings: readonly Finding[]): Map<string, number> {
  return tally(findings.map(({ rule }) => rule));
}

function note(counts: Counts, { applied, dropped, withheld, rounds }: FixResult): void {
  counts.rounds = Math.max(counts.rounds, rounds);
  tally(
    applied.flatMap(({ rules }) => rules),
    counts.applied,
  );
  tally(
    dropped.flatMap(({ rules, why }) => rules.map((rule) => `${rule} (${why})`)),
    counts.dropped,
  );
  tally(
    withheld.flatMap(({ rules }) => rules),
    counts.withheld,
  );
}

function tally(names: string[], into = new Map<string, number>()): Map<string, number> {
  for (const name of names) into.set(name, (into.get(name) ?? 0) + 1);
  return into;
}

function summary(what: string, { files, changed, rounds, applied, dropped, withheld }: Counts): string {
  const list = (counts: Map<string, number>) =>
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  return [
    `${what}: ${changed} of ${files} files changed in at most ${rounds} rounds`,
    `  mended: ${list(applied)}`,
    `  dropped: ${list(dropped)}`,
    `  withheld: ${list(withheld)}`,
  ].join('\n');
}
