/** What the server and its scan processes say to one another. Plain data: it crosses a process border. */
import type { Limits } from '../../../image/limits.ts';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import type { ImageReport } from '../../../types/report.ts';
import type { RulesetFile } from '../../../types/rule.ts';
import type { Digest } from '../../../types.ts';
import type { StoredDocument } from '../types.ts';

/** Told once, when the process starts. */
export interface AssessSettings {
  rulesets: readonly RulesetFile[];
  /** Options file with the gate, suppressions and trusted patterns: its text, and where it lies. */
  policy?: { text: string; file: string };
  trusted: readonly string[];
  limits: Partial<Limits>;
  registry: RegistryOptions;
  version: string;
}

/** One image, by its digest. */
export interface PullTask {
  kind: 'pull';
  registry: string;
  repository: string;
  tag?: string;
  digest: Digest;
  /** Taken from here and not from the registry. */
  documents?: ReadonlyMap<Digest, StoredDocument>;
  authorization?: string;
  /** `YYYY-MM-DD` */
  asOf: string;
}

/** The same image as before, by what was stored of it: no registry is asked. */
export interface RegradeTask {
  kind: 'regrade';
  images: readonly string[];
  /** What it is called now: the policy goes by that, and not by the name that it was pulled by. */
  registry: string;
  repository: string;
  tag?: string;
  digest: Digest;
  asOf: string;
}

export type AssessTask = PullTask | RegradeTask;

/** What came of a task. */
export interface Assessed {
  reports: ImageReport[];
  /** What a later grading needs beside the layers; empty where an image holds a credential in its config, which is not stored. */
  images: string[];
}

export type ToProcess =
  | { say: 'start'; settings: AssessSettings }
  | { say: 'task'; id: number; task: AssessTask }
  | { say: 'stop'; id: number }
  | { say: 'layer'; ask: number; body: Uint8Array | undefined };

export type FromProcess =
  | { say: 'ready' }
  /** The rules or the policy are none. */
  | { say: 'refused'; message: string }
  | { say: 'done'; id: number; assessed: Assessed }
  /** `passing`: a later try may do better. `missing`: what is stored does not suffice. */
  | { say: 'failed'; id: number; message: string; why: 'image' | 'passing' | 'missing' | 'fault' }
  | { say: 'layer?'; ask: number; key: string }
  | { say: 'layer!'; key: string; body: Uint8Array };
