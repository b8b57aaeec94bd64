/**
 * Text scanned for secrets, beside `grep` with the same keywords over the same files:
 * `node test/bench/secrets.mjs [--rounds N] [--megabytes N] [FOLDER...]`.
 * Then the engine on hostile files, made to lead each format as far as it goes before it fails.
 */
import {
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { readSecrets } from '../../scripts/secrets.mjs';
import { interleave, measureNode, measureShell, median, span } from './measure.mjs';

const root = resolve(import.meta.dirname, '../..');
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, megabytes: { type: 'string', default: '200' } },
});
const folders = positionals.length > 0 ? positionals : ['/usr/share', '/usr/lib', '/etc'];
const work = mkdtempSync(join(tmpdir(), 'tare-secrets-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const { formats, examples } = await readSecrets();
await bundle();
const { files, bytes } = textFiles(Number(options.megabytes) * 1e6);
writeFileSync(join(work, 'files'), files.join('\n'));
writeFileSync(join(work, 'files0'), files.map((file) => `${file}\0`).join(''));
const keywords = [...new Set(formats.flatMap(({ keywords: words }) => words.map((word) => word.toLowerCase())))];
writeFileSync(join(work, 'alternation'), keywords.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));

const grep = (locale) =>
  measureShell(
    `xargs -0 -n 100000 env LC_ALL=${locale} grep -a -i -c -E -f ${work}/alternation -- < ${work}/files0 | cat`,
  );
const results = await interleave(
  Number(options.rounds),
  {
    scan: () => measureNode([join(work, 'scan.mjs'), join(work, 'files')]),
    grep: () => grep('C'),
    utf8: () => grep('C.UTF-8'),
    read: () => measureNode([join(work, 'read.mjs'), join(work, 'files')]),
  },
  (done, all) => process.stderr.write(`round ${done} of ${all}\n`),
);

const rate = (runs) => `${Math.round(bytes / 1e6 / median(runs, 'cpu'))}`;
const cpu = (runs) =>
  `${median(runs, 'cpu').toFixed(2)} (${span(runs, 'cpu')
    .map((value) => value.toFixed(2))
    .join('–')})`;
const rows = [
  ['the engine: start, read, scan', results.scan],
  ['`grep -E -i` with its keywords, `LC_ALL=C`', results.grep],
  ['the same, `LC_ALL=C.UTF-8`', results.utf8],
  ['Node: start and read alone', results.read],
];
console.log(
  `Node ${process.versions.node}, ${cpus()[0]?.model.trim()}: ${files.length} text files, ${Math.round(bytes / 1e6)} MB,`,
);
console.log(
  `${formats.length} formats, ${keywords.length} keywords, median of ${options.rounds} interleaved rounds.\n`,
);
console.log('| | CPU s | MB/s |\n| --- | --- | --- |');
for (const [name, runs] of rows) console.log(`| ${name} | ${cpu(runs)} | ${rate(runs)} |`);
const ratio = median(results.scan, 'cpu') / median(results.grep, 'cpu');
console.log(`\nThe engine takes ${ratio.toFixed(2)} × the CPU of grep (aim: ≤ 2).\n`);
await hostile();

/** Files of one megabyte: a part of each example over and over, cut where it would have become a match. */
async function hostile() {
  const { SecretScanner, fill, seeded } = await import(join(work, 'engine.mjs'));
  const scanner = new SecretScanner();
  const units = examples.flatMap(({ id, field, ng }) =>
    ng.map((template, i) => [id, `${field}=${fill(template, seeded(`${id}${i}`))}`.slice(0, -1)]),
  );
  units.push(['pem', '-----BEGIN RSA PRIVATE KEY-----\n'], ['url', 'https://a:'], ['section', 'datadog:\n']);
  const runs = units.map(([id, unit]) => {
    const file = Buffer.from(unit.repeat(Math.ceil(1e6 / unit.length)));
    const begun = performance.now();
    scanner.scan(file);
    return { id, seconds: (performance.now() - begun) / 1000 };
  });
  runs.sort((a, b) => b.seconds - a.seconds);
  const worst = runs.slice(0, 5).map(({ id, seconds }) => `${id} ${seconds.toFixed(2)} s`);
  console.log(`${runs.length} hostile files of 1 MB; the slowest: ${worst.join(', ')}.`);
}

async function bundle() {
  const engine = join(root, 'src/facts/secrets/engine');
  const sources = {
    scan: `import { readFileSync } from 'node:fs';
      import { SecretScanner } from '${engine}/scanner.ts';
      const scanner = new SecretScanner();
      for (const file of readFileSync(process.argv[2], 'utf8').split('\\n')) scanner.scan(readFileSync(file));`,
    read: `import { readFileSync } from 'node:fs';
      for (const file of readFileSync(process.argv[2], 'utf8').split('\\n')) readFileSync(file);`,
    engine: `export { SecretScanner } from '${engine}/scanner.ts';
      export { fill, seeded } from '${engine}/author/template.ts';`,
  };
  for (const [name, contents] of Object.entries(sources)) {
    await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      outfile: join(work, `${name}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
    });
  }
}

/** Up to so many bytes of files without a NUL among the first, no links. */
function textFiles(most) {
  const files = [];
  let bytes = 0;
  const look = (folder) => {
    let entries = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (bytes >= most) return;
      if (entry.isDirectory()) look(path);
      else if (entry.isFile() && !path.includes('\n')) {
        const { size } = lstatSync(path);
        if (size === 0 || size > 16e6 || !isText(path)) continue;
        files.push(path);
        bytes += size;
      }
    }
  };
  for (const folder of folders) look(folder);
  return { files, bytes };
}

function isText(path) {
  let file;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(4096);
    const length = readSync(file, head, 0, head.length, 0);
    return !head.subarray(0, length).includes(0) && readFileSync(path).length > 0;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
