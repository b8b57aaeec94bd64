/** `npm run new-rule`, in a copy of the project. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRule } from '../../scripts/new-rule.mjs';

const project = resolve(import.meta.dirname, '../..');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'tare-new-rule-'));
  mkdirSync(join(copy, 'scripts'));
  for (const name of ['rules.mjs', 'new-rule.mjs', 'docs.mjs'])
    cpSync(join(project, 'scripts', name), join(copy, 'scripts', name));
  for (const path of ['package.json', 'src/rules', 'src/types', 'src/types.ts', 'rulesets', 'docs/custom-rules.md'])
    cpSync(join(project, path), join(copy, path), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

async function run(script: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(copy, 'scripts', script), ...args], {
      cwd: copy,
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe('new-rule', () => {
  it('begins a rule that builds, and says what to do next', async () => {
    const before = Number(/^(\d+) rules/.exec((await run('rules.mjs')).out)?.[1]);
    const { code, out } = await run('new-rule.mjs', 'clock-missing', '--category', 'immutability', '--severity', 'low');
    expect(code).toBe(0);
    expect(out).toContain('src/rules/immutability/clock-missing.ts');
    for (const path of [
      'rulesets/baseline/immutability/clock-missing.yaml',
      'src/rules/immutability/clock-missing.ts',
    ]) {
      expect(existsSync(join(copy, path))).toBe(true);
    }
    for (const name of ['ok', 'ng'])
      expect(readFileSync(join(copy, `test/rules/immutability/clock-missing/${name}.yaml`), 'utf8')).toContain(
        'expect:',
      );
    expect((await run('rules.mjs')).out).toContain(`${before + 1} rules`);
    expect(readFileSync(join(copy, 'src/rules/baseline.generated.ts'), 'utf8')).toContain(
      "from './immutability/clock-missing.ts'",
    );
    expect((await run('docs.mjs')).code).toBe(0);
    expect(readFileSync(join(copy, 'docs/rules.md'), 'utf8')).toContain('### clock-missing');
    expect(await run('docs.mjs', '--check')).toMatchObject({ code: 0, err: '' });
  });

  it.each<[string[], string]>([
    [[], 'give the rule an id'],
    [['Clock', 'immutability'], 'Clock is no rule id'],
    [['../clock', 'immutability'], 'is no rule id'],
    [['clock'], 'give the rule a category'],
    [['clock', 'time'], 'time is no category'],
    [['clock', 'immutability', 'bad'], 'bad is no severity'],
    [['run-as-root', 'immutability'], 'the rule run-as-root is there already, in least-privilege'],
  ])('refuses %j', async ([id, category, severity], message) => {
    await expect(newRule(id, category, severity)).rejects.toThrow(message);
  });

  it('exits 2 with one sentence', async () => {
    const { code, err } = await run('new-rule.mjs', 'clock', 'watch', '--category', 'immutability');
    expect([code, err]).toEqual([2, expect.stringMatching(/^new-rule: give one id, not 2: .*\n$/)]);
  });

  it('overwrites nothing', async () => {
    const path = join(copy, 'src/rules/hygiene/half-done.ts');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '// mine\n');
    const { code, err } = await run('new-rule.mjs', 'half-done', '--category', 'hygiene');
    expect([code, err]).toEqual([2, expect.stringContaining('src/rules/hygiene/half-done.ts is there already')]);
    expect(existsSync(join(copy, 'rulesets/baseline/hygiene/half-done.yaml'))).toBe(false);
    // A check without metadata does not build either.
    expect((await run('rules.mjs')).err).toContain(
      'src/rules/hygiene/half-done.ts: there is no rulesets/baseline/hygiene/half-done.yaml',
    );
    rmSync(path);
  });
});

describe('rules.mjs', () => {
  it('refuses metadata without check, in the wrong place, or with data that is not there', async () => {
    const rule = join(copy, 'rulesets/baseline/trusted-source/made-up.yaml');
    const text = readFileSync(join(copy, 'rulesets/baseline/trusted-source/missing-attestation.yaml'), 'utf8');
    writeFileSync(rule, text);
    expect((await run('rules.mjs')).err).toContain(
      'made-up.yaml: it holds the rule missing-attestation of trusted-source',
    );
    writeFileSync(rule, text.replace('missing-attestation', 'made-up'));
    expect((await run('rules.mjs')).err).toContain('there is no src/rules/trusted-source/made-up.ts with its check');
    rmSync(rule);
    const other = join(copy, 'rulesets/baseline/least-privilege/setuid-file.yaml');
    const before = readFileSync(other, 'utf8');
    writeFileSync(other, before.replace('[escalation-binaries]', '[no-such-list]'));
    expect(await run('rules.mjs')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no rulesets/data/no-such-list.yaml'),
    });
    writeFileSync(other, before.replace('severity: low', 'severity: tiny'));
    expect((await run('rules.mjs')).err).toMatch(
      /^rules: rulesets\/baseline\/least-privilege\/setuid-file\.yaml:4:11: severity: must be/,
    );
    writeFileSync(other, before);
    expect((await run('rules.mjs')).code).toBe(0);
  });
});
