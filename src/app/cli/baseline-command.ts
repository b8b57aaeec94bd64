/** `tare baseline`: writes down what is found now, so that later runs fail only for what is new. */
import { existsSync } from 'node:fs';
import { count } from '../../report/format.ts';
import { isLocalKind } from '../../types/policy.ts';
import { UsageError } from '../../types.ts';
import { baselineHelp } from './command-help.ts';
import { lintAll } from './lint-all.ts';
import { scannedSettings } from './lint-command.ts';
import { lintFiles } from './lint-files.ts';
import { checkOutput } from './outputs.ts';
import { baselineOptions } from './policy/command-options.ts';
import { type KnownTarget, knownTarget, readKnown, targetKey, writeKnown } from './policy/known.ts';
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
  // There is no --baseline here, so that no policy lets be what is known already: that would be left out of what is written.
  const settings = { ...scanSettings(parsed, env, new Date().toISOString().slice(0, 10)), ...(policy && { policy }) };
  const file = parsed.values.get('write') ?? 'tare-baseline.json';
  await checkOutput(file);
  const before = existsSync(file) ? await readKnown(file) : undefined;
  const stop = stopper(settings.timeoutMs);
  const progress = progressOf(settings);
  try {
    const { reports, dockerfiles, failed } = await scanAll(settings, version, stop, progress);
    const found: KnownTarget[] = reports.map(({ target, findings }) =>
      knownTarget(targetKey(target.name, file, isLocalKind(target.kind)), findings),
    );
    let broken = failed;
    if (dockerfiles.length > 0) {
      const files = await lintFiles(dockerfiles, 'stdin');
      const run = await lintAll(files, scannedSettings(dockerfiles, settings), version, stop);
      for await (const report of run.reports)
        found.push(knownTarget(targetKey(report.target.name, file, true), report.findings));
      broken ||= run.failed();
    }
    if (stop.code !== undefined) return stop.code;
    if (broken) throw new UsageError(`${quote(file)} is left as it is, since not every target could be read`);
    await writeKnown(file, before, found);
    const findings = count(
      found.reduce((sum, one) => sum + one.findings.length, 0),
      'finding',
    );
    await say(
      stdout,
      `${findings} of ${count(found.length, 'target')} written to ${file}; --baseline ${file} lets them be.\n`,
    );
    return 0;
  } finally {
    progress.end();
    stop.done();
  }
}
