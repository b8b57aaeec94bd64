/** Keeps a long run's memory flat. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of heap in use from which it is worth some milliseconds to collect: V8 by itself lets garbage grow to several times as much. */
const enough = 44e6;

/** To be called after each file. Where little is in use it does nothing. */
export function flatMemory(): () => void {
  let limit = enough;
  let collect: (() => void) | undefined;
  return () => {
    if (getHeapStatistics().used_heap_size < limit) return;
    if (!collect) {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
    }
    collect();
    // What is left is in use: as much again may grow before the next time.
    limit = Math.max(enough, 2 * getHeapStatistics().used_heap_size);
  };
}
