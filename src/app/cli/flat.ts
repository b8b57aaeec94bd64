/** Keeps a long run's memory flat. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Files between two collections: a few milliseconds each, against a hundred megabytes of garbage that V8 would let grow. */
const between = 80;

/** To be called after each file. Does nothing for runs that are over before it would matter. */
export function flatMemory(): () => void {
  let count = 0;
  let collect: (() => void) | undefined;
  return () => {
    if (++count % between !== 0) return;
    if (!collect) {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
    }
    collect();
  };
}
