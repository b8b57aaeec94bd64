/** What the routes of the server are made over: the API, the hooks and the pages share it. */
import type { Digest } from '../../types.ts';
import type { Hook } from './hooks/types.ts';
import type { Log } from './log.ts';
import type { Jobs, Queue } from './queue/queue.ts';
import type { Database } from './store/database.ts';
import type { Accepted } from './store/pushes.ts';
import type { PushEvent } from './types.ts';

export interface ServerParts {
  database: Database;
  queue: Queue;
  /** Names the rules and the policy in force (see worker/judge.ts). */
  judge: string;
  hooks: ReadonlyMap<string, Hook>;
  log: Log;
  /** `https://tare.example.com`, where the server knows its own address. */
  url: string | undefined;
  /** Has every right, and is how the first tokens are made. */
  adminToken: string | undefined;
  /** Addresses or networks of reverse proxies whose X-Forwarded-For is believed; nobody's where absent. */
  proxies?: readonly string[];
  version: string;
  /** For tests; the clock otherwise. */
  now: () => Date;
  /**
   * Stores events and what follows from them; only then may a sender be told so.
   * @throws SourceError for a registry that is not allowed.
   */
  accept(events: readonly PushEvent[], options?: { fresh?: boolean }): Promise<Accepted[]>;
  /** Enumerates a registry by and by. @throws SourceError for one that is not allowed. */
  sweep(job: Jobs['sweep']): Promise<void>;
  /** Grades every digest that a tag stands for by the rules now in force, where that was not done. Returns how many wait now. */
  rescan(options: { fresh: boolean }): Promise<number>;
  /** Sample of /metrics, in Prometheus' text format. */
  metrics(): Promise<string>;
}

/** What a digest is called in addresses of this server. */
export function reportPath(digest: Digest): string {
  return `/images/${digest}`;
}
