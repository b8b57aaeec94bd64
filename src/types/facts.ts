/** What collectors know of an image. Facts never judge. */
import type {
  Attestation,
  ContainerConfig,
  Digest,
  Evidence,
  Fact,
  HistoryStep,
  LayerInfo,
  Platform,
  SourceKind,
} from '../types.ts';
import type { BaseIdentity, OsFootprint } from './base.ts';
import type { DeletedFile, DigestCheck } from './bytes.ts';
import type { DockerfileFacts } from './dockerfile.ts';
import type {
  DatabaseDrift,
  LanguagePackage,
  NewestFile,
  Residue,
  RootEntry,
  Runtime,
  Tool,
  UnownedExecutable,
  Waste,
} from './inventory.ts';
import type { AccountPassword, CriticalFile, ReadableSecret, SecretFact } from './secrets.ts';
import type { ServiceFacts } from './services.ts';
import type { SourceSetting } from './source-setting.ts';
import type { PrivilegeFacts } from './surface.ts';

export interface Distro {
  /** os-release ID, lower case; `scratch` when the image holds no operating system at all. */
  id: string;
  idLike: string[];
  name: string;
  /** os-release VERSION_ID; '' for rolling or unstated. */
  versionId: string;
  codename?: string;
  prettyName: string;
  /** Debian without dpkg's own tools, as built by distroless or chisel. */
  distroless: boolean;
}

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
  evidence: Evidence;
}
export interface Group {
  name: string;
  gid: number;
  members: string[];
  evidence: Evidence;
}

/** The user that the container starts as (OCI image-spec, config.md, "User"). */
export interface RunUser {
  /** `config.User` as written. */
  spec: string;
  /** True where the image says nothing and the runtime's default (0) is used. */
  defaulted: boolean;
  /** Effective uid; absent when a name could not be resolved. */
  uid?: number;
  gid?: number;
  /** Account name, when known. */
  name?: string;
  /** The user part is a number: the kubelet can prove it is not root. */
  numeric: boolean;
  /** The named user (or group) does not exist in the rootfs. */
  missing?: 'user' | 'group';
  /** Supplementary groups from /etc/group. */
  groups: number[];
  /** A helper in the entrypoint that drops privilege by itself (gosu, su-exec, setpriv …). */
  dropsPrivilegeBy?: string;
}

export interface Package {
  name: string;
  version: string;
  /** purl type: deb, apk, rpm, npm … */
  type: string;
  arch?: string;
  /** Source package and version where they differ in name. */
  source?: string;
  sourceVersion?: string;
  licence?: string;
  /** Bytes of the files it owns that exist in the rootfs. */
  size: number;
  /** Layer that first brought this version. */
  layer: number;
  /** Path of the database that lists it. */
  database: string;
  purl: string;
  /** Who built it (rpm, pacman). */
  vendor?: string;
  /** Module stream of an rpm: `name:stream:version:context`. */
  modularity?: string;
  /** Essential for the distribution (dpkg `Essential: yes`). */
  essential?: boolean;
  /** What the database says of it beside installed: `deinstall ok config-files` … ; absent = installed. */
  state?: string;
}

export interface PackageDatabase {
  type: 'dpkg' | 'dpkg-status.d' | 'apk' | 'rpm' | 'pacman' | 'opkg' | 'chisel';
  path: string;
  layer: number;
  packages: number;
  /** Why it cannot be read at all. */
  unread?: string;
  /** Set when a lower layer held it and it is gone from the squashed rootfs. */
  deletedIn?: number;
}

/** A program in the rootfs, known by name. */
export interface Program {
  name: string;
  path: string;
  layer: number;
  size: number;
  /** Path it resolves to when it is a link. */
  target?: string;
  /** Package that owns it. */
  package?: string;
  /** Family of a package manager: apt, apk, dnf … */
  family?: string;
}

export interface PrivilegedFile {
  path: string;
  layer: number;
  mode: number;
  uid: number;
  gid: number;
  setuid: boolean;
  setgid: boolean;
  /** Decoded file capabilities, lower case `cap_net_raw`. */
  capabilities: string[];
  /** The configured user may execute it (mode, owner, group; parents not considered). */
  reachable: boolean;
  package?: string;
}

export interface ExposedPort {
  /** First and last port; equal for a single one. */
  from: number;
  to: number;
  protocol: string;
  spec: string;
}

/** What the container starts: ENTRYPOINT + CMD, looked through to a file. */
export interface Entrypoint {
  argv: string[];
  /** Rootfs path of the program after PATH look-up and symlinks; absent when it could not be found. */
  path?: string;
  layer?: number;
  kind: 'elf-static' | 'elf-dynamic' | 'script' | 'unknown' | 'none';
  /** ELF interpreter or a script's `#!` line. */
  interpreter?: string;
  /** Init wrappers looked through: tini, dumb-init. */
  wrappers: string[];
  /** True where config has a shell form (`/bin/sh -c`). */
  shellForm: boolean;
}

/** A parsed image reference (distribution-spec; docker.io and library/ filled in). */
export interface Reference {
  registry: string;
  repository: string;
  tag?: string;
  digest?: Digest;
}

export interface Origin {
  kind: SourceKind;
  /** Names the medium gives the image. */
  references: Reference[];
  /** The reference this run pulled from, where it did. */
  pulledFrom?: Reference;
  /** What that name stood for there: the digest of the index, where there is one. */
  resolved?: Digest;
}

export interface Facts extends PrivilegeFacts, ServiceFacts {
  image: {
    name: string;
    kind: SourceKind;
    platform: Platform;
    created?: string;
    layers: LayerInfo[];
    history: HistoryStep[];
    annotations: Record<string, string>;
  };
  /** Date on which support periods are judged, `YYYY-MM-DD`. */
  asOf: string;
  container: Fact<ContainerConfig>;
  distro: Fact<Distro>;
  accounts: Fact<{ users: Account[]; groups: Group[] }>;
  user: Fact<RunUser>;
  packages: Fact<Package[]>;
  packageDatabases: Fact<PackageDatabase[]>;
  /** Of the languages' own package managers, whoever installed them; by type, name, version and place. */
  languagePackages: Fact<LanguagePackage[]>;
  runtimes: Fact<Runtime[]>;
  /** Files that the databases claim and that are not as installed; no place where files come and go by custom. */
  databaseDrift: Fact<DatabaseDrift[]>;
  /** None where no database lists files: then nothing is told by not being owned. */
  unownedExecutables: Fact<UnownedExecutable[]>;
  waste: Fact<Waste>;
  packageManagers: Fact<Program[]>;
  shells: Fact<Program[]>;
  privilegedFiles: Fact<PrivilegedFile[]>;
  ports: Fact<ExposedPort[]>;
  entrypoint: Fact<Entrypoint>;
  origin: Fact<Origin>;
  base: Fact<BaseIdentity>;
  osFootprint: Fact<OsFootprint>;
  /** Programs that few workloads need, by name. */
  tools: Fact<Tool[]>;
  /** Caches, documentation and what builds leave, heaviest first. */
  residue: Fact<Residue[]>;
  /** Every file; absent unless a rule of the user's asks for it. */
  files?: Fact<RootEntry[]>;
  /** Undefined where the image holds no file. */
  newestFile: Fact<NewestFile | undefined>;
  sourceSettings: Fact<SourceSetting[]>;
  attestations: Fact<Attestation[]>;
  digestChecks: Fact<DigestCheck[]>;
  deleted: Fact<DeletedFile[]>;
  secrets: Fact<SecretFact[]>;
  /** Files that have no place in an image whatever they hold. */
  criticalFiles: Fact<CriticalFile[]>;
  accountPasswords: Fact<AccountPassword[]>;
  /** Files of root's that anyone may read and nobody should. */
  readableSecrets: Fact<ReadableSecret[]>;
  /** The Dockerfile: the target itself, or the one that an image is joined to. */
  dockerfile?: Fact<DockerfileFacts>;
}
