/** A rule: metadata from YAML, one pure check. */
import type { Category, Confidence, Evidence, RuleId, Severity } from '../types.ts';
import type { Facts } from './facts.ts';
import type { SecretAllow } from './secrets.ts';

export interface RuleMetadata {
  id: RuleId;
  title: string;
  category: Category;
  /** `measured`: the check gives each hit its weight (SCORING.md) and the severity follows from it. */
  severity: Severity | 'measured';
  confidence: Confidence;
  on: ('image' | 'dockerfile')[];
  why: string;
  /** Templates by variant, `default` always there. `{name}` is replaced from a hit's data. */
  message: Record<string, string> & { default: string };
  /** By variant too. */
  remediation: Record<string, string> & { default: string };
  references: { title: string; section?: string; url?: string }[];
  /** Plain values that a check reads; a user's ruleset may override each with a value of the same shape. */
  parameters: Record<string, unknown>;
  /** Names of rulesets/data/*.yaml that the check reads. */
  data: string[];
  /** Of a rule that a user wrote: what it is for and asks, and its file. Such a rule gates and never scores. */
  own?: { file: string; for: string; when: string };
  /** Something that the rule finds a fault with. The baseline's are apart, since few ask for them. */
  example?: RuleExample;
}

/** A recipe of an image, or the text of a Dockerfile. */
export interface RuleExample {
  of: 'image' | 'dockerfile';
  text: string;
}

/** What a check returns for each fault: values for the message, never prose. */
export interface Hit {
  /** Key into the message and remediation templates; absent = `default`. */
  variant?: string;
  data: Record<string, string | number>;
  evidence: [Evidence, ...Evidence[]];
  /** Tells it from others at the same places, and stays the same in a rebuild: the name of a package in its database. */
  about?: string;
  /** Where the fault is lighter or heavier than the rule's own. */
  severity?: Severity;
  confidence?: Confidence;
  weight?: number;
  /** The evidence needed is missing: counts as failed, and the ceiling shows what it could be. */
  unknown?: string;
  /** A rule of the user's lets it be: it moves the gate, never the score. */
  suppression?: { reason: string; expires?: string };
}

export interface CheckContext {
  parameters: Record<string, unknown>;
  /** Parsed rulesets/data files, by name. */
  data: Record<string, unknown>;
  /** Image patterns that the user trusts, beside the baseline's list (`--trusted`, `trusted:` of a ruleset). */
  trusted: readonly string[];
  /** Secrets that the user lets be. */
  allowedSecrets?: readonly SecretAllow[];
}

/** Pure: no I/O, no clock, no environment. */
export type Check = (facts: Facts, context: CheckContext) => Hit[];

export interface Rule {
  metadata: RuleMetadata;
  check: Check;
}

/** A ruleset file: its name for messages, and its YAML. */
export interface RulesetFile {
  name: string;
  text: string;
}

export interface Ruleset {
  /** `baseline@1` */
  name: string;
  /** sha256 prefix over metadata and data. */
  version: string;
  rules: Rule[];
  data: Record<string, unknown>;
  /** Patterns that users' rulesets add. */
  trusted?: string[];
  /** Rules that a user's ruleset switches off, by id, with the file that does: judged as unknown, never dropped. */
  disabled?: Record<RuleId, string>;
  /** Some rule asks for every file of the image. */
  files?: true;
  /** Secrets that users' rulesets let be, in the order of the files. */
  allowedSecrets?: SecretAllow[];
}
