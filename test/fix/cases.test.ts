/**
 * Every fixer against its files: NAME.Dockerfile becomes NAME.fixed, or stays as it is where there is none. Only the rule that
 * the folder names is judged. Comments in a case: `# unsafe` asks for unsafe fixes, `# pin: NAME=DIGEST` makes a digest known.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixers } from '../../src/fix/fixers.ts';
import { fixDockerfile, judgeDockerfile, type LintOptions } from '../../src/lint.ts';
import { baseline } from '../../src/rules/baseline.ts';

const folder = join(import.meta.dirname, 'cases');
const ruleset = baseline();
const known = new Set(ruleset.rules.map(({ metadata }) => metadata.id));

function optionsFor(rule: string): LintOptions {
  return {
    asOf: '2026-11-01',
    ruleset: { ...ruleset, rules: ruleset.rules.filter(({ metadata }) => metadata.id === rule) },
    trusted: [],
    gate: { failOn: 'none' },
    version: '0.0.0-test',
    strict: true,
  };
}

it('has cases for each rule that a fixer mends, one changed and one that stays', () => {
  const lacking = [...fixers.keys()].filter((rule) => {
    const files = existsSync(join(folder, rule)) ? readdirSync(join(folder, rule)) : [];
    const names = files
      .filter((file) => file.endsWith('.Dockerfile'))
      .map((file) => file.slice(0, -'.Dockerfile'.length));
    const fixed = names.filter((name) => files.includes(`${name}.fixed`));
    return fixed.length === 0 || fixed.length === names.length;
  });
  expect(lacking).toEqual([]);
  expect([...fixers.keys()].filter((rule) => !known.has(rule))).toEqual([]);
});

it('tells of each in docs/fixes.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/fixes.md'), 'utf8');
  const told = new Set([...text.matchAll(/^\| ([a-z0-9, -]+) \|/gm)].flatMap(([, rules]) => rules!.split(', ')));
  expect([...fixers.keys()].filter((rule) => !told.has(rule))).toEqual([]);
});

describe.each(readdirSync(folder).sort())('%s', (rule) => {
  const cases = readdirSync(join(folder, rule)).filter((file) => file.endsWith('.Dockerfile'));

  it.each(cases)('%s', async (file) => {
    const before = readFileSync(join(folder, rule, file), 'utf8');
    const wanted = join(folder, rule, file.replace(/\.Dockerfile$/, '.fixed'));
    const after = existsSync(wanted) ? readFileSync(wanted, 'utf8') : before;
    const pins = new Map(
      [...before.matchAll(/^# pin: (\S+)=(sha256:\S+)$/gm)].map(([, name, digest]) => [name!, digest!]),
    );
    const fix = { unsafe: /^# unsafe$/m.test(before), pins };
    const options = optionsFor(rule);
    const found = (await judgeDockerfile(before, 'Dockerfile', options)).findings;
    // A file that stays is a fault that is let be, or no fault that the fixer could see.
    if (existsSync(wanted)) expect(found.length).toBeGreaterThan(0);
    const result = await fixDockerfile(before, 'Dockerfile', options, fix);
    expect(result.text).toBe(after);
    expect(result.dropped).toEqual([]);
    expect((await fixDockerfile(after, 'Dockerfile', options, fix)).text).toBe(after);
    // The same with Windows line ends and a byte order mark.
    const dressed = (text: string) => `\ufeff${text.replace(/\n/g, '\r\n')}`;
    expect((await fixDockerfile(dressed(before), 'Dockerfile', options, fix)).text).toBe(dressed(after));
  });
});
