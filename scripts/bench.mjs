/**
 * What a scan costs, against the least that it could: `npm run bench [-- NAME... --rounds N --write]`.
 * Names: cold, cached, memory, start, collectors, secrets, lint, gate, server; all of them without one.
 * `server` runs on a PostgreSQL too where TARE_BENCH_DATABASE_URL names an empty one. `--write` puts the tables into docs/performance.md.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gateBench } from '../test/bench/gate.mjs';
import { lintBench } from '../test/bench/lint.mjs';
import { makeImage } from '../test/bench/material.mjs';
import { interleave, measureNode, measureShell, median, span } from '../test/bench/measure.mjs';
import { secretsBench } from '../test/bench/secrets.mjs';
import { serverBench } from '../test/bench/server.mjs';

const root = resolve(import.meta.dirname, '..');
const tare = join(root, 'bin/tare.cjs');
const benches = { cold, cached, memory, start, collectors, secrets, lint, gate, server };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
const images = new Map();
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown ? `no bench ${unknown}; there are ${Object.keys(benches).join(', ')}` : '--rounds wants a number',
  );
  process.exit(2);
}
if (!existsSync(join(root, 'dist'))) {
  console.error('dist is missing: run npm run build first');
  process.exit(2);
}

const dir = mkdtempSync(join(tmpdir(), 'tare-bench-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const sections = [machine()];
for (const name of names) sections.push(await benches[name]());
const text = sections.join('\n\n');
console.log(text);
if (options.write) writeDocument(text);

/** A scan with an empty layer cache, against the floor and against the shell. */
async function cold() {
  const image = await imageOf('1x', 320e6);
  const results = await interleave(
    rounds,
    {
      floor: () => measureNode([join(root, 'test/bench/floor.mjs'), ...image.blobs]),
      scan: (round) => scan(`oci-dir:${image.layout}`, `cold-${round}`),
      shell: () => measureShell(image.blobs.map((path) => `gzip -dc ${path} | openssl dgst -sha256`).join('; ')),
    },
    tick('cold'),
  );
  const rows = Object.entries({
    'floor: inflate and hash in Node': results.floor,
    '`tare scan`, nothing cached': results.scan,
    '`gzip -dc \\| openssl dgst -sha256`': results.shell,
  }).map(([name, runs]) => [
    name,
    seconds(runs, 'cpu'),
    ratio(runs, results.floor, 'cpu'),
    seconds(runs, 'wall'),
    ratio(runs, results.floor, 'wall'),
    runs[0].rss ? megabytes(Math.max(...runs.map((run) => run.rss))) : '',
  ]);
  const cpu = median(results.scan, 'cpu') / median(results.floor, 'cpu');
  const wall = median(results.scan, 'wall') / median(results.floor, 'wall');
  const rate = image.unpacked / 1e6 / median(results.scan, 'cpu');
  return [
    `### Cold scan\n\n${describe(image)}\n`,
    table(['', 'CPU s', '÷ floor', 'wall s', '÷ floor', 'peak RSS'], rows),
    '',
    aims([
      ['CPU ÷ floor, with the search for secrets', '≤ 2.0', cpu.toFixed(2), cpu <= 2],
      ['wall ÷ floor', '≤ 1.2', wall.toFixed(2), wall <= 1.2],
    ]),
    '',
    `That is ${Math.round(rate)} MB of unpacked layer per CPU second.`,
  ].join('\n');
}

/** The same archive again, against hashing it. */
async function cached() {
  const image = await imageOf('1x', 320e6);
  const target = `oci-archive:${image.archive}`;
  await scan(target, 'cached');
  const results = await interleave(
    rounds,
    {
      empty: () => measureNode(['-e', '0']),
      hash: () => measureNode([join(root, 'test/bench/hash.mjs'), image.archive]),
      scan: () => scan(target, 'cached'),
    },
    tick('cached'),
  );
  const rows = Object.entries({
    'empty `node`': results.empty,
    'hash the archive in Node': results.hash,
    '`tare scan`, every layer cached': results.scan,
  }).map(([name, runs]) => [
    name,
    seconds(runs, 'cpu'),
    seconds(runs, 'wall'),
    megabytes(Math.max(...runs.map((run) => run.rss))),
  ]);
  const over = median(results.scan, 'wall') - median(results.hash, 'wall');
  return [
    `### Cached scan\n\nThe same image as an archive (${megabytes(image.stored)}), scanned once before.\n`,
    table(['', 'CPU s', 'wall s', 'peak RSS'], rows),
    '',
    aims([['wall over hashing the archive', '≤ 250 ms', `${Math.round(over * 1000)} ms`, over <= 0.25]]),
  ].join('\n');
}

/** Peak resident memory as the image grows. */
async function memory() {
  const rows = [];
  let worst = 0;
  for (const [name, bytes] of [
    ['1x', 320e6],
    ['2x', 640e6],
    ['4x', 1280e6],
  ]) {
    const image = await imageOf(name, bytes, name === '1x' ? 6 : 1);
    const runs = [];
    for (let round = 0; round < Math.min(3, rounds); round++)
      runs.push(await scan(`oci-dir:${image.layout}`, `memory-${name}-${round}`));
    const rss = Math.max(...runs.map((run) => run.rss));
    worst = Math.max(worst, rss);
    rows.push([
      name,
      megabytes(image.unpacked),
      image.entries.toLocaleString('en'),
      seconds(runs, 'cpu'),
      megabytes(rss),
    ]);
    if (name !== '1x') rmSync(join(dir, name), { recursive: true, force: true });
    tick('memory')(rows.length, 3);
  }
  return [
    '### Memory\n',
    table(['image', 'unpacked', 'files', 'CPU s', 'peak RSS'], rows),
    '',
    aims([['peak RSS, whatever the size', '≤ 200 MB', megabytes(worst), worst <= 200e6]]),
  ].join('\n');
}

/** What starting costs over an empty Node. */
async function start() {
  const results = await interleave(
    Math.max(20, rounds * 4),
    { empty: () => measureNode(['-e', '0']), version: () => measureNode([tare, '--version']) },
    tick('start'),
  );
  const over = (median(results.version, 'wall') - median(results.empty, 'wall')) * 1000;
  const rows = Object.entries({ 'empty `node`': results.empty, '`tare --version`': results.version }).map(
    ([name, runs]) => [name, milliseconds(runs, 'cpu'), milliseconds(runs, 'wall')],
  );
  return [
    '### Start\n',
    table(['', 'CPU ms', 'wall ms'], rows),
    '',
    aims([['wall over an empty node', '≤ 80 ms', `${Math.round(over)} ms`, over <= 80]]),
  ].join('\n');
}

/** What each collector adds to reading the layers, on one thread. */
async function collectors() {
  const image = await imageOf('1x', 320e6);
  const file = await bundle('test/bench/collectors.ts');
  const { stdout } = await measureNode([file, 'list']);
  const ids = stdout.trim().split('\n');
  const candidates = ['none', 'all', ...ids].map((id) => [id, () => measureNode([file, id, ...image.blobs])]);
  const results = await interleave(rounds, Object.fromEntries(candidates), tick('collectors'));
  const rows = ['none', ...ids, 'all'].map((id) => {
    const over = median(results[id], 'cpu') - median(results.none, 'cpu');
    return [
      id === 'none' ? 'none: read, hash, walk' : id,
      seconds(results[id], 'cpu'),
      id === 'none' ? '' : `${Math.round(over * 1000)} ms`,
    ];
  });
  return [
    '### Collectors\n\nThe layers of the same image read on one thread with one collector at a time.\n',
    table(['', 'CPU s', 'over none'], rows),
  ].join('\n');
}

/** Text searched for secrets, against grep with the same keywords. */
async function secrets() {
  const bench = await secretsBench({ rounds, tick: tick('secrets') });
  const { scan, grep, read } = bench.results;
  const rate = (runs) => `${Math.round(bench.bytes / 1e6 / median(runs, 'cpu'))}`;
  const rows = Object.entries({
    'the engine: start, read, search': scan,
    '`grep -E -i` with its keywords': grep,
    'Node: start and read alone': read,
  }).map(([name, runs]) => [name, seconds(runs, 'cpu'), rate(runs)]);
  const ratio = median(scan, 'cpu') / median(grep, 'cpu');
  const worst = bench.hostile.worst.map((run) => `${run.id} ${run.seconds.toFixed(2)} s`);
  const material = `${bench.files.toLocaleString('en')} text files, ${megabytes(bench.bytes)}`;
  return [
    `### Search for secrets\n\n${material}; ${bench.formats} formats, ${bench.keywords.toLocaleString('en')} keywords.\n`,
    table(['', 'CPU s', 'MB/s'], rows),
    '',
    aims([['CPU ÷ grep', '≤ 2.0', ratio.toFixed(2), ratio <= 2]]),
    '',
    `Of ${bench.hostile.files} hostile files of 1 MB the slowest took: ${worst.join(', ')}.`,
  ].join('\n');
}

/** Dockerfiles: one, and many in one run. */
async function lint() {
  const { small, files, all } = await lintBench({ rounds, tick: tick('lint') });
  const over = (median(small.lint, 'wall') - median(small.empty, 'wall')) * 1000;
  const rows = [
    ['empty `node`', milliseconds(small.empty, 'cpu'), milliseconds(small.empty, 'wall'), ''],
    ['`tare lint` of one small Dockerfile', milliseconds(small.lint, 'cpu'), milliseconds(small.lint, 'wall'), ''],
  ];
  rows.push([
    'the same, with ShellCheck where it is installed',
    milliseconds(small.shellcheck, 'cpu'),
    milliseconds(small.shellcheck, 'wall'),
    '',
  ]);
  const met = [['one small file: wall over an empty node', '≤ 80 ms', `${Math.round(over)} ms`, over <= 80]];
  if (all) {
    const rss = Math.max(...all.map((run) => run.rss));
    const rate = Math.round(files / median(all, 'wall'));
    rows.push([
      `${files} Dockerfiles in one run (${rate} files a second)`,
      milliseconds(all, 'cpu'),
      milliseconds(all, 'wall'),
      megabytes(rss),
    ]);
    met.push([`peak RSS over ${files} files`, '≤ 150 MB', megabytes(rss), rss <= 150e6]);
  }
  return ['### Lint\n', table(['', 'CPU ms', 'wall ms', 'peak RSS'], rows), '', aims(met)].join('\n');
}

/** One large blob pushed to a registry, and the same through the gate. */
async function gate() {
  const file = await bundle('test/bench/gate-process.ts');
  const bench = await gateBench({ dir, gate: file, rounds, tick: tick('gate') });
  if (!bench) return '### Gate\n\nLeft out: docker-registry is not installed.';
  const { straight, through } = bench.results;
  const rows = Object.entries({ 'straight to the registry': straight, 'through the gate': through }).map(
    ([name, runs]) => [name, seconds(runs, 'wall'), ratio(runs, straight, 'wall')],
  );
  const factor = median(through, 'wall') / median(straight, 'wall');
  return [
    `### Gate\n\nA blob of ${megabytes(bench.bytes)} pushed in one upload to Debian's docker-registry on loopback.\n`,
    table(['', 'wall s', '÷ straight'], rows),
    '',
    aims([['wall ÷ straight', '≤ 1.25', factor.toFixed(2), factor <= 1.25]]),
    '',
    `Peak memory of the gate: ${megabytes(bench.rss.first)} after one push, ${megabytes(bench.rss.last)} after all.`,
  ].join('\n');
}

async function bundle(entry) {
  const { build } = await import('esbuild');
  const outfile = join(root, 'build/bench', entry.split('/').pop().replace('.ts', '.cjs'));
  await build({
    ...{
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20.19',
    },
    ...{ define: { 'import.meta.dirname': '__dirname' }, logLevel: 'warning' },
  });
  return outfile;
}

async function imageOf(name, bytes, level = 6) {
  if (!images.has(name)) {
    process.stderr.write(`making the ${name} image…\n`);
    images.set(name, await makeImage(join(dir, name), { bytes, level, archive: name === '1x' }));
  }
  return images.get(name);
}

function scan(target, cache) {
  return measureNode([
    tare,
    'scan',
    target,
    '--format',
    'json',
    '--fail-on',
    'none',
    '--cache-dir',
    join(dir, `cache-${cache}`),
  ]);
}

function describe(image) {
  const layers = image.blobs.length;
  return `OCI layout, ${layers} gzip layers, ${megabytes(image.stored)} stored, ${megabytes(image.unpacked)} unpacked, ${image.entries.toLocaleString('en')} files. Median of ${rounds} interleaved rounds (lowest–highest).`;
}

function machine() {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Node ${process.versions.node}, ${availableParallelism()} cores (${processor}), ${process.platform}/${process.arch}.`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function aims(rows) {
  return table(
    ['aim', '', 'this run', ''],
    rows.map(([what, aim, is, met]) => [what, aim, is, met ? 'met' : '**not met**']),
  );
}

function seconds(runs, key) {
  const [low, high] = span(runs, key);
  return `${median(runs, key).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function milliseconds(runs, key) {
  const [low, high] = span(runs, key);
  return `${Math.round(median(runs, key) * 1000)} (${Math.round(low * 1000)}–${Math.round(high * 1000)})`;
}

function ratio(runs, floor, key) {
  return (median(runs, key) / median(floor, key)).toFixed(2);
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

function tick(name) {
  return (done, all) => process.stderr.write(`${name}: ${done} of ${all}\n`);
}

async function server() {
  const rows = [];
  const bases = [
    ['embedded', undefined],
    ['PostgreSQL', process.env.TARE_BENCH_DATABASE_URL],
  ];
  for (const [name, database] of bases.filter(([which, url]) => which === 'embedded' || url)) {
    const bench = await serverBench({ dir, tare, database });
    if (!bench) return '### Server\n\nLeft out: docker-registry is not installed.';
    const { accepted, pulled, graded } = bench.rates;
    rows.push([name, ...[accepted, pulled, graded].map((rate) => rate.toFixed(0))]);
  }
  return [
    '### Server',
    'A second: notifications of one event each, eight at a time, stored and answered; small images pulled and graded whose layer was seen before; and images graded anew from what is stored. One worker.',
    table(['database', 'events stored', 'pulled and graded', 'graded anew'], rows),
  ].join('\n\n');
}

function writeDocument(text) {
  const path = join(root, 'docs/performance.md');
  const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->'];
  mkdirSync(join(root, 'docs'), { recursive: true });
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `# Performance\n\n${begin}\n${end}\n`;
  const from = page.indexOf(begin) + begin.length;
  writeFileSync(path, `${page.slice(0, from)}\n${text}\n${page.slice(page.indexOf(end))}`);
}
