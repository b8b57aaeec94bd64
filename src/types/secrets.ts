/** What is known of credentials and critical data. Nothing here holds a secret's value: masked text and a salted hash only. */
import type { Confidence, Evidence, Severity } from '../types.ts';

/** What a secret opens; each has its rule in rulesets/baseline/secrets-and-data. */
export type SecretKind = 'registry-credential' | 'cloud-credential' | 'private-key' | 'api-token' | 'password-in-file';

/** One secret in one file or text, as a layer's pass keeps it: plain data, safe to cache. */
export interface SecretHit {
  /** The pattern or parser that found it: `github-pat`, `docker-auth`. */
  detector: string;
  /** For people: `GitHub personal access token`. */
  title: string;
  kind: SecretKind;
  severity: Severity;
  confidence: Confidence;
  /** A few characters of it at most; none where it is short. */
  masked: string;
  /** Salted hash: the same secret has the same one in every file and report. */
  fingerprint: string;
  /** One-based. */
  line?: number;
  column?: number;
  /** Path inside the archive that the file is. */
  inside?: string;
  /** What else was seen: `encrypted`, `its certificate lies beside it`. */
  note?: string;
  /** How to make it worthless: the provider's page, or words. */
  rotate?: string;
  /** Allow rules of the user's that fit the value, by their place in the list. */
  allowedBy?: number[];
}

/** Whether a place still shows what it holds. `deleted` and `overwritten` can be read from their layer all the same. */
export type SecretState = 'live' | 'deleted' | 'overwritten';

/** One place where a secret was seen. */
export interface SecretSighting {
  where: 'file' | 'env' | 'label' | 'arg' | 'run';
  evidence: Evidence;
  state: SecretState;
  confidence: Confidence;
  /** Layer that holds it; absent for the image config. */
  layer?: number;
  /** Layer that deleted or overwrote it. */
  by?: number;
  /** The instruction that made it, with secrets masked. */
  createdBy?: string;
  /** Its layer lies below the last CMD of the history that more steps follow: it came with the base. */
  inherited?: true;
  /** Package that owns the file. */
  owner?: string;
}

/** One secret with all its places. */
export interface SecretFact {
  detector: string;
  title: string;
  kind: SecretKind;
  severity: Severity;
  /** The best of its places. */
  confidence: Confidence;
  masked: string;
  fingerprint: string;
  rotate?: string;
  /** Allow rules that fit its value. */
  allowedBy?: number[];
  /** The surest and most visible first. */
  sightings: [SecretSighting, ...SecretSighting[]];
}

/** Files that have no place in an image whatever they hold. */
export type CriticalKind =
  | 'env-file'
  | 'database-dump'
  | 'database-file'
  | 'state-file'
  | 'vcs-directory'
  | 'shell-history';

export interface CriticalFile {
  kind: CriticalKind;
  /** For people: `SQLite 3 database`, `Git repository`. */
  title: string;
  /** The file, or the folder of a repository. */
  path: string;
  layer: number;
  /** Bytes; of all files below it for a folder. */
  size: number;
  /** Names of values, commands or tables that make it worth reporting. */
  count?: number;
  confidence: Confidence;
  state: SecretState;
  by?: number;
  owner?: string;
  inherited?: true;
}

/** The password field of one account (shadow(5), passwd(5)). */
export interface AccountPassword {
  account: string;
  kind: 'empty' | 'hash';
  /** Hash method, where there is one: `yescrypt`, `SHA-512`, `DES`. */
  method?: string;
  /** Its shell lets nobody in. */
  noLogin: boolean;
  evidence: Evidence;
  state: SecretState;
}

/** A file that only root should read and that others may. */
export interface ReadableSecret {
  path: string;
  layer: number;
  mode: number;
  what: string;
}

/** What a user's ruleset lets be. Every field given must fit. */
export interface SecretAllow {
  reason: string;
  /** Path pattern, with * within a segment and ** across. */
  path?: string;
  /** Regular expression that the whole value must fit. */
  pattern?: string;
  /** Text that is part of the value, in any case. */
  stopWord?: string;
  fingerprint?: string;
  /** Detector that found it. */
  detector?: string;
  expires?: string;
}
