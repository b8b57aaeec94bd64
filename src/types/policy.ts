/** What a user's options ask of the gate, and what they let be. The score follows none of it. */
import type { Category, RuleId, Severity, SourceKind } from '../types.ts';

/** The least severity that fails; `none` lets everything pass. */
export type Threshold = Severity | 'none';

/** One thing that a user lets be. Every condition that is given must hold. */
export interface SuppressionEntry {
  rule: RuleId;
  /** Path in the image or Dockerfile, with `*` and `**`. */
  path?: string;
  /** Name of a package that the finding names. */
  package?: string;
  /** The finding's own. */
  fingerprint?: string;
  reason: string;
  /** `YYYY-MM-DD`, the last day on which it counts. */
  expires?: string;
  /** `tare.yaml:12`, for messages. */
  where: string;
}

/** What is in force for one target. */
export interface Policy {
  failOn: Exclude<Severity, 'info'> | 'none';
  minScore?: number;
  /** Thresholds that stand in place of `failOn`; a rule's wins over its category's. */
  categories: ReadonlyMap<Category, Threshold>;
  rules: ReadonlyMap<RuleId, Threshold>;
  /** Severities by which the gate reads findings; reports and scores keep the rule's own. */
  severities: ReadonlyMap<RuleId, Severity>;
  suppressions: readonly SuppressionEntry[];
  /** Fingerprints that were known before, by rule; only what is new fails. */
  known?: { file: string; fingerprints: ReadonlyMap<string, RuleId> };
  /** Image patterns to trust for this target. */
  trusted: readonly string[];
}

/** A policy for a target by its name, and for images by the references that the medium gives; `local`: it is a file or folder. */
export type PolicyFor = (
  name: string,
  references: readonly { registry: string; repository: string; tag?: string; digest?: string }[],
  local: boolean,
) => Policy;

/** Whether a medium is a file or folder; the others hold images by name. */
export function isLocalKind(kind: SourceKind): boolean {
  return kind !== 'docker' && kind !== 'registry';
}
