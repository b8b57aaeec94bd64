import type { ServerOptions } from 'node:https';
import type { RegistryOptions } from '../../../source/registry/options.ts';
import type { Digest } from '../../../types.ts';
import type { Log } from '../log.ts';
import type { Assess, Decision, Repository, Verdict } from '../types.ts';

/** What is needed of a verdict to let something through or to say why not. A stored `Verdict` is one. */
export type KnownVerdict = Pick<Verdict, 'passed' | 'reason' | 'score' | 'grade' | 'counts' | 'reportUrl'> & {
  /** Worst first. */
  worst: Pick<Verdict['worst'][number], 'rule' | 'severity' | 'message'>[];
};

/** Something that is let through although it fails, or cannot be judged. */
export interface GateException {
  /** Pattern of repositories, without registry: `team/legacy-*`, `sandbox/**`. */
  repository: string;
  /** With `*`. Manifests of an index have no tag of their own: name the repository alone, or their digests. */
  tag?: string | undefined;
  digest?: string | undefined;
  reason: string;
  /** `YYYY-MM-DD`, the last day on which it counts. */
  expires?: string | undefined;
}

/** What the gate lets through. */
export interface GatePolicy {
  /** Where it cannot tell: let through, or refuse. */
  undecided: 'open' | 'closed';
  /** Refuse to hand out manifests of images that fail. */
  refusePulls: boolean;
  exceptions: readonly GateException[];
  /** Patterns of repositories that are guarded; others pass unread. */
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
}

/** Bounds on what one gate holds and waits for. */
export interface GateLimits {
  /** ms from a manifest to its verdict. */
  gradingMs: number;
  manifestBytes: number;
  /** Manifests of one index, those of nested ones counted. */
  children: number;
  /** Gradings at the same time, and those that may wait for their turn. */
  gradings: number;
  waiting: number;
  /** Bytes of manifests held in memory at the same time. */
  heldBytes: number;
  /** Verdicts kept in memory. */
  verdicts: number;
  /** ms of silence on a connection before it is given up; a grading may last longer. */
  idleMs: number;
}

/** Bounds that suit a registry of a company. */
export const defaultGateLimits: GateLimits = {
  gradingMs: 5 * 60_000,
  manifestBytes: 4 << 20,
  children: 200,
  gradings: 2,
  waiting: 200,
  heldBytes: 128 << 20,
  verdicts: 10_000,
  idleMs: 2 * 60_000,
};

/** All that a gate needs: it reads no environment, opens no database and prints nothing. */
export interface GateOptions {
  /** Origin of the registry: `https://registry.example.com`, without a path. */
  upstream: URL;
  policy: GatePolicy;
  limits?: Partial<GateLimits>;
  /** TLS, proxies and guard towards upstream; `username` and `password` are the gate's own, for what it reads itself. */
  registry?: RegistryOptions;
  /** For proxies and credential helpers of the registry client. */
  env?: Record<string, string | undefined>;
  /** The certificate that clients are shown; plain HTTP without. */
  tls?: Pick<ServerOptions, 'cert' | 'key'>;
  assess: Assess;
  /** Keeps a decision; where it fails, the request goes on and the log says so. */
  record: (decision: Decision) => Promise<void>;
  /** Name and version of the ruleset in force: verdicts of another one do not count. */
  ruleset: () => string;
  /** A verdict that the store has of this very digest and ruleset. */
  known?: (image: Repository & { tag?: string; digest: Digest }) => Promise<KnownVerdict | undefined>;
  /** Page with the whole report. */
  reportUrl?: (image: Repository & { digest: Digest }) => string | undefined;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** ms since 1970; default the machine's clock. */
  now?: () => number;
}
