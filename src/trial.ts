/** Runs the tests that rulesets hold: each on its own rule alone, through the whole of a scan or a lint. */
import { layerCollectors } from './facts/collectors.ts';
import { analyseImage } from './image/analyse.ts';
import { LayerReader } from './image/layer-reader.ts';
import { defaultLimits } from './image/limits.ts';
import { judgeDockerfile } from './lint.ts';
import { loadRuleset } from './rules/load.ts';
import type { OwnRule } from './rules/own-schema.ts';
import { parseUserRuleset } from './rules/parse.ts';
import { judge } from './rules/run.ts';
import { factsOf } from './scan.ts';
import { parseRecipe, recipeImage } from './source/recipe.ts';
import type { RuleExample, Ruleset, RulesetFile } from './types/rule.ts';
import { type Finding, type RuleId, RulesetError, SourceError } from './types.ts';

/** What became of one test. */
export interface TrialResult {
  file: string;
  /** Line that the test begins on. */
  line: number;
  rule: string;
  /** `ok`: nothing is to be found. `ng`: something is. */
  expects: 'ok' | 'ng';
  passed: boolean;
  /** Why it failed, one sentence. */
  why?: string;
  /** What the rule says. */
  messages: string[];
}

type Trial = OwnRule['tests']['ok'][number] & Partial<OwnRule['tests']['ng'][number]>;

/** Rules of these files that hold no test are told by `untested`. `asOf` is the day of a test that names none. */
export async function trials(
  files: readonly RulesetFile[],
  asOf: string,
): Promise<{ results: TrialResult[]; untested: string[] }> {
  const ruleset = await loadRuleset(files);
  const results: TrialResult[] = [];
  const untested: string[] = [];
  for (const { name, text } of files) {
    const parsed = parseUserRuleset(text, name);
    for (const [id, { tests }] of parsed.own) {
      const { on } = ruleset.rules.find(({ metadata }) => metadata.id === id)!.metadata;
      if (tests.ok.length + tests.ng.length === 0) untested.push(id);
      for (const expects of ['ok', 'ng'] as const) {
        for (const [i, trial] of tests[expects].entries()) {
          const path = ['rules', id, 'tests', expects, i];
          const of = trial.dockerfile === undefined ? 'image' : 'dockerfile';
          if (!on.includes(of))
            parsed.fail([...path, of], `${id} is judged on ${on.join(' and ')} alone; test it on that`, 'key');
          const thing = { of, text: trial.dockerfile ?? parsed.slice([...path, 'image']) } as const;
          const findings = await judgeAlone(id, thing, ruleset, name, trial.asOf ?? asOf);
          const why = problem(findings, expects, trial);
          results.push({
            ...{ file: name, line: parsed.line(path), rule: id, expects, passed: why === undefined },
            ...(why !== undefined && { why }),
            messages: findings.map(({ message }) => message),
          });
        }
      }
    }
  }
  return { results, untested };
}

/** What one rule alone says of a thing; errors name it by `name`. @throws RulesetError at a recipe's own place. */
export function judgeAlone(
  id: RuleId,
  { of, text }: RuleExample,
  ruleset: Ruleset,
  name: string,
  asOf: string,
): Promise<Finding[]> {
  const alone = { ...ruleset, disabled: {}, rules: ruleset.rules.filter(({ metadata }) => metadata.id === id) };
  return of === 'image' ? judgeRecipe(text, alone, name, asOf) : judgeText(text, alone, asOf);
}

async function judgeRecipe(recipe: string, ruleset: Ruleset, name: string, asOf: string): Promise<Finding[]> {
  try {
    const handle = await recipeImage(parseRecipe(recipe, name), name);
    const reader = new LayerReader({ collectors: layerCollectors, limits: defaultLimits });
    const image = await analyseImage(handle, { reader, limits: defaultLimits, concurrency: 1 });
    return judge(factsOf(image, { asOf, ruleset }).facts, ruleset).findings;
  } catch (error) {
    throw error instanceof SourceError ? new RulesetError(error.message) : error;
  }
}

async function judgeText(text: string, ruleset: Ruleset, asOf: string): Promise<Finding[]> {
  const options = { asOf, ruleset, trusted: [], gate: { failOn: 'none' as const }, version: '' };
  const { findings } = await judgeDockerfile(text, 'Dockerfile', options);
  return findings.filter(
    ({ rule, suppression }) => !suppression && ruleset.rules.some(({ metadata }) => metadata.id === rule),
  );
}

function problem(
  findings: readonly Finding[],
  expects: 'ok' | 'ng',
  { findings: wanted, messages = [] }: Trial,
): string | undefined {
  const unknown = findings.find(({ outcome }) => outcome === 'unknown');
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ message }) => message);
  if (expects === 'ok') {
    if (unknown) return `it could not be judged: ${unknown.message}`;
    return failed.length > 0 ? `it must find nothing, and found ${failed.length}: ${said(failed)}` : undefined;
  }
  if (failed.length === 0)
    return unknown ? `it could not be judged: ${unknown.message}` : 'it must find something, and found nothing';
  if (wanted !== undefined && failed.length !== wanted)
    return `it must find ${wanted}, and found ${failed.length}: ${said(failed)}`;
  const missing = messages.find((part) => !failed.some((message) => message.includes(part)));
  return missing === undefined
    ? undefined
    : `no message has ${JSON.stringify(missing)}; it found ${failed.length}: ${said(failed)}`;
}

function said(messages: readonly string[]): string {
  const few = messages.slice(0, 3).map((message) => JSON.stringify(message));
  return messages.length > 3 ? `${few.join(', ')} and ${messages.length - 3} more` : few.join(', ');
}
