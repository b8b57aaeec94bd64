/** What the run user may change, and how it may become root. Facts never judge. */
import type { Evidence } from '../types.ts';

export type SurfaceKind = 'code' | 'path' | 'library' | 'config' | 'data' | 'temporary';

/** A path that the run user may modify or replace; of a folder that may be changed as a whole only the folder is named. */
export interface WritablePath {
  path: string;
  layer: number;
  kind: SurfaceKind;
  /** `own`: owner or group may write. `world`: everyone may. `parent`: a folder above it may be changed, so that it can be replaced. */
  by: 'own' | 'world' | 'parent';
  /** Files below it, and their bytes; 1 and its size for a file. */
  files: number;
  bytes: number;
}

/** The writable surface of the configured uid, gid and supplementary groups. */
export interface WritableSurface {
  /** True for uid 0: everything is writable, `paths` is empty and the counts are those of the whole rootfs. */
  everything: boolean;
  counts: Record<SurfaceKind, { files: number; bytes: number }>;
  /** Most dangerous kind first, then by path; at most 1,000, `more` says how many are left out. */
  paths: WritablePath[];
  more: number;
  /** What `--read-only` needs: tmpfs for what is fresh at each start, a volume for what must stay. */
  mounts: { path: string; kind: 'tmpfs' | 'volume'; why: string; evidence: Evidence }[];
  /** False where the workload could not be followed, so that a mount may be missing. */
  mountsComplete: boolean;
}

/** A way from the run user to root. */
export interface Escalation {
  kind: 'setuid' | 'sudo' | 'capability' | 'writable-root-path' | 'root-group' | 'empty-root-password';
  /** The file, or the account, that it goes by. */
  path: string;
  /** How sure it is that the way is open. */
  certainty: 'known' | 'possible';
  evidence: Evidence;
}
