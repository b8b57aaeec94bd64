/** What ends a run early: a signal, or the time that `--timeout` gives. */
import { SourceError } from '../../types.ts';

/** A run’s end that comes from outside. */
export interface Stop {
  signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM. */
  readonly code: number | undefined;
  /** The answer, or a rejection when the run was stopped and the work did not end by itself within two seconds. */
  orStopped<T>(work: Promise<T>): Promise<T>;
  /** Takes the handlers off. */
  done(): void;
}

const grace = 2000;
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** A second signal ends the process at once. */
export function stopper(timeoutMs: number | undefined): Stop {
  const controller = new AbortController();
  let code: number | undefined;
  const handlers = Object.entries(codes).map(([name, its]) => {
    const handler = (): void => {
      if (code !== undefined) process.exit(its);
      code = its;
      controller.abort(new SourceError(`stopped by ${name}`));
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          controller.abort(new SourceError(`gave up after ${timeoutMs / 1000} s; --timeout sets how long it may take`));
        }, timeoutMs);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    orStopped: (work) => orStopped(work, controller.signal),
    done: () => {
      clearTimeout(timer);
      for (const off of handlers) off();
    },
  };
}

async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let listener: () => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    listener = () => void setTimeout(() => reject(signal.reason), grace);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
