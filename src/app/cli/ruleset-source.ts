/** The user's ruleset, as a command is given it. */
import { openRuleset, type RulesetWays as Ways } from '../../source/ruleset.ts';
import type { RulesetFile } from '../../types/rule.ts';
import type { ScanSettings } from './scan-settings.ts';

/** What of a command's settings a ruleset's source may need. */
export type RulesetWays = Partial<Pick<ScanSettings, 'registry' | 'cache'>>;

const opened = new Map<string, Promise<RulesetFile[]>>();

/** Read once in a run, however many ask: what a shell's `<(…)` gives is gone then. @throws UsageError, SourceError */
export function rulesetFiles(source: string, { registry, cache }: RulesetWays): Promise<RulesetFile[]> {
  const ways: Ways = {
    cwd: process.cwd(),
    env: process.env,
    ...(registry && { registry }),
    ...(cache && { cacheDir: cache.dir }),
  };
  const files = opened.get(source) ?? openRuleset(source, ways);
  opened.set(source, files);
  return files;
}
