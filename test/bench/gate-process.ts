/** A gate in a process of its own, for those who measure it: `node gate-process.cjs HOST` prints its address, and ends with its standard input. */
import { runGate } from '../../src/app/server/gate/run.ts';

async function main(host: string): Promise<void> {
  const gate = await runGate({
    upstream: new URL(`http://${host}`),
    policy: { undecided: 'closed', refusePulls: false, exceptions: [] },
    registry: { certsDirs: [] },
    assess: () => Promise.reject(new Error('nothing is graded here')),
    record: () => Promise.resolve(),
    ruleset: () => 'none',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    listen: { host: '127.0.0.1', port: 0 },
  });
  process.stdout.write(`${gate.address}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}

main(process.argv[2] ?? '').catch((error) => {
  console.error(error);
  process.exit(1);
});
