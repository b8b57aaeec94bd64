/** What the run user may change, and how it may become root. Facts never judge. */
import type { Evidence, Fact } from '../types.ts';

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
  mounts: Mount[];
  /** False where the workload could not be followed, so that a mount may be missing. */
  mountsComplete: boolean;
  /** For uid 0: whom the container could run as instead. */
  spareUser?: SpareUser;
}

/** A place that wants to be written while the container runs. */
export interface Mount {
  /** Rootfs path, links followed. */
  path: string;
  kind: 'tmpfs' | 'volume';
  /** In a few words, for people. */
  why: string;
  /** `must`: known to fail without it. `may`: a program may write there. `declared`: a VOLUME, which is writable anyway. */
  need: 'must' | 'may' | 'declared';
  /** Files of the image below it, which an empty mount hides. */
  files: number;
  /** Those of them that are code, programs or libraries. */
  code: number;
  evidence: Evidence;
}

/** An account without privilege that is there for the workload. */
export interface SpareUser {
  name: string;
  uid: number;
  gid: number;
  /** `drops`: the start command changes to it. `workload`: the program is packaged to run as it. `only`: the one account for people. */
  via: 'drops' | 'workload' | 'only';
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

/** Who may become root by sudo or doas, in the rootfs as it stands and where the tool is there. */
export interface SudoGrant {
  tool: 'sudo' | 'doas';
  /** Identities as written, aliases resolved: `app`, `%group`, `#1000`, `ALL`. */
  who: string[];
  /** Accounts of the image that these are, root left out. */
  accounts?: string[];
  /** The account's own password is asked for. */
  password: boolean;
  /** Commands as written, arguments left out; none: any. */
  commands: string[];
  evidence: Evidence;
}

/** The part of the facts that says what the run user may change, and how it may rise. */
export interface PrivilegeFacts {
  surface: Fact<WritableSurface>;
  /** What everybody may change, whoever runs; at most 1,000. */
  worldWritable: Fact<WritablePath[]>;
  sudoGrants: Fact<SudoGrant[]>;
  /** Ways to root of the run user; where that is root, of the account that its workload goes on as. */
  escalations: Fact<Escalation[]>;
}
