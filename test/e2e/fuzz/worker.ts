/** The thread that the fuzzer watches: one seed in, one answer out. */
import { mkdirSync, rmSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { random } from './random.ts';
import { targets } from './targets.ts';

/** Errors that are the program's own words to its user. */
const own = new Set(['SourceError', 'UsageError', 'RulesetError']);

export interface Question {
  target: string;
  seed: number;
  dir: string;
}

export interface Answer {
  /** `report` or the refusal's first words; `failure` where it is neither. */
  outcome: 'answered' | 'refused' | 'failure';
  message: string;
  /** ms of processor time; all threads of the process, of which this one alone has work. */
  cpu: number;
}

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answer(question));
});

async function answer(question: Question): Promise<Answer> {
  const start = process.cpuUsage();
  const said = await outcome(question);
  const { user, system } = process.cpuUsage(start);
  return { ...said, cpu: (user + system) / 1000 };
}

async function outcome({ target, seed, dir }: Question): Promise<Omit<Answer, 'cpu'>> {
  const chosen = targets[target];
  if (!chosen) return { outcome: 'failure', message: `no target ${target}` };
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    chosen.make(dir, random(seed));
    await chosen.run(dir);
    return { outcome: 'answered', message: '' };
  } catch (error) {
    if (!(error instanceof Error)) return { outcome: 'failure', message: `thrown: ${String(error)}` };
    if (!own.has(error.name)) return { outcome: 'failure', message: error.stack ?? error.message };
    if (error.message.includes('\n') || error.message.length > 1000 || /undefined|\[object /.test(error.message)) {
      return { outcome: 'failure', message: `not a sentence: ${error.message}` };
    }
    return { outcome: 'refused', message: error.message };
  }
}
