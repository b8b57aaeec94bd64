/** `docker tare`, through the real docker client; it needs no daemon to call a plugin. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../../scripts/services.mjs';
import { root, workplace } from './tare.ts';

const { folder } = workplace();
const plugin = join(root, 'bin/docker-tare.cjs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function run(program: string, args: string[], more: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_CONFIG: join(folder, 'config'), ...more };
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8', env, timeout: 120_000 });
}

beforeAll(() => {
  const plugins = join(folder, 'config/cli-plugins');
  mkdirSync(plugins, { recursive: true });
  symlinkSync(plugin, join(plugins, 'docker-tare'));
});

describe('docker-tare', () => {
  it('says what Docker asks of a plugin', () => {
    const { status, stdout } = run(plugin, ['docker-cli-plugin-metadata']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ SchemaVersion: '0.1.0', Vendor: 'tare', Version: version });
  });

  it('takes docker’s own options for which Engine to ask, and drops the rest', () => {
    const words = ['--debug', '-l', 'debug', '--host=unix:///nowhere/1.sock', 'tare', 'scan', 'docker:app:1'];
    const { status, stderr } = run(plugin, words);
    expect(status).toBe(2);
    expect(stderr).toContain('/nowhere/1.sock');
  });

  it.skipIf(!findTool('docker'))('is a command of docker', () => {
    expect(run('docker', ['--help']).stdout).toMatch(/tare\*?\s+Grade container images/);
    expect(run('docker', ['tare', '--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(run('docker', ['tare', 'rules', 'run-as-root']).stdout).toContain('run-as-root:');
    const graded = run('docker', ['tare', 'scan', '--quiet', join(root, 'samples/node-alpine.image.yaml')]);
    expect(graded.stdout).toMatch(/^B {2}\d\d\.\d {2}shop\/node-alpine/);
    const wrong = run('docker', ['tare', 'scan']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/^tare: /);
  });

  it.skipIf(!findTool('docker'))('hears of the Engine that docker was told of', () => {
    const { status, stderr } = run('docker', ['--host', 'unix:///nowhere/2.sock', 'tare', 'scan', 'docker:app:1']);
    expect(status).toBe(2);
    expect(stderr).toContain('/nowhere/2.sock');
  });
});
