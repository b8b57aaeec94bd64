/**
 * `npm run pictures`: the pictures of README.md, from real runs. The one of the terminal is the same wherever it is made,
 * and `-- --check` holds it to what the program says now; of those from the browser it checks that they can be shown.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { svgOf } from './ansi-svg.mjs';
import { prepare } from './prepare.mjs';
import { findTool } from './services.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const columns = 100;
const view = { width: 1200, height: 900 };
const limit = 200_000;
const themes = ['light', 'dark'];
/** Where the pictures are. */
export const folder = join(root, 'docs/pictures');

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();

async function main() {
  const failed = await prepare();
  if (failed) throw new Error(failed);
  const table = join(folder, 'table.svg');
  if (process.argv.includes('--check')) {
    const faults = reportFaults();
    if (readFileSync(table, 'utf8') !== tablePicture())
      faults.push('docs/pictures/table.svg shows a report that tare no longer gives; run npm run pictures');
    for (const fault of faults) console.log(fault);
    if (faults.length > 0) process.exitCode = 1;
    return;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(table, tablePicture());
  if (!process.argv.includes('--table')) await reportPictures();
}

/** The terminal's picture, without the line that names the ruleset by its digest: any edit of a rule would change it. */
export function tablePicture() {
  const command = ['scan', '--fail-on', 'medium', 'node-alpine.image.yaml'];
  const text = tare(command)
    .trimEnd()
    .replace(/\n[^\n]*judged by [^\n]*$/, '');
  return svgOf(`$ tare ${command.join(' ')}\n${text}`, columns, 'tare scan in a terminal');
}

/** What keeps the pictures of the HTML report from being shown, in sentences. */
export function reportFaults() {
  return themes.flatMap((theme) => {
    const name = `docs/pictures/report-${theme}.png`;
    const file = join(root, name);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return [`${name} is not there; run npm run pictures`];
    const bytes = readFileSync(file);
    if (bytes.toString('latin1', 1, 4) !== 'PNG') return [`${name} is no PNG`];
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    if (width !== view.width || height !== view.height) return [`${name} is ${width} by ${height} pixels`];
    return size > limit ? [`${name} has ${size} bytes, more than ${limit}`] : [];
  });
}

async function reportPictures() {
  const chromium = findTool('chromium');
  if (!chromium) throw new Error('no chromium here: install it, or make the table alone with --table');
  const { chromium: engine } = await import('playwright-core');
  const temporary = mkdtempSync(join(tmpdir(), 'tare-pictures-'));
  try {
    const html = join(temporary, 'report.html');
    tare(['scan', '--fail-on', 'none', '--output', `html=${html}`, 'debian-root.image.yaml']);
    const browser = await engine.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    try {
      for (const colorScheme of themes) {
        const page = await browser.newPage({ colorScheme, viewport: view });
        await page.goto(pathToFileURL(html).href);
        await page.screenshot({ path: join(folder, `report-${colorScheme}.png`) });
        await page.close();
      }
    } finally {
      await browser.close();
    }
    for (const fault of reportFaults()) throw new Error(fault);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Runs the program in the folder of samples, as on the day of the pictures. Exit code 2 is a command that does not work. */
export function inSamples(words, env = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin/tare.cjs'), ...words], {
    cwd: join(root, 'samples'),
    encoding: 'utf8',
    env: {
      ...{ PATH: process.env.PATH, COLUMNS: String(columns), TARE_AS_OF: '2026-11-23', TARE_NO_CACHE: 'true' },
      ...env,
    },
  });
  if (status !== 0 && status !== 1) throw new Error(`tare ${words.join(' ')}: ${stderr}`);
  return { stdout, stderr };
}

function tare(words) {
  const { stdout, stderr } = inSamples(words, { FORCE_COLOR: '1' });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}
