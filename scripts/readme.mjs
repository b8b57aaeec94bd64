/**
 * Puts the output of real runs into README.md, below each command that stands in a block marked so, and makes the picture
 * of the terminal; `--check` only says whether they are the ones that are there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inSamples, tablePicture } from './pictures.mjs';
import { prepare } from './prepare.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(root, 'README.md');
const failed = await prepare();
if (failed) throw new Error(failed);

const before = readFileSync(file, 'utf8');
let blocks = 0;
const after = before.replace(/<!-- npm run readme -->\n```\n\$ tare ([^\n]+)\n[\s\S]*?```\n/g, (_, command) => {
  blocks++;
  return `<!-- npm run readme -->\n\`\`\`\n$ tare ${command}\n${outputOf(command)}\n\`\`\`\n`;
});
if (blocks === 0) throw new Error('README.md has no block that is marked for npm run readme');
if (process.argv.includes('--check')) {
  if (before !== after) {
    console.log('README.md shows output that tare no longer gives; run npm run readme');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, after);
  writeFileSync(join(root, 'docs/pictures/table.svg'), tablePicture());
}

/** What a reader sees who runs it in the folder of samples. */
function outputOf(command) {
  const { stdout, stderr } = inSamples(command.split(' '));
  return `${stdout}${stderr}`.trimEnd();
}
