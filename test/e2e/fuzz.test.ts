/** A short run of the fuzzer with fixed seeds; `npm run fuzz` goes on for as long as it is told. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { run } from './setup/run.ts';
import { suite } from './setup/suite.ts';

suite('damaged inputs', { tools: ['zstd'] }, () => {
  it('are read or refused, never a crash, a hang or a memory leak', { timeout: 180_000 }, async () => {
    const script = resolve(import.meta.dirname, '../../scripts/fuzz.mjs');
    // That they end matters here; how long they take does not, where others have the processors too.
    const args = [script, '--seed', '1', '--count', '60', '--no-budget'];
    const ran = await run(process.execPath, args, { timeout: 170_000 });
    expect(ran.stdout + ran.stderr).toMatch(/\n780 inputs, 0 failures\n$/);
    expect(ran.code).toBe(0);
  });
});
