/**
 * `npm start [-- TARGET...]`: installs and builds what is missing, then runs the program in this process.
 * Without arguments it grades the samples. A few milliseconds when nothing is missing.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Arguments that begin with one of these are a whole command line; others are targets and options of scan. */
const words = [
  ...['scan', 'lint', 'secrets', 'sbom', 'diff', 'init', 'baseline', 'config', 'rules', 'completion', 'help'],
  ...['serve', 'worker', 'gate', 'sweep', 'rescan'],
];
const commands = new Set([...words, '--help', '-h', '--version', '-V']);

const failed = await prepare();
if (failed) {
  process.stderr.write(`npm start: ${failed}\n`);
  process.exit(2);
}
const given = process.argv.slice(2);
const args = given.length === 0 ? samples() : commands.has(given[0]) ? given : ['scan', ...given];
process.argv = [process.argv[0], join(root, 'bin/tare.cjs'), ...args];
createRequire(import.meta.url)('../bin/tare.cjs');

/** One of the samples is bad on purpose: its gate must not make the tour look broken. */
function samples() {
  const folder = join(root, 'samples');
  const names = readdirSync(folder).filter((name) => name.endsWith('.image.yaml'));
  return ['scan', '--fail-on', 'none', ...names.sort().map((name) => relative(process.cwd(), join(folder, name)))];
}
