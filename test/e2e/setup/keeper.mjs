/**
 * Cleans up after a suite, whatever becomes of the suite. It waits for the end of its standard input, which comes
 * when the suite closes it and also when the suite's process dies, and then ends every process that carries the
 * suite's mark, unmounts what is mounted below the suite's folder, and removes the folder.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const home = process.argv[2];
// Signals meant for the suite's process group must not end the one that cleans up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

await new Promise((resolve) => {
  process.stdin.on('end', resolve).on('close', resolve).on('error', resolve).resume();
});
for (const [signal, tries] of [
  ['SIGTERM', 100],
  ['SIGKILL', 100],
]) {
  for (let i = 0; i < tries && end(i === 0 ? signal : undefined) > 0; i++) await sleep(100);
}
for (const point of mounts()) spawnSync('umount', ['-l', point]);
rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/** Sends a signal to every process of this suite; returns how many there are. */
function end(signal) {
  let found = 0;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!pid || pid === process.pid) continue;
    let environment;
    try {
      environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    } catch {
      continue;
    }
    if (!environment.split('\0').includes(`TARE_TEST_HOME=${home}`)) continue;
    found++;
    try {
      if (signal) process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
  return found;
}

/** Mount points below the suite's folder, deepest first (proc(5), mountinfo; `\040` is a space). */
function mounts() {
  const table = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const points = table.map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '));
  return points.filter((point) => point.startsWith(`${home}/`)).reverse();
}
