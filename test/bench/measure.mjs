import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const hook = resolve(import.meta.dirname, 'usage.cjs');

/**
 * Runs a Node program once: wall seconds, CPU seconds of all its threads, peak resident bytes.
 * Throws where it fails: a figure of a failed run says nothing.
 */
export async function measureNode(args, { env = {}, codes = [0] } = {}) {
  const file = join(tmpdir(), `tare-usage-${process.pid}-${Math.random().toString(36).slice(2)}.json`);
  try {
    const { wall, stdout } = await timed(process.execPath, ['--require', hook, ...args], {
      env: { ...env, TARE_USAGE_FILE: file },
      codes,
    });
    if (!existsSync(file)) throw new Error(`${args[0]} left no figures`);
    return { wall, stdout, ...JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(file, { force: true });
  }
}

/** Runs a shell line once: wall and CPU seconds of everything it starts, by bash's own `time`. */
export async function measureShell(line) {
  const { stderr, wall } = await timed('bash', ['-c', `TIMEFORMAT='%U %S'; time { ${line}; } >/dev/null`], {});
  const [user, system] = stderr.trim().split('\n').pop().split(' ').map(Number);
  return { wall, cpu: user + system };
}

/** Runs each candidate in turn, `rounds` times over, so that a slow moment of the machine meets all of them. */
export async function interleave(rounds, candidates, onRound = () => {}) {
  const results = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) results[name].push(await run(round));
    onRound(round + 1, rounds);
  }
  return results;
}

/** Median of one figure over runs. */
export function median(runs, key) {
  const values = runs.map((run) => run[key]).sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/** Lowest and highest of one figure over runs. */
export function span(runs, key) {
  const values = runs.map((run) => run[key]);
  return [Math.min(...values), Math.max(...values)];
}

function timed(program, args, { env = {}, codes = [0] }) {
  return new Promise((done, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const wall = Number(process.hrtime.bigint() - start) / 1e9;
      const stderr = Buffer.concat(err).toString();
      if (codes.includes(code)) done({ wall, stdout: Buffer.concat(out).toString(), stderr });
      else fail(new Error(`${program} ${args.join(' ')}: exit ${code ?? signal}\n${stderr.slice(-2000)}`));
    });
  });
}
