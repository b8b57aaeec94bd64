/** An example for `tare rules ID`: what the rule finds, and what it says of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleExample, RuleMetadata, Ruleset } from '../../types/rule.ts';

/** With the rule's own words on it; none where it needs what an example cannot show. */
export interface Example extends RuleExample {
  says: string[];
}

/** The day on which the baseline's examples are judged: support ends, and examples stay. */
const exampleDay = '2026-11-01';

/** Undefined where there is none: a rule of the user's without a test that finds something. */
export async function exampleOf(rule: RuleMetadata, ruleset: Ruleset): Promise<Example | undefined> {
  const example = rule.example ?? (await baselineExamples())[rule.id];
  if (!example) return undefined;
  const { judgeAlone } = await import('../../trial.ts');
  const findings = await judgeAlone(rule.id, example, ruleset, 'example', exampleDay);
  const says = findings.filter(({ outcome }) => outcome === 'fail').map(({ message }) => message);
  return { ...example, says: [...new Set(says)].slice(0, 3) };
}

/** The build takes them from the rules' own tests. */
async function baselineExamples(): Promise<Record<string, RuleExample>> {
  try {
    return JSON.parse(await readFile(join(import.meta.dirname, 'examples.json'), 'utf8')) as Record<
      string,
      RuleExample
    >;
  } catch {
    return {};
  }
}
