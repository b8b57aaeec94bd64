/**
 * `npm test [-- FILTER...]`: installs, builds, lints, checks types and docs, and runs every suite, or the test
 * files that a filter names. The last line sums it up: `N passed, N failed`; what was left out is said above it.
 *
 * With TARE_TEST_STRICT=1 (as .ci/run sets) whatever had to be left out counts as a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const strict = process.env.TARE_TEST_STRICT === '1';
const filters = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

const failed = await prepare();
if (failed) {
  fail('build', failed);
} else {
  if (filters.length === 0) await checks();
  await services();
  await suites();
}
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
const { passed, failed: bad, skipped } = sum;
process.exitCode = bad > 0 || passed === 0 ? 1 : 0;
if (skipped > 0) console.log(`${skipped} left out`);
console.log(`${passed} passed, ${bad} failed`);

/** Each is one check of the sum. */
async function checks() {
  const node = process.execPath;
  const bin = (path) => [node, join(root, 'node_modules', path)];
  await check('lint', [...bin('@biomejs/biome/bin/biome'), 'check', '.']);
  await check('types', [...bin('typescript/bin/tsc'), '--noEmit']);
  await check('docs', [node, join(root, 'scripts/docs.mjs'), '--check']);
  await check('readme', [node, join(root, 'scripts/readme.mjs'), '--check']);
  await check('pictures', [node, join(root, 'scripts/pictures.mjs'), '--check']);
}

async function check(name, command) {
  const { code, output } = await run(command, 'pipe');
  if (code === 0) {
    sum.passed++;
    console.log(`${name}: ok`);
  } else {
    console.log(`${name}: failed\n${output.trimEnd()}`);
    fail(name, `exit ${code}`);
  }
}

/** Puts the outside services in place where it may, and says which are not there. */
async function services() {
  const { prepareServices } = await import('./services.mjs');
  const { missing } = await prepareServices();
  for (const { name, why } of missing) {
    if (strict) fail(`service ${name}`, why);
    else notes.push(`left out: what needs ${name}: ${why}`);
  }
}

async function suites() {
  const folder = mkdtempSync(join(tmpdir(), 'tare-test-'));
  const file = join(folder, 'vitest.json');
  // What several suites make alike, each would otherwise make anew: see test/e2e/setup/images.ts.
  process.env.TARE_TEST_SHARED = folder;
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters];
    const { code } = await run([process.execPath, vitest, ...args], 'inherit');
    if (!existsSync(file)) return fail('suites', `vitest ended with exit ${code} and no results`);
    count(JSON.parse(readFileSync(file, 'utf8')), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(results, code) {
  sum.passed += results.numPassedTests;
  sum.failed += results.numFailedTests;
  for (const suite of results.testResults) {
    const name = relative(root, suite.name);
    const left = suite.assertionResults.filter((test) => ['pending', 'skipped', 'todo'].includes(test.status)).length;
    // A file that could not even be loaded has failed without a single failed test.
    const broken = suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed');
    if (broken) fail(name, firstLine(suite.message) || 'it could not be run');
    sum.skipped += left;
    if (left === 0) continue;
    const why = leftOutByRight(name);
    if (strict && !why) fail(name, `${left} of its tests were left out`);
    else notes.push(`left out: ${left} ${left === 1 ? 'test' : 'tests'} of ${name}${why ? `: ${why}` : ''}`);
  }
  if (code !== 0 && sum.failed === 0) fail('suites', `vitest ended with exit ${code}`);
}

/** The corpus is no part of the project, so that a clean clone may be without it. */
function leftOutByRight(name) {
  if (existsSync(join(root, '../shared/corpus'))) return undefined;
  const text = existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '';
  return /support\/corpus/.test(text) ? 'the corpus is not beside the project' : undefined;
}

function fail(name, why) {
  sum.failed++;
  notes.push(`failed: ${name}: ${why}`);
}

function firstLine(text) {
  return (text ?? '').split('\n')[0].slice(0, 300);
}

function run([file, ...args], output) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', output, output], env: process.env });
    const parts = [];
    child.stdout?.on('data', (part) => parts.push(part));
    child.stderr?.on('data', (part) => parts.push(part));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() + (signal ? `ended by ${signal}` : '') }),
    );
  });
}
