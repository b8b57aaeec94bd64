/** `tare init` as its users run it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { optionsSchema } from '../../../src/app/cli/policy/schema.ts';
import { workplace } from '../tare.ts';

const { folder, at, tare } = workplace();
const project = at('project');
mkdirSync(join(project, '.git'), { recursive: true });
const file = join(project, 'tare.yaml');

describe('tare init', () => {
  it('says what it would write', async () => {
    const { code, stdout } = await tare(['init', '--dry-run'], { cwd: project });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^would write tare\.yaml: /);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('writes an options file that tare reads', async () => {
    expect((await tare(['init'], { cwd: project })).code).toBe(0);
    const { code, stdout } = await tare(['config'], { cwd: project });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^options file tare\.yaml$/m);
    expect(stdout).toMatch(/^fail-on +high {2}\[tare\.yaml:\d+\]$/m);
  });

  it('shows examples that hold as they stand', () => {
    const text = readFileSync(file, 'utf8');
    expect(Object.keys(optionsSchema.parse(parse(text)))).toEqual(['gate']);
    const examples = optionsSchema.parse(parse(text.replace(/^#(?!#)/gm, '')));
    expect(Object.keys(examples).sort()).toEqual(
      ['profile', 'gate', 'trusted', 'severity', 'suppress', 'baseline', 'ruleset', 'targets'].sort(),
    );
    expect(examples.suppress).toHaveLength(2);
  });

  it('never overwrites, whatever the file is called', async () => {
    writeFileSync(file, 'all: true\n');
    expect(await tare(['init'], { cwd: project })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('let be'),
    });
    expect(readFileSync(file, 'utf8')).toBe('all: true\n');
    rmSync(file);
    writeFileSync(join(project, '.tare.yaml'), 'all: true\n');
    expect((await tare(['init'], { cwd: project })).stdout).toContain('.tare.yaml: is there already');
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('works where it is, and nowhere else', async () => {
    expect(await tare(['init', folder], { cwd: project })).toMatchObject({ code: 2 });
  });
});
