/** The rules and data that every scan uses, compiled in when tare is built. */
import type { Rule, RuleMetadata, Ruleset } from '../types/rule.ts';
import { checks, text, version } from './baseline.generated.ts';

let parsed: Ruleset | undefined;

/** `baseline@1`. Its version follows every change of metadata or data. The answer is shared: do not change it. */
export function baseline(): Ruleset {
  if (!parsed) {
    const { rules, data } = JSON.parse(text) as { rules: RuleMetadata[]; data: Record<string, unknown> };
    parsed = {
      name: 'baseline@1',
      version,
      rules: rules.map((metadata): Rule => ({ metadata, check: checks[metadata.id]! })),
      data,
    };
  }
  return parsed;
}
