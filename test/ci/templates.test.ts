/** The action, the templates and the image's Dockerfile: their shape, and that nothing a user gives becomes part of a script. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { optionTables } from '../../src/app/cli/option-tables.ts';
import { variableOf } from '../../src/app/cli/options.ts';
import { root, workplace } from '../app/tare.ts';

const { folder, tare } = workplace();
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Variables that tare knows, and no others, stand in a template. */
const known = new Set([
  ...[...optionTables.values()].flatMap((specs) => specs.map(({ name }) => variableOf(name))),
  ...['TARE_REGISTRY_USERNAME', 'TARE_REGISTRY_PASSWORD', 'TARE_PACKAGE', 'TARE_TARGET'],
]);

interface Step {
  name?: string;
  id?: string;
  shell?: string;
  run: string;
  env?: Record<string, string>;
}

describe('action.yml', () => {
  const action = parse(text('action.yml'));
  const steps: Step[] = action.runs.steps;
  const last = steps.at(-1)!;

  it('has the shape of a composite action', () => {
    expect(action.runs.using).toBe('composite');
    for (const field of ['name', 'description']) expect(action[field]).toMatch(/\S/);
    for (const [name, input] of Object.entries<Record<string, unknown>>(action.inputs)) {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(input).toEqual({ description: expect.stringMatching(/\S/), default: expect.any(String) });
    }
    for (const step of steps) expect(step).toMatchObject({ run: expect.any(String), shell: 'bash' });
    expect(action.outputs['exit-code'].value).toBe(`\${{ steps.${last.id}.outputs.exit-code }}`);
  });

  it('passes each input on as one variable, and puts none into a script', () => {
    for (const { run } of steps) expect(run).not.toContain('${{');
    const passed = Object.values(last.env!).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1]);
    expect(passed).toEqual(Object.keys(action.inputs).sort((a, b) => passed.indexOf(a) - passed.indexOf(b)));
    for (const name of Object.keys(last.env!)) if (name.startsWith('TARE_')) expect(known).toContain(name);
  });

  function run(env: Record<string, string>) {
    const defaults = Object.fromEntries(
      Object.entries(last.env!).map(([name, value]) => {
        const input = /inputs\.([a-z-]+)/.exec(value)![1]!;
        return [name, action.inputs[input].default as string];
      }),
    );
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const script = join(folder, 'script.sh');
    writeFileSync(script, last.run);
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GITHUB_ACTION_PATH: root,
        GITHUB_OUTPUT: output,
        ...defaults,
        ...env,
      },
    });
    return { status, stdout, stderr, output: readFileSync(output, 'utf8') };
  }

  it('runs as GitHub would run it', () => {
    const good = join(root, 'samples/static.image.yaml');
    const bad = join(root, 'samples/debian-root.image.yaml');
    expect(run({ INPUT_TARGET: good })).toMatchObject({ status: 0, output: 'exit-code=0\n' });
    const both = run({ INPUT_TARGET: `${good}\r\n\n${bad}`, TARE_FAIL_ON: 'low', TARE_FORMAT: 'table' });
    expect(both).toMatchObject({ status: 1, output: 'exit-code=1\n' });
    expect(both.stdout).toContain('Grade');
    expect(run({ INPUT_COMMAND: 'lint', INPUT_TARGET: join(root, 'Dockerfile') }).status).toBe(0);
    writeFileSync(join(folder, 'notes.txt'), 'nothing\n');
    expect(run({ INPUT_COMMAND: 'secrets', INPUT_TARGET: 'notes.txt' }).status).toBe(0);
  });

  it('does nothing that an input says', () => {
    for (const INPUT_TARGET of ['$(touch pwned)', '`touch pwned`', '"; touch pwned; "', '--output=json=pwned'])
      expect(run({ INPUT_TARGET })).toMatchObject({ status: 2, output: 'exit-code=2\n' });
    expect(run({ INPUT_COMMAND: 'scan; touch pwned' }).status).toBe(2);
    expect(run({ TARE_FAIL_ON: '$(touch pwned)' }).status).toBe(2);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});

describe('templates', () => {
  it('use variables that tare knows', () => {
    for (const path of ['templates/gitlab-ci.yml', 'templates/circleci.yml', 'templates/Jenkinsfile'])
      for (const [name] of text(path).matchAll(/\bTARE_[A-Z_]+\b/g)) expect(known, path).toContain(name);
  });

  it('is a GitLab pipeline', () => {
    const { '.tare': base, ...jobs } = parse(text('templates/gitlab-ci.yml'));
    expect(base.before_script).toHaveLength(1);
    expect(Object.keys(jobs)).toEqual(['tare-lint', 'tare-scan']);
    for (const job of Object.values<Record<string, unknown>>(jobs))
      expect(job).toMatchObject({ extends: '.tare', script: [expect.any(String)], artifacts: { when: 'always' } });
    // What is announced as a report is what is written, in the format of that kind.
    const written = (job: string): string[] => jobs[job].variables.TARE_OUTPUT.split(',');
    expect(written('tare-lint')).toContain(`gitlab-codequality=${jobs['tare-lint'].artifacts.reports.codequality}`);
    expect(written('tare-scan')).toContain(
      `gitlab-container-scanning=${jobs['tare-scan'].artifacts.reports.container_scanning}`,
    );
  });

  it('is a CircleCI configuration', () => {
    const { version, jobs, workflows } = parse(text('templates/circleci.yml'));
    expect(version).toBe(2.1);
    expect(workflows.main.jobs).toEqual(Object.keys(jobs));
    for (const step of jobs.grade.steps) {
      if (typeof step === 'string') expect(['checkout', 'setup_remote_docker']).toContain(step);
      else if (step.run) expect(step.run).toEqual({ name: expect.any(String), command: expect.any(String) });
      else expect(['store_test_results', 'store_artifacts']).toContain(Object.keys(step)[0]);
    }
    expect(jobs.grade.environment.TARE_OUTPUT).toMatch(/junit=reports\//);
  });

  it('is a Jenkins pipeline whose scripts Groovy puts nothing into', () => {
    const file = text('templates/Jenkinsfile');
    expect(file).toMatch(/^pipeline \{$/m);
    expect(file.match(/\{/g)).toHaveLength(file.match(/\}/g)!.length);
    const scripts = file.match(/\bsh .*/g)!;
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts) expect(script).toMatch(/^sh '[^']*'$/);
  });
});

describe('Dockerfile', () => {
  it('has no finding of medium or above to tare itself', async () => {
    const args = ['lint', '--format', 'json', '--fail-on', 'medium', '--hygiene', join(root, 'Dockerfile')];
    const { code, stdout } = await tare(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).findings.map(({ rule }: { rule: string }) => rule)).toContain('base-not-digest-pinned');
    expect(text('Dockerfile')).toMatch(/^USER 65532:65532$/m);
  });
});
