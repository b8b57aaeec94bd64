/** Installs and builds what is missing or old, for `npm start` and `npm test`. */
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needsBuild, needsInstall } from './freshness.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Says on standard error what it does. Returns why it failed, or undefined. */
export async function prepare() {
  if (needsInstall()) {
    process.stderr.write('installing packages (npm ci)\n');
    // `npm start` hands its own settings down as variables; a nested npm must not take them for its own.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(config_loglevel|lifecycle|command)/.test(name)),
    );
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (done.status !== 0)
      return `npm ci failed (${done.error?.message ?? `exit ${done.status}`}); its output above says why`;
  }
  if (needsBuild()) {
    process.stderr.write('building dist/\n');
    const { buildAll } = await import('./build.mjs');
    try {
      await buildAll();
    } catch (error) {
      return `the build failed: ${error.message}`;
    }
  }
  return undefined;
}
