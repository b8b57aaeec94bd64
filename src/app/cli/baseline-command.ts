/** `tare baseline`: writes down what is found now, so that later runs fail only for what is new. */
import { existsSync } from 'node:fs';
import { parseReference } from '../../image/reference.ts';
import type { DockerfileReport, ImageReport } from '../../types/report.ts';
import { type Finding, UsageError } from '../../types.ts';
import { baselineHelp } from './command-help.ts';
import { lintAll } from './lint-all.ts';
import { scannedSettings } from './lint-command.ts';
import { lintFiles } from './lint-files.ts';
import { checkOutput } from './outputs.ts';
import { baselineOptions } from './policy/command-options.ts';
import { imageKey, type KnownTarget, knownTarget, pathKey, readKnown, writeKnown } from './policy/known.ts';
import { loadOptions } from './policy/load.ts';
import { progressOf } from './reading.ts';
import { say } from './say.ts';
import { scanAll } from './scan-command.ts';
import { scanSettings } from './scan-settings.ts';
import { stopper } from './stop.ts';
import { widthOf } from './terminal.ts';
import { quote } from './words.ts';

/** @throws UsageError, SourceError; where one target cannot be read nothing is written. */
export async function baselineCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const { parsed, policy } = await loadOptions(words, baselineOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, baselineHelp(widthOf(stdout, env)));
    return 0;
  }
  // What is known already would be left out of what is written.
  const settings = {
    ...scanSettings(parsed, env, new Date().toISOString().slice(0, 10)),
    ...(policy && { policy: withoutKnown(policy) }),
  };
  const file = parsed.values.get('write') ?? 'tare-baseline.json';
  await checkOutput(file);
  const before = existsSync(file) ? await readKnown(file) : undefined;
  const stop = stopper(settings.timeoutMs);
  const progress = progressOf(settings);
  try {
    const { reports, dockerfiles, failed } = await scanAll(settings, version, stop, progress);
    const found: KnownTarget[] = reports.map((report) => knownTarget(nameOf(report, file), report.findings));
    let broken = failed;
    if (dockerfiles.length > 0) {
      const files = await lintFiles(dockerfiles, 'stdin');
      const run = await lintAll(files, scannedSettings(dockerfiles, settings), version, stop);
      for await (const report of run.reports)
        found.push(knownTarget(pathKey(report.target.name, file), openOf(report)));
      broken ||= run.failed();
    }
    if (stop.code !== undefined) return stop.code;
    if (broken) throw new UsageError(`${quote(file)} is left as it is, since not every target could be read`);
    await writeKnown(file, before, found);
    const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
    await say(
      stdout,
      `${count} ${count === 1 ? 'finding' : 'findings'} of ${found.length} ${found.length === 1 ? 'target' : 'targets'} written to ${file}; --baseline ${file} lets them be.\n`,
    );
    return 0;
  } finally {
    progress.end();
    stop.done();
  }
}

function openOf({ findings }: DockerfileReport): Finding[] {
  return findings;
}

/** A name from a registry or a daemon without its tag; the path of anything else, from the baseline's folder. */
function nameOf({ target: { kind, name } }: ImageReport, file: string): string {
  if (kind !== 'docker' && kind !== 'registry') return pathKey(name, file);
  try {
    return imageKey(parseReference(name.replace(/^(docker|registry):/, '')));
  } catch {
    // An id of the daemon's is no reference.
    return name;
  }
}

function withoutKnown(policy: NonNullable<Awaited<ReturnType<typeof loadOptions>>['policy']>): typeof policy {
  return (name, references) => {
    const { known: _, ...rest } = policy(name, references);
    return rest;
  };
}
