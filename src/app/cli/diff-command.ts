/** `tare diff`: what got better and what got worse between two images, or two reports of them. */
import { diffReports } from '../../diff/diff.ts';
import { severalImages } from '../../image/several-images.ts';
import { diffFormatNames, diffFormatter } from '../../report/diff/formats.ts';
import type { ScanOptions } from '../../scan.ts';
import { textFile } from '../../source/text-file.ts';
import type { ImageDiff } from '../../types/diff.ts';
import type { ImageReport } from '../../types/report.ts';
import { UsageError } from '../../types.ts';
import { diffHelp } from './command-help.ts';
import { diffOptions } from './inventory-options.ts';
import { checkOutput, writeOutput } from './outputs.ts';
import { parseWords } from './parse.ts';
import { reading, readOptions } from './reading.ts';
import { say } from './say.ts';
import { type ScanSettings, scanSettings } from './scan-settings.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { quote } from './words.ts';

const reportBytes = 64 << 20;

/** 1 where it is worse and that was asked for. @throws SourceError, UsageError. */
export async function diffCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, diffOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, diffHelp(widthOf(stdout, env)));
    return 0;
  }
  if (parsed.positionals.length !== 2)
    throw new UsageError('name two images or reports: tare diff app:1.0 app:1.1, or tare diff old.json ./image.tar');
  const settings = scanSettings(parsed, env, new Date().toISOString().slice(0, 10), diffFormatNames);
  for (const { file } of settings.outputs) await checkOutput(file);
  return reading(settings, async (stop, progress) => {
    const { trusted, gate } = settings;
    const options: ScanOptions = { ...(await readOptions(settings, version, stop, progress)), trusted, gate };
    const reports: ImageReport[] = [];
    for (const target of settings.targets) {
      const saved = await savedReport(target);
      reports.push(saved ?? (await stop.orStopped(scanOne(target, options))));
    }
    progress.end();
    const diff = diffReports(reports[0]!, reports[1]!, { failOn: settings.gate.failOn, version });
    await write(diff, settings);
    return diff.worse && parsed.flags.has('fail-if-worse') ? 1 : 0;
  });
}

async function scanOne(target: string, options: ScanOptions): Promise<ImageReport> {
  const { scanTarget } = await import('../../scan.ts');
  const { reports, failures } = await scanTarget(target, options);
  if (failures[0]) throw failures[0];
  return only(reports, target);
}

/** A name that ends in .json is a report that `tare scan --format json` wrote. */
async function savedReport(name: string): Promise<ImageReport | undefined> {
  if (!name.endsWith('.json')) return undefined;
  const { text } = await textFile('report', name, reportBytes);
  const [{ reportSchema }, { fromJson }] = await Promise.all([import('../../report/schema.ts'), import('./json.ts')]);
  const read = reportSchema.safeParse(fromJson(text, name));
  if (!read.success) {
    const [first] = read.error.issues;
    const where = first && first.path.length > 0 ? ` (${first.path.join('.')}: ${first.message})` : '';
    throw new UsageError(
      `${quote(name)} is no report of an image${where}; write one with tare scan IMAGE --format json`,
    );
  }
  return only('reports' in read.data ? read.data.reports : [read.data], name);
}

function only(reports: readonly ImageReport[], name: string): ImageReport {
  const [first] = reports;
  if (first && reports.length === 1) return first;
  const names = reports.map(({ target }) => target.name);
  throw severalImages(name, names, 'a comparison is of one with one');
}

async function write(diff: ImageDiff, { format, outputs, noColor, all }: ScanSettings): Promise<void> {
  const { env, stdout } = process;
  for (const output of outputs) {
    const render = await diffFormatter(output.format);
    await writeOutput(output.file, render(diff, { colour: false, width: 100, all }));
  }
  const render = await diffFormatter(format);
  const colour = format === 'table' && wantsColor(stdout, env, noColor);
  await say(stdout, render(diff, { colour, width: widthOf(stdout, env), all }));
}
