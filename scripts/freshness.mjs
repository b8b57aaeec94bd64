/** Whether what is installed and built still fits what is written. Looks at times alone: it runs at each start. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Written last by the build, removed first. */
export const stampFile = join(root, 'dist/build.json');

/** What the bundle is made of. Generated files are made by the build itself. */
const made = [
  'src',
  'rulesets',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/examples.mjs',
  'scripts/rules.mjs',
  'scripts/secrets.mjs',
];

/** True where node_modules is absent or older than the lock file. */
export function needsInstall() {
  const installed = time(join(root, 'node_modules/.package-lock.json'));
  return installed === 0 || time(join(root, 'package-lock.json')) > installed;
}

/** True where a source, or a folder that lost one, is newer than the build. */
export function needsBuild() {
  const built = time(stampFile);
  return built === 0 || sources().newest > built;
}

/** Newest time of all sources, in ms, and how many files there are. */
export function sources() {
  const sum = { newest: 0, count: 0 };
  for (const path of made) look(join(root, path), sum);
  return sum;
}

function look(path, sum) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    sum.newest = Math.max(sum.newest, stat.mtimeMs);
    sum.count++;
    return;
  }
  const names = readdirSync(path);
  // Writing a generated file touches its folder: such a folder's own time says nothing.
  if (!names.some(generated)) sum.newest = Math.max(sum.newest, stat.mtimeMs);
  for (const name of names) if (!generated(name)) look(join(path, name), sum);
}

function generated(name) {
  return name.includes('.generated.');
}

function time(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
