/** `tare config`: what is in force and where it comes from; `tare config import`: other tools' ignore files as ours. */
import { harmless } from '../../report/harmless.ts';
import { UsageError } from '../../types.ts';
import { configHelp } from './command-help.ts';
import { configOptions } from './policy/command-options.ts';
import { loadOptions } from './policy/load.ts';
import { inForce } from './policy/show.ts';
import { isLocal, referenceOf } from './policy/target.ts';
import { say } from './say.ts';
import { widthOf } from './terminal.ts';
import { choice } from './values.ts';
import { quote } from './words.ts';

/** @throws UsageError, RulesetError for what is wrong in the options. */
export async function configCommand(words: readonly string[]): Promise<number> {
  const { env, stdout } = process;
  if (words[0] === 'import') return importCommand(words.slice(1));
  const { parsed, file, policy } = await loadOptions(words, configOptions, env);
  if (parsed.flags.has('help')) {
    await say(stdout, configHelp(widthOf(stdout, env)));
    return 0;
  }
  const format = choice(
    'format',
    parsed.origins.get('format') === 'command line' ? (parsed.values.get('format') ?? 'table') : 'table',
    ['table', 'json'] as const,
  );
  const [target, ...more] = parsed.positionals;
  if (more.length > 0) throw new UsageError(`tare config is about one target at a time, not ${quote(more[0]!)} too`);
  const reference = target === undefined ? undefined : referenceOf(target);
  const local = target !== undefined && (await isLocal(target));
  const lines = inForce(parsed, configOptions, policy, file, target ?? '', reference ? [reference] : [], local);
  if (format === 'json') {
    await say(stdout, `${harmless(JSON.stringify({ file: file?.name ?? null, options: lines }, null, 2))}\n`);
    return 0;
  }
  const width = Math.min(44, Math.max(...lines.map(({ name }) => name.length)) + 2);
  const rows = lines.map(
    ({ name, value, from }) => `${name.padEnd(width)}${Array.isArray(value) ? value.join(', ') : value}  [${from}]`,
  );
  const head = file ? `options file ${file.name}` : 'no options file';
  await say(stdout, `${head}\n\n${rows.map((row) => plain(row)).join('\n')}\n`);
  return 0;
}

async function importCommand(words: readonly string[]): Promise<number> {
  const files = words.filter((word) => !word.startsWith('-'));
  const strange = words.find((word) => word.startsWith('-') && word !== '--help' && word !== '-h');
  if (strange) throw new UsageError(`tare config import takes files alone, not ${quote(strange)}`);
  if (files.length !== words.length) {
    await say(process.stdout, configHelp(widthOf(process.stdout, process.env)));
    return 0;
  }
  if (files.length === 0)
    throw new UsageError('name what to import: .trivyignore, .trivyignore.yaml, .dockleignore or .hadolint.yaml');
  const { importFiles } = await import('./policy/import.ts');
  const { text, left } = await importFiles(files);
  await say(process.stdout, text);
  for (const line of left) process.stderr.write(`tare: not carried over: ${plain(line)}\n`);
  return 0;
}

/** A value of somebody's file must not move the cursor. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
