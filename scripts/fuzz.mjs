/**
 * Damaged inputs through every reader: `npm run fuzz [-- SECONDS --seed N --target NAME --count N --no-budget]`.
 * A failure is a crash that is not one of the program's own errors, an answer that takes more than five seconds (a Dockerfile:
 * more than one of the processor's), or memory past a bound. Its input is kept in build/fuzz/failures and made again by its seed.
 * --no-budget is for a machine that others use too: only an answer that does not come in a minute is too late.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'build/fuzz');
const corpus = resolve(root, '../shared/corpus/dockerfiles');
const heap = 512;
const resident = 1200e6;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    target: { type: 'string', multiple: true },
    count: { type: 'string' },
    'no-budget': { type: 'boolean' },
  },
});
/** ms of processor time, for what people wait for. */
const budgets = options['no-budget'] ? {} : { dockerfile: 1000 };
/** ms until an answer is one that never comes. */
const patience = options['no-budget'] ? 60_000 : 5000;
const seconds = Number(positionals[0] ?? (options.count ? 3600 : 60));
const count = Number(options.count ?? Number.POSITIVE_INFINITY);
const first = Number(options.seed ?? Math.floor(Math.random() * 2 ** 31));
const known = [
  ...['tar', 'tar-unmended', 'gzip', 'zstd', 'databases', 'programs', 'secrets', 'documents'],
  ...['oci-archive', 'docker-archive', 'docker-archive-documents', 'cache', 'dockerfile'],
];
const names = options.target ?? known;
const wrong = names.find((name) => !known.includes(name));
if (wrong !== undefined || !(seconds > 0) || !Number.isInteger(first)) {
  console.error(
    wrong !== undefined
      ? `no target ${wrong}; there are ${known.join(', ')}`
      : 'usage: npm run fuzz [-- SECONDS --seed N --target NAME]',
  );
  process.exit(2);
}

await bundle();
const work = mkdtempSync(join(tmpdir(), 'tare-fuzz-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
console.log(`first seed ${first}, ${names.join(', ')}`);

const counts = Object.fromEntries(names.map((name) => [name, { answered: 0, refused: 0, failure: 0 }]));
const failures = [];
const slowest = {};
let worker = start();
const end = Date.now() + seconds * 1000;
for (let seed = first; Date.now() < end && seed < first + count; seed++) {
  for (const target of names) await attempt(target, seed);
}
await worker.terminate();
let total = 0;
for (const [name, { answered, refused, failure }] of Object.entries(counts)) {
  total += answered + refused + failure;
  const { cpu = 0, seed = first } = slowest[name] ?? {};
  console.log(
    `${name}: ${answered} answered, ${refused} refused${failure ? `, ${failure} FAILED` : ''}; slowest ${Math.round(cpu)} ms (seed ${seed})`,
  );
}
for (const { target, seed, message } of failures.slice(0, 20)) {
  console.log(`\n${target} --seed ${seed}: ${message.split('\n').slice(0, 6).join('\n  ')}`);
}
console.log(`\n${total} inputs, ${failures.length} failures`);
process.exit(failures.length > 0 ? 1 : 0);

async function attempt(target, seed) {
  const dir = join(work, `${target}-${seed}`);
  const answer = await ask({ target, seed, dir });
  if (answer.cpu > (slowest[target]?.cpu ?? -1)) slowest[target] = { cpu: answer.cpu, seed };
  if (answer.outcome !== 'failure' && answer.cpu > (budgets[target] ?? Number.POSITIVE_INFINITY)) {
    answer.outcome = 'failure';
    answer.message = `${Math.round(answer.cpu)} ms of processor time`;
  }
  counts[target][answer.outcome]++;
  if (answer.outcome === 'failure') {
    failures.push({ target, seed, message: answer.message });
    const kept = join(out, 'failures', `${target}-${seed}`);
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    cpSync(dir, kept, { recursive: true, dereference: false });
    writeFileSync(
      join(kept, 'failure.txt'),
      `npm run fuzz -- --count 1 --seed ${seed} --target ${target}\n\n${answer.message}\n`,
    );
  }
  rmSync(dir, { recursive: true, force: true });
}

async function ask(question) {
  const answer = await new Promise((done) => {
    const timer = setTimeout(
      () => finish({ outcome: 'failure', message: `no answer within ${patience} ms`, dead: true }),
      patience,
    );
    const onMessage = (message) => finish(message);
    const onError = (error) =>
      finish({ outcome: 'failure', message: `the thread died: ${error.stack ?? error}`, dead: true });
    const onExit = (code) => finish({ outcome: 'failure', message: `the thread ended with ${code}`, dead: true });
    function finish(said) {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      done(said);
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(question);
  });
  const rss = process.memoryUsage.rss();
  const heavy = rss > resident;
  if (answer.dead || heavy) {
    await worker.terminate();
    worker = start();
  }
  return heavy && answer.outcome !== 'failure'
    ? { ...answer, outcome: 'failure', message: `${Math.round(rss / 1e6)} MB resident after it` }
    : answer;
}

function start() {
  const thread = new Worker(join(out, 'worker.cjs'), {
    resourceLimits: { maxOldGenerationSizeMb: heap },
    env: { ...process.env, ...(existsSync(corpus) && { TARE_CORPUS: corpus }) },
    stderr: false,
  });
  thread.setMaxListeners(50);
  return thread;
}

async function bundle() {
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { worker: 'test/e2e/fuzz/worker.ts', 'zstd-worker': 'src/app/zstd-worker.ts' },
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    sourcemap: 'inline',
    external: ['dockerode'],
    define: {
      'import.meta.url': '__bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
    logLevel: 'warning',
  });
}
