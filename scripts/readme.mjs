/** Puts a real run's output into README.md; `--check` only says whether it is the one that is there. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(root, 'README.md');
const failed = await prepare();
if (failed) throw new Error(failed);

const args = ['scan', '--fail-on', 'medium', 'node-alpine.image.yaml'];
const { stdout, stderr } = spawnSync(
  process.execPath,
  [join(root, 'bin/tare.cjs'), ...args, '--as-of', '2026-11-23', '--no-cache'],
  {
    cwd: join(root, 'samples'),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, COLUMNS: '100' },
  },
);
if (stderr !== '') throw new Error(stderr);
const block = `<!-- npm run readme -->\n\`\`\`\n$ tare ${args.join(' ')}\n${stdout.trimEnd()}\n\`\`\`\n`;
const before = readFileSync(file, 'utf8');
const after = before.replace(/<!-- npm run readme -->\n```\n[\s\S]*?\n```\n/, () => block);
if (process.argv.includes('--check')) {
  if (before !== after) {
    console.log('README.md shows a report that tare no longer gives; run npm run readme');
    process.exitCode = 1;
  }
} else writeFileSync(file, after);
