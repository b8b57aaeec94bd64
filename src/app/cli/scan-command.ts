/** `tare scan`: opens each target in turn, writes the reports, answers with the exit code. */
import { appendFile } from 'node:fs/promises';
import { type FormatOptions, formatter } from '../../report/formats.ts';
import type { ScanOptions } from '../../scan.ts';
import { textFile } from '../../source/text-file.ts';
import type { ImageReport } from '../../types/report.ts';
import type { RuleMetadata } from '../../types/rule.ts';
import { UsageError } from '../../types.ts';
import { briefly } from './brief.ts';
import { scanHelp } from './command-help.ts';
import { complain } from './complain.ts';
import { scanOptions } from './options.ts';
import { checkOutput, writeOutput } from './outputs.ts';
import { loadOptions } from './policy/load.ts';
import type { Progress } from './progress.ts';
import { progressOf, readOptions } from './reading.ts';
import { say } from './say.ts';
import { type ScanSettings, type Suggestion, scanSettings } from './scan-settings.ts';
import { type Stop, stopper } from './stop.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { quote } from './words.ts';

const templateBytes = 1 << 20;
const dockerfileBytes = 1 << 20;

/** @throws UsageError, RulesetError before anything is scanned; what befalls one target is told and is exit 2 in the end. */
export async function scanCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const { parsed, policy } = await loadOptions(words, scanOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, scanHelp(widthOf(stdout, env)));
    return 0;
  }
  const settings = { ...scanSettings(parsed, env, new Date().toISOString().slice(0, 10)), ...(policy && { policy }) };
  for (const { file } of settings.outputs) await checkOutput(file);
  const template = settings.templateFile === undefined ? undefined : await templateFile(settings.templateFile);
  const stop = stopper(settings.timeoutMs);
  const progress = progressOf(settings);
  try {
    const { reports, dockerfiles, failed, rules } = await scanAll(settings, version, stop, progress);
    if (stop.code !== undefined) return stop.code;
    if (dockerfiles.length > 0) {
      if (reports.length > 0 || failed)
        throw new UsageError('images and Dockerfiles have reports of their own: scan them one after the other');
      if (settings.suggest)
        throw new UsageError(
          `--suggest ${settings.suggest} wants an image: build the Dockerfile and scan what comes of it`,
        );
      const { lintScanned } = await import('./lint-command.ts');
      return await lintScanned(dockerfiles, settings, version, stop);
    }
    if (reports.length > 0) await writeReports(reports, settings, { rules, ...(template ? { template } : {}) });
    return failed ? 2 : reports.every((report) => report.gate.passed) ? 0 : 1;
  } finally {
    progress.end();
    stop.done();
  }
}

/** Scans every target in turn; what befalls one is told on standard error and leaves the others be. */
export async function scanAll(
  settings: ScanSettings,
  version: string,
  stop: Stop,
  progress: Progress,
): Promise<{ reports: ImageReport[]; dockerfiles: string[]; failed: boolean; rules: RuleMetadata[] }> {
  const { scanTarget } = await import('../../scan.ts');
  const options: ScanOptions = {
    ...(await readOptions(settings, version, stop, progress)),
    trusted: settings.trusted,
    gate: settings.gate,
    ...(settings.whatIf !== undefined && { whatIf: settings.whatIf }),
    ...(settings.policy && { policy: settings.policy }),
    ...(settings.dockerfile && { dockerfile: await dockerfile(settings.dockerfile) }),
  };
  if (settings.whatIf !== undefined) await checkBase(settings.whatIf, options.ruleset);
  const reports: ImageReport[] = [];
  const dockerfiles: string[] = [];
  let failed = false;
  const { targets } = settings;
  for (const [index, target] of targets.entries()) {
    progress.begin(target, { number: index + 1, of: targets.length });
    try {
      const result = await stop.orStopped(scanTarget(target, options));
      reports.push(...result.reports);
      for (const failure of result.failures) {
        failed = true;
        progress.clear();
        complain(failure);
      }
    } catch (error) {
      const path = await dockerfileOf(error);
      if (path !== undefined) {
        dockerfiles.push(path);
        continue;
      }
      failed = true;
      progress.clear();
      // After a signal nobody wants to hear how the scan took it.
      if (stop.code === undefined) complain(stop.signal.aborted ? stop.signal.reason : error);
      if (stop.signal.aborted) break;
    }
  }
  progress.end();
  return { reports, dockerfiles, failed, rules: options.ruleset.rules.map((rule) => rule.metadata) };
}

/** Before anything is opened. @throws UsageError. */
async function checkBase(name: string, ruleset: ScanOptions['ruleset']): Promise<void> {
  const { targetNamed } = await import('../../rules/what-if.ts');
  targetNamed(ruleset.data['base-targets'] as Parameters<typeof targetNamed>[0], name);
}

/** The path of a target that is a Dockerfile, and so is judged by its text. */
async function dockerfileOf(error: unknown): Promise<string | undefined> {
  const { DockerfileTarget } = await import('../../source/target.ts');
  return error instanceof DockerfileTarget ? error.path : undefined;
}

/** Files first, so that they are there when the last line is read. */
async function writeReports(
  reports: readonly ImageReport[],
  settings: ScanSettings,
  more: Pick<FormatOptions, 'rules' | 'template'>,
): Promise<void> {
  const { env, stdout } = process;
  const options = {
    colour: false,
    width: 100,
    all: settings.all,
    explain: settings.explain,
    several: settings.targets.length > 1,
    ...more,
  };
  for (const { format, file } of settings.outputs) {
    const render = await formatter(format);
    await writeOutput(file, render(reports, options));
  }
  if (settings.suggest) return say(stdout, await suggested(reports, settings.suggest));
  if (settings.quiet && settings.format === 'table') return say(stdout, briefly(reports));
  const render = await formatter(settings.format);
  const colour = settings.format === 'table' && wantsColor(stdout, env, settings.noColor);
  await say(stdout, render(reports, { ...options, colour, width: widthOf(stdout, env) }));
  if (settings.format === 'github') await stepSummary(reports, options, env['GITHUB_STEP_SUMMARY']);
}

async function suggested(reports: readonly ImageReport[], suggest: Suggestion): Promise<string> {
  if (suggest === 'docker') return (await import('../../report/suggest/docker.ts')).suggestDocker(reports);
  return (await import('../../report/suggest/kubernetes.ts')).suggestKubernetes(reports);
}

/** GitHub names a file for each step, and shows what is in it below the job. Other steps of the same run may have written. */
async function stepSummary(reports: readonly ImageReport[], options: FormatOptions, file?: string): Promise<void> {
  if (!file) return;
  const { renderStepSummary } = await import('../../report/markdown.ts');
  try {
    await appendFile(file, renderStepSummary(reports, options));
  } catch (error) {
    throw new UsageError(`cannot write the step summary ${quote(file)}: ${(error as Error).message}`);
  }
}

/** Read and checked before anything is scanned. */
async function templateFile(name: string): Promise<{ name: string; text: string }> {
  const template = await textFile('template', name, templateBytes);
  const { parseTemplate } = await import('../../report/template/parse.ts');
  parseTemplate(template.text, name);
  return template;
}

/** Reads a ruleset. @throws UsageError where it cannot be read. */
export async function dockerfile(
  given: NonNullable<ScanSettings['dockerfile']>,
): Promise<NonNullable<ScanOptions['dockerfile']>> {
  const { text } = await textFile('Dockerfile', given.file, dockerfileBytes);
  return { ...given, text };
}
