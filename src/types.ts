/**
 * The vocabulary that every part shares. It imports nothing, so that any part may import it.
 * Names follow the OCI image-spec: index, manifest, config, layer, diffID, digest, whiteout, rootfs.
 */

/** Content address as stored (OCI image-spec, descriptor.md, "Digests"). Lower-case hex. */
export type Digest = `sha256:${string}`;

/** Harm at run time, heaviest first. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Confidence = 'high' | 'medium' | 'low';

/** `hygiene` is Dockerfile quality: it gates only when asked and never scores. */
export type Category =
  | 'minimal-base'
  | 'unnecessary-software'
  | 'least-privilege'
  | 'secrets-and-data'
  | 'trusted-source'
  | 'immutability'
  | 'hygiene';

/** kebab-case, names the fault and never the cure. */
export type RuleId = string;

export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

/**
 * One entry of a layer. `path` is relative to the rootfs, without leading or trailing slash and
 * without `.`/`..` segments; the root folder itself is the empty string.
 */
export interface FileEntry {
  path: string;
  type: EntryType;
  /** Permission bits and setuid/setgid/sticky, `mode & 0o7777`. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content; 0 for anything but a file. */
  size: number;
  /** Index of the layer that holds the entry, 0 = lowest. */
  layer: number;
  /** Target of a symlink as written, or of a hardlink as a rootfs path. */
  linkname?: string;
  /** Set on a whiteout marker; `path` is then the path that it removes (`opaque`: the folder whose lower content it hides). */
  whiteout?: 'file' | 'opaque';
  /** Modification time, seconds since 1970. */
  mtime: number;
  /** Value of the `security.capability` xattr, base64 (linux/capability.h, struct vfs_cap_data). */
  capability?: string;
}

/** One-based line and column. */
export interface Position {
  line: number;
  column: number;
}
export interface Range {
  start: Position;
  end: Position;
}

/** Where a fact or a finding was seen. */
export type Evidence =
  | { at: 'file'; path: string; layer: number; line?: number; column?: number; note?: string }
  /** JSON pointer (RFC 6901) into the image config (`/config/User`) or, with `document`, another document. */
  | { at: 'config'; pointer: string; document?: 'config' | 'manifest' | 'index' | 'reference'; note?: string }
  | { at: 'instruction'; file: string; stage: number; range: Range; note?: string };

/** A fact says its evidence, or why it is not known: no rule can forget the second case. */
export type Fact<T> = { known: true; value: T; evidence: Evidence[] } | { known: false; reason: string };

/** A change to a Dockerfile that mends a finding. */
export interface Fix {
  /** One line: what the change does. */
  description: string;
  /** Changes more than the fault, so that it is applied only where it is asked for. */
  unsafe?: boolean;
  edits: [FixEdit, ...FixEdit[]];
}
export interface FixEdit {
  file: string;
  /** What goes; an empty range inserts. */
  range: Range;
  text: string;
}

export interface Finding {
  rule: RuleId;
  category: Category;
  outcome: 'fail' | 'unknown';
  severity: Severity;
  confidence: Confidence;
  /** Weight 0..1 of a measured finding (SCORING: os-footprint); absent = by severity. */
  weight?: number;
  /** One line: what is wrong. Holds no secret: values are masked where the finding is created. */
  message: string;
  /** What to change. */
  remediation: string;
  data: Record<string, string | number>;
  /** Never empty: a finding without a place cannot be built. */
  evidence: [Evidence, ...Evidence[]];
  /** sha256 prefix of rule + normalised evidence without digests: survives rebuilds. */
  fingerprint: string;
  suppression?: { reason: string; expires?: string };
  fix?: Fix;
  /** A rule of the user's own found it: it moves the gate and never the score. */
  gateOnly?: true;
  /** Where the image is joined to its Dockerfile: `base` where every place of it lies below the file's own instructions. */
  origin?: 'base' | 'own';
}

/** What happened to a part of the scan that did not go the ordinary way. */
export interface StatusEntry {
  /** Part of the scan: a source, a collector id, `layer`, `index` … */
  part: string;
  level: 'info' | 'warning' | 'error';
  /** One sentence: what, where, what would mend it. */
  message: string;
  layer?: number;
}

export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  'os.version'?: string;
}

export type SourceKind =
  | 'docker'
  | 'docker-archive'
  | 'oci-archive'
  | 'oci-dir'
  | 'registry'
  | 'rootfs'
  | 'recipe'
  | 'dockerfile';

/** The container's own settings, normalised from the image config (OCI image-spec, config.md, "config"). */
export interface ContainerConfig {
  /** As written, `''` when absent. */
  user: string;
  env: string[];
  entrypoint: string[];
  cmd: string[];
  workingDir: string;
  /** As written: `80/tcp`, `53/udp`, `8000-8010`. */
  exposedPorts: string[];
  volumes: string[];
  labels: Record<string, string>;
  healthcheck?: { test: string[] };
  stopSignal?: string;
  onBuild: string[];
  shell: string[];
}

export interface ImageConfig {
  platform: Platform;
  /** RFC 3339, as written. */
  created?: string;
  author?: string;
  container: ContainerConfig;
  diffIDs: Digest[];
  history: HistoryStep[];
}

/** One step of the config's history, aligned with the layers. */
export interface HistoryStep {
  created?: string;
  createdBy?: string;
  comment?: string;
  author?: string;
  emptyLayer: boolean;
  /** Index of the layer that the step made; absent for an empty layer or where history and layers do not fit. */
  layer?: number;
}

/** A layer as reports and rules see it. */
export interface LayerInfo {
  index: number;
  /** Digest as stored, computed from the bytes unless taken from a verified manifest. */
  digest: Digest;
  /** Digest of the uncompressed tar, computed. */
  diffID: Digest;
  /** Bytes as stored (compressed). */
  storedSize: number;
  /** Bytes of file content that the layer adds. */
  size: number;
  entries: number;
  mediaType: string;
  createdBy?: string;
  /** Where the image is joined to its Dockerfile: what the layer comes from, and the line that made it. */
  origin?: 'base' | 'own';
  line?: number;
}

/** A signature, provenance or SBOM statement that goes with the image. */
export interface Attestation {
  kind: 'signature' | 'provenance' | 'sbom' | 'other';
  /** in-toto predicate type or artifact type. */
  type: string;
  digest?: Digest;
  /** Where it was found. */
  via: 'index' | 'referrers' | 'tag' | 'layer';
  /** Base images named by a provenance statement. */
  materials?: { uri: string; digest?: Digest }[];
  /** Number of packages of an SBOM statement. */
  packages?: number;
}

/** Ends a run with exit 2. The message names the input and what would mend it. */
export class SourceError extends Error {
  override name = 'SourceError';
}
export class RulesetError extends Error {
  override name = 'RulesetError';
  /** @param excerpt the line that is wrong, and a line that points at the place in it. */
  constructor(
    message: string,
    readonly excerpt?: readonly [line: string, caret: string],
  ) {
    super(message);
  }
}
export class UsageError extends Error {
  override name = 'UsageError';
}
