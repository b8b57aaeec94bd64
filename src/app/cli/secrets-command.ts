/** `tare secrets`: looks for credentials in folders, files or standard input. */
import { defaultLimits } from '../../image/limits.ts';
import { harmless } from '../../report/harmless.ts';
import { loadRuleset } from '../../rules/load.ts';
import type { StatusEntry } from '../../types.ts';
import { UsageError } from '../../types.ts';
import { secretsHelp } from './command-help.ts';
import { complain } from './complain.ts';
import { type Parsed, parseWords } from './parse.ts';
import { rulesetFiles } from './ruleset-source.ts';
import { say } from './say.ts';
import { secretsOptions } from './secrets-options.ts';
import type { FoundSecret } from './secrets-search.ts';
import { secretsText } from './secrets-text.ts';
import { stopper } from './stop.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { choice, limits } from './values.ts';

/** What was found in one target. */
export interface SecretsResult {
  target: string;
  secrets: FoundSecret[];
  status: StatusEntry[];
}

/** 1 where something of medium or high confidence was found that no ruleset lets be. @throws UsageError, RulesetError. */
export async function secretsCommand(words: readonly string[], version: string): Promise<number> {
  const { env, stdout } = process;
  const parsed = parseWords(words, secretsOptions, env);
  const width = widthOf(stdout, env);
  if (parsed.flags.has('help')) {
    await say(stdout, secretsHelp(width));
    return 0;
  }
  const format = choice('format', parsed.values.get('format') ?? 'table', ['table', 'json'] as const);
  const targets = targetsOf(parsed);
  const file = parsed.values.get('ruleset');
  const ruleset = await loadRuleset(file === undefined ? [] : await rulesetFiles(file, {}));
  const stop = stopper(undefined);
  const results: SecretsResult[] = [];
  let failed = false;
  try {
    const { searchSecrets } = await import('./secrets-search.ts');
    const options = {
      ruleset,
      limits: { ...defaultLimits, ...limits(parsed.lists.get('limit') ?? []) },
      asOf: new Date().toISOString().slice(0, 10),
      stdin: () => process.stdin,
      signal: stop.signal,
    };
    for (const target of targets) {
      try {
        results.push({ target, ...(await stop.orStopped(searchSecrets(target, options))) });
      } catch (error) {
        failed = true;
        if (stop.code === undefined) complain(error);
        if (stop.signal.aborted) break;
      }
    }
  } finally {
    stop.done();
  }
  if (stop.code !== undefined) return stop.code;
  const all = parsed.flags.has('all') || parsed.flags.has('secrets-all');
  const kept = results.map((result) => ({
    ...result,
    secrets: all ? result.secrets : result.secrets.filter(({ confidence }) => confidence !== 'low'),
    hidden: all ? 0 : result.secrets.filter(({ confidence }) => confidence === 'low').length,
  }));
  if (format === 'json') {
    const document = { schemaVersion: 1, tool: { name: 'tare', version }, results: kept };
    await say(stdout, `${harmless(JSON.stringify(document, null, 2))}\n`);
  } else await say(stdout, await secretsText(kept, width, wantsColor(stdout, env, parsed.flags.has('no-color'))));
  if (failed) return 2;
  return results.some(({ secrets }) => secrets.some(fails)) ? 1 : 0;
}

function fails({ confidence, suppression }: FoundSecret): boolean {
  return confidence !== 'low' && suppression === undefined;
}

function targetsOf(parsed: Parsed): string[] {
  const { positionals } = parsed;
  if (positionals.length === 0)
    throw new UsageError('name what to search: tare secrets ., a file, or - for standard input');
  if (positionals.some((target) => target.trim() === '' || target.includes('\0')))
    throw new UsageError('a target is empty; name a folder or a file');
  if (positionals.filter((target) => target === '-').length > 1)
    throw new UsageError('standard input (-) can be read once; name it once');
  return positionals;
}
