/** Questions to ShellCheck from many files, put together: most of what a small one costs is the start of the program. */
import { availableParallelism } from 'node:os';
import { askShellcheck, type ShellcheckAnswer } from './shellcheck.ts';

interface Waiting {
  scripts: readonly string[];
  answer(answer: ShellcheckAnswer): void;
}

/** Scripts that one process gets, unless a single file holds more. */
const mostTogether = 100;

/** Asks at once where nothing runs; what comes while the processes are busy goes along with the next one. */
export function shellcheckQueue(
  program: string,
  options: { env: Record<string, string | undefined>; signal: AbortSignal },
): (scripts: readonly string[]) => Promise<ShellcheckAnswer> {
  // One core is left to those who ask.
  let free = Math.max(1, availableParallelism() - 1);
  const queue: Waiting[] = [];
  const next = (): void => {
    while (free > 0 && queue.length > 0) {
      let count = 0;
      let length = 0;
      while (count < queue.length && (count === 0 || length + queue[count]!.scripts.length <= mostTogether))
        length += queue[count++]!.scripts.length;
      free--;
      void ask(queue.splice(0, count)).then(() => {
        free++;
        next();
      });
    }
  };
  const ask = async (together: readonly Waiting[]): Promise<void> => {
    const { remarks, problem } = await askShellcheck(
      program,
      together.flatMap(({ scripts }) => scripts),
      options,
    );
    // One script that takes too long must not cost others their answer.
    if (problem !== undefined && together.length > 1 && !options.signal.aborted) {
      for (const one of together) await ask([one]);
      return;
    }
    let at = 0;
    for (const { scripts, answer } of together)
      answer({ remarks: remarks.slice(at, (at += scripts.length)), ...(problem !== undefined && { problem }) });
  };
  return (scripts) =>
    new Promise((answer) => {
      queue.push({ scripts, answer });
      next();
    });
}
