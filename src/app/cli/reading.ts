/** What every command that opens images reads them with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOptions } from '../../session.ts';
import { type Progress, progressLine, silent } from './progress.ts';
import { rulesetFiles } from './ruleset-source.ts';
import type { ScanSettings } from './scan-settings.ts';
import { type Stop, stopper } from './stop.ts';
import { wantsProgress } from './terminal.ts';

/** @throws UsageError, RulesetError where the user's ruleset is none. */
export async function readOptions(
  settings: ScanSettings,
  version: string,
  stop: Stop,
  progress: Progress,
): Promise<ReadOptions> {
  const { loadRuleset } = await import('../../rules/load.ts');
  const files = settings.rulesetFile === undefined ? [] : await rulesetFiles(settings.rulesetFile, settings);
  const workerFile = join(import.meta.dirname, 'layer-worker.cjs');
  const { platform, allPlatforms, verify, asOf, limits, cache, concurrency, registry, docker } = settings;
  return {
    ...(platform ? { platform } : {}),
    ...{ allPlatforms, verify, asOf, limits, cache, concurrency },
    ruleset: await loadRuleset(files),
    workers: 'auto',
    ...(existsSync(workerFile) ? { workerFile } : {}),
    source: { registry, docker },
    env: process.env,
    stdin: () => standardInput(stop.signal),
    signal: stop.signal,
    progress: progress.update,
    version,
  };
}

/**
 * The run of a command on one thing, where any error is the command's own: what a signal or the time limit made of it
 * becomes the signal's code, or the limit's sentence.
 */
export async function reading(
  settings: Pick<ScanSettings, 'quiet' | 'timeoutMs'>,
  run: (stop: Stop, progress: Progress) => Promise<number>,
): Promise<number> {
  const stop = stopper(settings.timeoutMs);
  const progress = progressOf(settings);
  try {
    return await run(stop, progress);
  } catch (error) {
    if (stop.code !== undefined) return stop.code;
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    progress.end();
    stop.done();
  }
}

/** The progress line, where one is wanted. */
export function progressOf({ quiet }: Pick<ScanSettings, 'quiet'>): Progress {
  const { stderr, env } = process;
  if (!wantsProgress(stderr, env, quiet)) return silent;
  return progressLine(
    (text) => void stderr.write(text),
    () => stderr.columns || 80,
  );
}

/** A read that waits for input which never comes ends with the run. */
function standardInput(signal: AbortSignal): NodeJS.ReadStream {
  signal.addEventListener('abort', () => process.stdin.destroy(), { once: true });
  return process.stdin;
}
