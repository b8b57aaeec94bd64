/** What the engine knows of one provider format, and what it says of one match. */
import type { Confidence, Severity } from '../../../types.ts';

/** Rules of RULES.md that a format can belong to. */
export type SecretRule = 'api-token' | 'cloud-credential' | 'registry-credential' | 'private-key' | 'password-in-file';

/**
 * How a format is read.
 * `token`: the value tells its own provider, and the pattern begins with the keyword.
 * `field`: the value tells nothing; the keyword is in the name of the field that it is assigned to.
 * `code`: read by a function of its own, where a pattern would not do.
 */
export type FormatKind = 'token' | 'field' | 'code';

/** One format as the build writes it (rulesets/data/secrets). */
export interface SecretFormat {
  id: string;
  provider: string;
  title: string;
  kind: FormatKind;
  rule: SecretRule;
  severity: Severity;
  confidence: Confidence;
  /** `token`: as they stand in the value, case and all. Else lower case, and found in any case. */
  keywords: string[];
  /** `token`: from the keyword on. `field`: the value. Read sticky; a group `secret` narrows the value. */
  pattern?: string;
  /** Most characters that the pattern can match. */
  longest: number;
  /** `token`: what stands before the keyword and belongs to the value: a class and how many. */
  before?: { set: string; min: number; max: number };
  /** `token`: at least `count` characters of this class follow the keyword. Tested on bytes, before anything is read. */
  lead?: { set: string; count: number };
  /** Class of the characters that make the value longer than the format allows where one follows it. */
  end?: string;
  /** A token needs no boundary on its left. */
  anywhere?: boolean;
  /** A field's whole name must match this. */
  name?: string;
  /** Name of a check (checks.ts), or of a reader (readers.ts). */
  check?: string;
  reader?: string;
  /** Bits per character (Shannon) that the value must have. */
  entropy: number;
  /** Real values have long runs of one character. */
  repeats?: boolean;
  /** Also found one level deep in base64. */
  wrapped?: boolean;
  /** Also looked for in binary files. */
  binary?: boolean;
  /** Where or how to get another: a page, or words. */
  rotate: string;
}

/** One match. `value` never leaves the memory of the collector: `toFinding` makes what may. */
export interface RawMatch {
  id: string;
  provider: string;
  title: string;
  rule: SecretRule;
  /** Byte offsets in the file; of the wrapped text for `via: 'base64'`. */
  start: number;
  end: number;
  /** One-based; the column counts bytes, or characters in UTF-16. */
  line: number;
  column: number;
  value: string;
  severity: Severity;
  confidence: Confidence;
  rotate: string;
  /** Name of the field that it is assigned to, where one was read. */
  field?: string;
  /** A checksum or structure was tested, and held or did not. */
  checked?: 'passed' | 'failed';
  via?: 'base64' | 'utf-16' | 'binary';
}

/** A match that may be kept, sent and printed: JSON-safe, and without the value. */
export interface SecretHit {
  id: string;
  provider: string;
  title: string;
  rule: SecretRule;
  severity: Severity;
  confidence: Confidence;
  start: number;
  end: number;
  line: number;
  column: number;
  /** First and last few characters at most; none of a short value or of a password. */
  masked: string;
  /** Equal for equal values under one salt. */
  fingerprint: string;
  rotate: string;
  field?: string;
  checked?: 'passed' | 'failed';
  via?: 'base64' | 'utf-16' | 'binary';
}

/** What the caller knows of a file beside its bytes. Nothing here hides a provider format. */
export interface FileHint {
  /** An example, a sample or documentation: placeholders are what one expects. */
  example?: boolean;
  /** A minified bundle, a source map or a lock file: only provider formats whose check holds count. */
  generated?: boolean;
}
