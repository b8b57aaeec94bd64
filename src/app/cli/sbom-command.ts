/** `tare sbom`: what an image holds, for programs and people. */
import { sbomFormatNames, sbomFormatter } from '../../report/sbom/formats.ts';
import type { SbomInput } from '../../types/sbom.ts';
import { UsageError } from '../../types.ts';
import { sbomHelp } from './command-help.ts';
import { sbomOptions } from './inventory-options.ts';
import { checkOutput, writeOutput } from './outputs.ts';
import { parseWords } from './parse.ts';
import { reading, readOptions } from './reading.ts';
import { say } from './say.ts';
import { type ScanSettings, scanSettings } from './scan-settings.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { quote } from './words.ts';

/** 0, or the code of a signal. @throws SourceError, UsageError. */
export async function sbomCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, sbomOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, sbomHelp(widthOf(stdout, env)));
    return 0;
  }
  if (parsed.positionals.length !== 1)
    throw new UsageError('a bill of materials is of one image: tare sbom debian:13-slim, or tare sbom ./image.tar');
  const settings = scanSettings(parsed, env, new Date().toISOString().slice(0, 10), sbomFormatNames);
  for (const { file } of settings.outputs) await checkOutput(file);
  const created = dateOf(
    parsed.values.get('as-of') === undefined ? undefined : settings.asOf,
    env['SOURCE_DATE_EPOCH'],
  );
  return reading(settings, async (stop, progress) => {
    const { sbomTarget } = await import('../../sbom.ts');
    const options = { ...(await readOptions(settings, version, stop, progress)), ...(created && { created }) };
    const { input, status } = await stop.orStopped(sbomTarget(settings.targets[0]!, options));
    progress.end();
    for (const { level, message } of settings.quiet ? [] : status)
      if (level !== 'info') process.stderr.write(`tare: note: ${message.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?')}\n`);
    await write(input, settings);
    return 0;
  });
}

async function write(input: SbomInput, { format, outputs, noColor }: ScanSettings): Promise<void> {
  const { env, stdout } = process;
  for (const output of outputs) {
    const render = await sbomFormatter(output.format);
    await writeOutput(output.file, render(input, { colour: false, width: 200 }));
  }
  const render = await sbomFormatter(format);
  const colour = format === 'table' && wantsColor(stdout, env, noColor);
  await say(stdout, render(input, { colour, width: widthOf(stdout, env) }));
}

/** `--as-of`, else SOURCE_DATE_EPOCH (reproducible-builds.org, "SOURCE_DATE_EPOCH": seconds since 1970); the clock is never read. */
function dateOf(day: string | undefined, epoch: string | undefined): string | undefined {
  if (day !== undefined) return `${day}T00:00:00Z`;
  if (!epoch) return undefined;
  if (!/^\d{1,11}$/.test(epoch) || Number(epoch) >= 253_402_300_800)
    throw new UsageError(`SOURCE_DATE_EPOCH is a number of seconds since 1970, not ${quote(epoch)}`);
  return `${new Date(Number(epoch) * 1000).toISOString().slice(0, 19)}Z`;
}
