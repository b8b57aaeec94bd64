/** `tare lint`: judges Dockerfiles, writes the report, answers with the exit code. */
import { formatPlatform } from '../../image/platform.ts';
import type { FormatOptions } from '../../report/formats.ts';
import type { LintWriter } from '../../report/lint-writer.ts';
import { ContextFolders } from '../../source/build-context.ts';
import type { DockerfileReport, ImageReport } from '../../types/report.ts';
import { judgeOptions, type LintRun, lintAll, rulesetOf, surrounding } from './lint-all.ts';
import { type LintFile, lintFiles, stagedFiles } from './lint-files.ts';
import { lintOptions } from './lint-options.ts';
import { carriesFixes, type LintSettings, lintSettings } from './lint-settings.ts';
import { checkOutput, writeOutput } from './outputs.ts';
import { loadOptions } from './policy/load.ts';
import { say } from './say.ts';
import type { ScanSettings } from './scan-settings.ts';
import { type Stop, stopper } from './stop.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { clip } from './words.ts';

const fewFiles = 20;

/** @throws UsageError, SourceError, RulesetError before anything is judged; what befalls one file is told and is exit 2 in the end. */
export async function lintCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const { parsed, policy } = await loadOptions(words, lintOptions, env);
  if (parsed.flags.has('help')) {
    const { lintHelp } = await import('./lint-help.ts');
    await say(stdout, lintHelp(widthOf(stdout, env)));
    return 0;
  }
  const settings = { ...lintSettings(parsed, env, new Date().toISOString().slice(0, 10)), ...(policy && { policy }) };
  for (const { file } of settings.outputs) await checkOutput(file);
  const stop = stopper(settings.timeoutMs);
  try {
    const found = settings.staged ? await stagedFiles() : await lintFiles(settings.paths, settings.stdinName);
    const fixed = settings.fix && (await mendFirst(found, settings, version, stop));
    const files = fixed?.files ?? found;
    const judging = { ...settings, fixes: settings.fixes || countsFixes(settings, files) };
    const code = await report(await lintAll(files, judging, version, stop), files, settings, fixed?.spoken);
    return stop.code ?? (fixed?.failed ? 2 : code);
  } finally {
    stop.done();
  }
}

/** The table says how much can be mended where that takes no time: the change of each finding is tried for it. */
function countsFixes({ format, quiet }: LintSettings, files: readonly LintFile[]): boolean {
  return format === 'table' && !quiet && files.length <= fewFiles;
}

/** What a lint makes of the options of a scan. */
export function scannedSettings(paths: string[], scan: ScanSettings): LintSettings {
  const { platform, ...rest } = scan;
  return {
    ...rest,
    paths,
    staged: false,
    gate: { ...scan.gate, hygiene: false },
    buildArgs: new Map(),
    ...(platform && { platform: formatPlatform(platform) }),
    stdinName: 'stdin',
    pullBase: false,
    fixes: carriesFixes(scan),
    asksDigests: carriesFixes(scan),
    pins: new Map(),
    shellcheck: 'auto',
  };
}

/** `tare scan` on Dockerfiles: the lint that the scan's own options make. */
export async function lintScanned(paths: string[], scan: ScanSettings, version: string, stop: Stop): Promise<number> {
  const settings = scannedSettings(paths, scan);
  const files = await lintFiles(paths, 'stdin');
  const judging = { ...settings, fixes: settings.fixes || countsFixes(settings, files) };
  const code = await report(await lintAll(files, judging, version, stop), files, settings);
  return stop.code ?? code;
}

/** Mends the files first; what is left of them is reported. */
async function mendFirst(files: readonly LintFile[], settings: LintSettings, version: string, stop: Stop) {
  const [{ fixFiles }, ruleset] = await Promise.all([import('./lint-fix.ts'), rulesetOf(settings)]);
  const folders = new ContextFolders();
  return fixFiles(
    files,
    settings.fix!,
    judgeOptions(settings, ruleset, version),
    (file) => surrounding(file, settings, stop, folders),
    stop,
  );
}

/** Takes the reports as they come and writes them: to standard output at once, to files when all are there. The exit code. */
async function report(
  { reports, rules, failed }: LintRun,
  files: readonly LintFile[],
  settings: LintSettings,
  spoken = false,
): Promise<number> {
  const { env, stdout } = process;
  const { format, outputs, all, explain, quiet } = settings;
  const several = files.length > 1 || settings.paths.length > 1;
  const outside = { all, explain, several, rules, colour: false, width: 100 };
  const written = await Promise.all(
    outputs.map(async ({ format: name, file }) => ({
      file,
      writer: await lintWriter(name, outside),
      text: [] as string[],
    })),
  );
  const colour = format === 'table' && wantsColor(stdout, env, settings.noColor);
  // A diff or a mended text is all that standard output holds.
  const shown = spoken
    ? undefined
    : quiet && format === 'table'
      ? { add: briefly, end: () => '' }
      : await lintWriter(format, { ...outside, colour, width: widthOf(stdout, env) });
  let passed = true;
  for await (const each of reports) {
    passed &&= each.gate.passed;
    for (const { writer, text } of written) text.push(writer.add(each));
    if (shown) await say(stdout, shown.add(each));
  }
  for (const { file, writer, text } of written) {
    text.push(writer.end());
    const document = text.join('');
    if (document !== '') await writeOutput(file, document);
  }
  if (shown) await say(stdout, shown.end());
  return failed() ? 2 : passed ? 0 : 1;
}

/** One format. Each is loaded when it is asked for; those that are not made to grow wait for all reports. */
async function lintWriter(format: string, options: FormatOptions): Promise<LintWriter> {
  if (format === 'table') return (await import('../../report/lint-table.ts')).lintTable(options);
  if (format === 'json') return (await import('../../report/lint-json.ts')).lintJson(options.several ?? false);
  const [{ formatter }, { asImageReport }, { shellcheckRules }] = await Promise.all([
    import('../../report/formats.ts'),
    import('../../report/lint-as-image.ts'),
    import('../../rules/shellcheck.ts'),
  ]);
  const write = await formatter(format);
  const reports: ImageReport[] = [];
  return {
    add: (each) => {
      reports.push(asImageReport(each));
      return '';
    },
    end: () => {
      if (reports.length === 0) return '';
      const others = shellcheckRules(reports.flatMap(({ findings }) => findings));
      return write(reports, { ...options, rules: [...(options.rules ?? []), ...others] });
    },
  };
}

/** `failed  61.5–82.0  Dockerfile: reason` */
function briefly({ target, forecast: { low, high }, gate }: DockerfileReport): string {
  const range = `${low.toFixed(1).padStart(5)}-${high.toFixed(1).padEnd(5)}`;
  return `${gate.passed ? 'passed' : 'failed'}  ${range}  ${clip(target.name, 200)}: ${clip(gate.reason, 400)}\n`;
}
