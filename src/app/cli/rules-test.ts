/** `tare rules test`: runs the tests that rulesets hold. */
import { count } from '../../report/format.ts';
import { harmless } from '../../report/harmless.ts';
import { neutralise } from '../../report/text.ts';
import type { TrialResult } from '../../trial.ts';
import { UsageError } from '../../types.ts';
import { type RulesetWays, rulesetFiles } from './ruleset-source.ts';
import { say } from './say.ts';
import { wantsColor } from './terminal.ts';
import { quote } from './words.ts';

/** 1 where a test fails. @throws UsageError, RulesetError where there is nothing to run. */
export async function rulesTest(
  sources: readonly string[],
  ways: RulesetWays,
  { format, noColor, asOf }: { format: 'table' | 'json'; noColor: boolean; asOf: string },
): Promise<number> {
  if (sources.length === 0) throw new UsageError('name a ruleset to test: tare rules test acme.yaml');
  const { stdout, env } = process;
  const { trials } = await import('../../trial.ts');
  const files = (await Promise.all(sources.map((source) => rulesetFiles(source, ways)))).flat();
  const { results, untested } = await trials(files, asOf);
  if (results.length === 0)
    throw new UsageError(
      `${sources.map(quote).join(', ')} ${sources.length === 1 ? 'holds' : 'hold'} no tests; give a rule some, as docs/custom-rules.md says`,
    );
  const failed = results.filter(({ passed }) => !passed).length;
  if (format === 'json') {
    const document = { schemaVersion: 1, passed: results.length - failed, failed, untested, tests: results };
    await say(stdout, `${harmless(JSON.stringify(document, null, 2))}\n`);
  } else {
    const { createColors } = await import('picocolors');
    const { green, red } = createColors(wantsColor(stdout, env, noColor));
    const lines = results.map((result) => lineOf(result, green, red));
    await say(stdout, `${[...lines, '', ...closing(results.length, failed, untested)].join('\n')}\n`);
  }
  return failed > 0 ? 1 : 0;
}

type Paint = (text: string) => string;

function lineOf({ file, line, rule, expects, passed, why }: TrialResult, green: Paint, red: Paint): string {
  const place = `${file}:${line}`;
  return passed
    ? `${green('passed')}  ${place}  ${rule}, ${expects}`
    : `${red('FAILED')}  ${place}  ${rule}, ${expects}: ${neutralise(why!)}`;
}

function closing(all: number, failed: number, untested: readonly string[]): string[] {
  const tests = count(all, 'test');
  const sum = failed === 0 ? `All ${tests} passed.` : `${failed} of ${tests} failed.`;
  return untested.length === 0 ? [sum] : [sum, `Without a test: ${untested.join(', ')}.`];
}
