/** `tare lint`: judges Dockerfiles, writes the report, answers with the exit code. */
import { join } from 'node:path';
import { formatPlatform } from '../../image/platform.ts';
import type { LintOptions, Surround } from '../../lint.ts';
import { ContextFolders } from '../../source/build-context.ts';
import type { DockerfileReport } from '../../types/report.ts';
import type { RuleMetadata, Ruleset } from '../../types/rule.ts';
import { complain } from './complain.ts';
import { flatMemory } from './flat.ts';
import { contextOf, type LintFile, lintFiles } from './lint-files.ts';
import { lintOptions } from './lint-options.ts';
import { carriesFixes, type LintSettings, lintSettings } from './lint-settings.ts';
import { checkOutput, writeOutput } from './outputs.ts';
import { parseWords } from './parse.ts';
import { say } from './say.ts';
import type { ScanSettings } from './scan-settings.ts';
import { type Stop, stopper } from './stop.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { clip } from './words.ts';

/** @throws UsageError, SourceError, RulesetError before anything is judged; what befalls one file is told and is exit 2 in the end. */
export async function lintCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, lintOptions, env);
  if (parsed.flags.has('help')) {
    const { lintHelp } = await import('./lint-help.ts');
    await say(stdout, lintHelp(widthOf(stdout, env)));
    return 0;
  }
  const settings = lintSettings(parsed, env, new Date().toISOString().slice(0, 10));
  for (const { file } of settings.outputs) await checkOutput(file);
  const stop = stopper(settings.timeoutMs);
  try {
    const found = await lintFiles(settings.paths, settings.stdinName);
    const fixed = settings.fix && (await mendFirst(found, settings, version, stop));
    const { reports, failed, rules } = await lintAll(fixed?.files ?? found, settings, version, stop);
    if (stop.code !== undefined) return stop.code;
    if (reports.length > 0) await writeReports(reports, settings, rules, fixed?.spoken);
    return failed || fixed?.failed ? 2 : reports.every((report) => report.gate.passed) ? 0 : 1;
  } finally {
    stop.done();
  }
}

/** `tare scan` on Dockerfiles: the lint that the scan's own options make. */
export async function lintScanned(paths: string[], scan: ScanSettings, version: string, stop: Stop): Promise<number> {
  const { platform, ...rest } = scan;
  const settings: LintSettings = {
    ...rest,
    paths,
    gate: { ...scan.gate, hygiene: false },
    buildArgs: new Map(),
    ...(platform && { platform: formatPlatform(platform) }),
    stdinName: 'stdin',
    pullBase: false,
    fixes: carriesFixes(scan),
    pins: new Map(),
  };
  const { reports, failed, rules } = await lintAll(await lintFiles(paths, 'stdin'), settings, version, stop);
  if (stop.code !== undefined) return stop.code;
  if (reports.length > 0) await writeReports(reports, settings, rules);
  return failed ? 2 : reports.every((report) => report.gate.passed) ? 0 : 1;
}

/** Judges files one after the other: the work is the processor's, and the next file is read meanwhile. */
export async function lintAll(
  files: readonly LintFile[],
  settings: Omit<LintSettings, 'paths' | 'format' | 'outputs' | 'all' | 'quiet' | 'noColor'>,
  version: string,
  stop: Stop,
): Promise<{ reports: DockerfileReport[]; failed: boolean; rules: RuleMetadata[] }> {
  const [{ lintDockerfile }, ruleset] = await Promise.all([import('../../lint.ts'), rulesetOf(settings.rulesetFile)]);
  const options = judgeOptions(settings, ruleset, version);
  const folders = new ContextFolders();
  const tidy = flatMemory();
  const reports: DockerfileReport[] = [];
  let failed = false;
  let next = files[0]?.read();
  next?.catch(() => {});
  for (const [at, file] of files.entries()) {
    const reading = next!;
    next = files[at + 1]?.read();
    next?.catch(() => {});
    try {
      const text = await reading;
      reports.push(
        await stop.orStopped(lintDockerfile(text, file.name, options, surrounding(file, settings, stop, folders))),
      );
      tidy();
    } catch (error) {
      failed = true;
      if (stop.code === undefined) complain(stop.signal.aborted ? stop.signal.reason : error);
      if (stop.signal.aborted) break;
    }
  }
  return { reports, failed, rules: ruleset.rules.map(({ metadata }) => metadata) };
}

/** Mends the files first; what is left of them is reported. */
async function mendFirst(files: readonly LintFile[], settings: LintSettings, version: string, stop: Stop) {
  const [{ fixFiles }, ruleset] = await Promise.all([import('./lint-fix.ts'), rulesetOf(settings.rulesetFile)]);
  const options = judgeOptions(settings, ruleset, version);
  const folders = new ContextFolders();
  return fixFiles(files, settings.fix!, options, (file) => surrounding(file, settings, stop, folders), stop);
}

function judgeOptions(
  {
    asOf,
    trusted,
    gate,
    target,
    buildArgs,
    platform,
    fixes,
    pins,
  }: Pick<LintSettings, 'asOf' | 'trusted' | 'gate' | 'target' | 'buildArgs' | 'platform' | 'fixes' | 'pins'>,
  ruleset: Ruleset,
  version: string,
): LintOptions {
  return {
    asOf,
    trusted,
    gate,
    ruleset,
    buildArgs,
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    version,
    fixes,
    pins,
  };
}

/** The context beside the file, and the base image's config where that would settle something. */
function surrounding(
  { path }: LintFile,
  {
    context,
    docker,
    registry,
    pullBase,
    platform,
  }: Pick<LintSettings, 'context' | 'docker' | 'registry' | 'pullBase' | 'platform'>,
  stop: Stop,
  folders: ContextFolders,
): Surround {
  return async (model, base) => {
    const listing =
      path !== undefined || context !== undefined
        ? await contextOf(folders, model, path ?? join(context!, 'Dockerfile'), context)
        : undefined;
    const out: Awaited<ReturnType<Surround>> = listing ? { context: listing } : {};
    if (!base) return out;
    const [{ lookUpBaseImage }, { parsePlatform }] = await Promise.all([
      import('../../source/base-image.ts'),
      import('../../image/platform.ts'),
    ]);
    const image = await lookUpBaseImage(base, {
      env: process.env,
      docker,
      pull: pullBase,
      registry,
      ...(platform !== undefined && { platform: parsePlatform(platform) }),
      signal: stop.signal,
    });
    return image ? { ...out, baseImage: image } : out;
  };
}

async function rulesetOf(file: string | undefined) {
  if (file === undefined) return (await import('../../rules/baseline.ts')).baseline();
  const [{ loadRuleset }, { rulesetFile }] = await Promise.all([
    import('../../rules/load.ts'),
    import('./text-file.ts'),
  ]);
  return loadRuleset([await rulesetFile(file)]);
}

async function writeReports(
  reports: readonly DockerfileReport[],
  settings: LintSettings,
  rules: RuleMetadata[],
  spoken = false,
): Promise<void> {
  const { env, stdout } = process;
  const several = reports.length > 1 || settings.paths.length > 1;
  for (const { format, file } of settings.outputs)
    await writeOutput(
      file,
      await render(reports, format, { all: settings.all, several, rules, colour: false, width: 100 }),
    );
  // A diff or a mended text is all that standard output holds.
  if (spoken) return;
  if (settings.quiet && settings.format === 'table') return say(stdout, reports.map(briefly).join(''));
  const colour = settings.format === 'table' && wantsColor(stdout, env, settings.noColor);
  const width = widthOf(stdout, env);
  await say(stdout, await render(reports, settings.format, { all: settings.all, several, rules, colour, width }));
}

/** The reports in one format. Each is loaded when it is asked for. */
export async function render(
  reports: readonly DockerfileReport[],
  format: string,
  options: { all: boolean; several: boolean; rules: RuleMetadata[]; colour: boolean; width: number },
): Promise<string> {
  if (format === 'table') return (await import('../../report/lint-table.ts')).renderLintTable(reports, options);
  if (format === 'json') return (await import('../../report/lint-json.ts')).renderLintJson(reports, options.several);
  const [{ formatter }, { asImageReport }] = await Promise.all([
    import('../../report/formats.ts'),
    import('../../report/lint-as-image.ts'),
  ]);
  return (await formatter(format))(reports.map(asImageReport), options);
}

/** `failed  61.5–82.0  Dockerfile: reason` */
function briefly({ target, forecast: { low, high }, gate }: DockerfileReport): string {
  const range = `${low.toFixed(1).padStart(5)}-${high.toFixed(1).padEnd(5)}`;
  return `${gate.passed ? 'passed' : 'failed'}  ${range}  ${clip(target.name, 200)}: ${clip(gate.reason, 400)}\n`;
}
