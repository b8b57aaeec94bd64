/** What the parts of the registry side tell one another: a push, a verdict, a decision of the gate. */
import type { ImageReport } from '../../types/report.ts';
import type { Digest, Severity } from '../../types.ts';

/** One repository of one registry. */
export interface Repository {
  /** `host` or `host:port`, as references write it. */
  registry: string;
  repository: string;
}

/** One image that a registry, or a user, told of. */
export interface PushEvent extends Repository {
  /** At least one of `tag` and `digest` is there. */
  tag?: string;
  digest?: Digest;
  /** Which way it came in: `distribution`, `harbor`, …, `api`, `sweep`, `gate`. */
  source: string;
  /** The sender's own id of the event, by which a repeated delivery is known. */
  eventId?: string;
}

/** What came of grading one image (or every platform of an index), as it is told to others. */
export interface Verdict extends Repository {
  tag?: string;
  /** Of the manifest or index that was pushed. */
  digest: Digest;
  passed: boolean;
  /** The gate's own sentence. */
  reason: string;
  /** 0–100; of the worst platform. */
  score: number;
  grade: string;
  /** Findings by severity, suppressed ones left out; of the worst platform. */
  counts: Record<Severity, number>;
  /** The findings that weigh most, worst first; at most ten. */
  worst: { rule: string; severity: Severity; title: string; message: string; remediation?: string }[];
  ruleset: { name: string; version: string };
  /** ISO 8601, UTC. */
  gradedAt: string;
  /** Page of the report, where the server knows its own address. */
  reportUrl?: string;
}

/** One manifest as its registry stores it. */
export interface StoredDocument {
  bytes: Uint8Array;
}

/** An image to grade now, whose manifests may not be in the registry yet. */
export interface AssessRequest extends Repository {
  tag?: string;
  digest: Digest;
  /** Manifests by digest that are to be taken from here, not from the registry. */
  documents: ReadonlyMap<Digest, StoredDocument>;
  /** `Authorization` header of the pusher, sent to this registry alone and kept nowhere. */
  authorization?: string;
  signal: AbortSignal;
}

/**
 * Grades an image, every platform of it, in a process of its own with limits on memory and time.
 * @throws SourceError, RulesetError, or AssessError where the process was ended.
 */
export type Assess = (request: AssessRequest) => Promise<ImageReport[]>;

/** The scan's own process was ended: it took too much memory or time, or crashed. */
export class AssessError extends Error {
  /** False where that was not the image's doing, and another try may do better. */
  readonly permanent: boolean;

  constructor(message: string, permanent = true) {
    super(message);
    this.permanent = permanent;
  }
}

/** What the gate did with one request. */
export interface Decision extends Repository {
  at: Date;
  action: 'push' | 'pull';
  tag?: string;
  digest: Digest;
  /** `open` and `closed`: it could not tell, and the policy let it through or refused it. */
  outcome: 'allowed' | 'denied' | 'excepted' | 'open' | 'closed';
  reason: string;
  score?: number;
  grade?: string;
}

/** Where a credential comes from: never the options file itself. */
export type SecretSource = { env: string } | { file: string };
