/** Grades images, each digest once at a time, so many side by side, and remembers what came of it. */
import type { ImageReport } from '../../../types/report.ts';
import { SourceError } from '../../../types.ts';
import { Turns } from '../turns.ts';
import { AssessError, type AssessRequest } from '../types.ts';
import { outcomeOf } from '../worker/verdict.ts';
import type { GateLimits, GateOptions, KnownVerdict } from './options.ts';

/** What came of grading one image. */
export type Grading =
  | { kind: 'graded'; verdict: KnownVerdict }
  | { kind: 'undecided'; why: string }
  /** So many wait already that nobody is served by waiting too. */
  | { kind: 'busy' };

export type ToGrade = Omit<AssessRequest, 'signal'>;

/** @returns grades one image, or answers with what is known of it. It never throws. */
export function createGradings(
  { assess, known, ruleset, log, now = Date.now }: Pick<GateOptions, 'assess' | 'known' | 'ruleset' | 'log' | 'now'>,
  limits: GateLimits,
): { grade: (image: ToGrade) => Promise<Grading>; close: () => void } {
  const verdicts = new Map<string, KnownVerdict>();
  const underWay = new Map<string, Promise<Grading>>();
  const turns = new Turns(limits.gradings);
  const closing = new AbortController();

  const remember = (key: string, verdict: KnownVerdict): void => {
    verdicts.delete(key);
    verdicts.set(key, verdict);
    if (verdicts.size > limits.verdicts) verdicts.delete(verdicts.keys().next().value!);
  };

  const stored = async (image: ToGrade): Promise<KnownVerdict | undefined> => {
    try {
      return await known?.(image);
    } catch (error) {
      log.error({ digest: image.digest, err: messageOf(error) }, 'the store could not be asked for a verdict');
      return undefined;
    }
  };

  const run = async (image: ToGrade, key: string): Promise<Grading> => {
    const found = await stored(image);
    if (found) {
      remember(key, found);
      return { kind: 'graded', verdict: found };
    }
    if (turns.taken && turns.waiting >= limits.waiting) return { kind: 'busy' };
    const late = AbortSignal.timeout(limits.gradingMs);
    const signal = AbortSignal.any([late, closing.signal]);
    try {
      await turns.take(signal);
      try {
        // An assessment that does not heed the signal must not hold up the push.
        const reports = await orAborted(assess({ ...image, signal }), signal);
        if (reports.length === 0 || reports.some((report) => report.target.digest !== image.digest))
          return { kind: 'undecided', why: 'what was graded is not the image that was sent' };
        const verdict = knownFrom(reports);
        remember(key, verdict);
        return { kind: 'graded', verdict };
      } finally {
        turns.done();
      }
    } catch (error) {
      if (late.aborted) return { kind: 'undecided', why: `it was not graded within ${seconds(limits.gradingMs)}` };
      if (closing.signal.aborted) return { kind: 'undecided', why: 'the gate is shutting down' };
      const told = error instanceof SourceError || error instanceof AssessError;
      log[told ? 'warn' : 'error']({ digest: image.digest, err: messageOf(error) }, 'an image could not be graded');
      return { kind: 'undecided', why: told ? error.message : 'grading failed; the log of the gate says why' };
    }
  };

  return {
    close: () => closing.abort(),
    grade(image) {
      // What is in force may differ from one name to the next, and from one day to the next.
      const day = new Date(now()).toISOString().slice(0, 10);
      const name = `${image.registry}/${image.repository}:${image.tag ?? ''}`;
      const key = `${day} ${ruleset()} ${name}@${image.digest}`;
      const verdict = verdicts.get(key);
      if (verdict) {
        remember(key, verdict);
        return Promise.resolve({ kind: 'graded', verdict });
      }
      let grading = underWay.get(key);
      if (!grading) {
        grading = run(image, key).finally(() => underWay.delete(key));
        underWay.set(key, grading);
      }
      return grading;
    },
  };
}

/** As little as is needed: so many are remembered. */
function knownFrom(reports: readonly ImageReport[]): KnownVerdict {
  const { outcome, worst } = outcomeOf(reports);
  return { ...outcome, worst: worst.map(({ rule, severity, message }) => ({ rule, severity, message })) };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
  });
}

/** `5 minutes`, `30 seconds`. */
export function seconds(ms: number): string {
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} minutes`;
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} seconds` : `${ms} ms`;
}

/** One line of an error, for the log. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
