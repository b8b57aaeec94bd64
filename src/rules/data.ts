/** Shapes of rulesets/data/*.yaml, as the checks see them; src/rules/schema.ts holds the files to them. */
import type { KnownBase } from '../types/base.ts';

/** What every data file begins with: the version of its form, and the day on which it was last gone through. */
export interface DataFile {
  version: 1;
  asOf: string;
}

/** trusted-registries.yaml */
export interface TrustedRegistries extends DataFile {
  patterns: { pattern: string; why: string }[];
}

/** end-of-life.yaml: until when a distribution gives security updates that anyone may have. */
export interface EndOfLife extends DataFile {
  distros: SupportedDistro[];
}
export interface SupportedDistro {
  /** os-release IDs. */
  ids: string[];
  name: string;
  /** Which support period the dates end, as the message says it. */
  support: string;
  source: string;
  /** Updated in place for ever: no version of it ends. */
  rolling?: boolean;
  releases: SupportedRelease[];
}
export interface SupportedRelease {
  /** VERSION_ID, or as many of its leading parts as name the release; absent for a line known by codename alone. */
  version?: string;
  codename?: string;
  /** Last day of support, `YYYY-MM-DD`; absent where none is set yet. */
  end?: string;
  note?: string;
}

/** end-of-life-runtimes.yaml: the same of language runtimes. */
export interface EndOfLifeRuntimes extends DataFile {
  runtimes: {
    name: string;
    title: string;
    source: string;
    /** Programs are built with it, and do not need it when they run. */
    tool?: boolean;
    releases: { version: string; end: string }[];
  }[];
}

/** management-ports.yaml */
export interface ManagementPorts extends DataFile {
  ports: { port: number; protocol: 'tcp' | 'udp'; name: string; why: string }[];
}

/** escalation-binaries.yaml: what setuid and setgid programs are known for. */
export interface EscalationBinaries extends DataFile {
  /** Programs that hand their privilege to whoever runs them. */
  escalates: { name: string; why: string }[];
  /** Programs that distributions ship with these bits and that check for themselves what the caller may do. */
  ordinary: { name: string; why: string }[];
}

/** The part of distros.yaml that says which package database a distribution keeps. */
export interface Distros {
  distros: { id: string; packages: 'deb' | 'apk' | 'rpm' | 'pacman' | 'opkg' | 'none' }[];
}

/** peers.yaml: what other checkers of Dockerfiles call the faults that ours find. */
export interface Peers extends DataFile {
  checks: PeerCheck[];
}
export interface PeerCheck {
  tool: 'hadolint' | 'buildkit' | 'trivy' | 'checkov' | 'kics';
  id: string;
  title: string;
  /** Ours; none only where `refused` says why. */
  rules: string[];
  refused?: string;
}

/** base-footprints.yaml: what well-known base images bring along. */
export interface BaseFootprints extends DataFile {
  footprints: BaseFootprint[];
}
export interface BaseFootprint {
  /** registry/namespace/repository; * stands for any run of characters. */
  repository: string;
  tag?: string;
  /** Operating system without language runtimes, 10^6 bytes unpacked. */
  megabytes: number;
  packages: number;
  packageManager: boolean;
  shell: boolean;
  setuid: boolean;
}

/** software.yaml: software by what it is for, and the packages that bring it. */
export interface Software extends DataFile {
  software: SoftwareKind[];
  /** Programs that compile; with words behind it only when the first argument is one of them. */
  buildDrivers: string[];
}
export interface SoftwareKind {
  kind: string;
  title: string;
  /** Names; * stands for any run of characters, [0-9] for one digit. */
  packages: string[];
  /** Names that a pattern fits and that are not meant. */
  except?: string[];
  /** Programs that it is known by, and by which the container uses it. */
  programs?: string[];
  /** Programs whose name others bear too: they count where they are started, not where they lie. */
  common?: string[];
  /** Packages that others bring along and that nobody asked for by name: told with low confidence. */
  incidental?: string[];
}

/** base-kinds.yaml: base images that hold more than a workload needs. */
export interface BaseKinds extends DataFile {
  lightWords: string[];
  full: { repository: string; kind: 'system' | 'image'; smaller: string; but?: string[] }[];
  kits: { repository: string; what: string; tag?: string[]; but?: string[] }[];
}

/** residue.yaml: what builds and package managers leave behind. */
export interface ResidueData extends DataFile {
  kinds: ResidueKind[];
}
export interface ResidueKind {
  kind: string;
  group: 'cache' | 'docs' | 'build';
  title: string;
  /** Programs by which the container itself uses it. */
  programs?: string[];
}

/** language-package-managers.yaml */
export interface LanguageManagers extends DataFile {
  families: LanguageManager[];
}
export interface LanguageManager {
  family: string;
  title: string;
  programs: string[];
  packages: string[];
  /** The runtime comes with it, and nothing is freed without it. */
  part?: boolean;
}

/** known-bases.yaml: base images by their layers. */
export interface KnownBases extends DataFile {
  /** With where the digests were read. */
  bases: (KnownBase & { source: string })[];
}

/** base-targets.yaml: the base families that an image could stand on. */
export interface BaseTargets extends DataFile {
  targets: BaseTarget[];
  runtimes: { kind: string; image: string; parts: number; tag?: string }[];
  /** Rules whose findings come from the base: always, and where all of their places lie in its layers. */
  always: string[];
  inBase: string[];
}
export interface BaseTarget {
  name: string;
  image: string;
  /** Kinds of workload. */
  for: string[];
  versions?: string[];
  libc?: 'glibc' | 'musl';
  /** Names of shared libraries; * stands for any run of characters. */
  libraries?: string[];
  /** Operating system without language runtimes, 10^6 bytes unpacked. */
  megabytes: number;
  packages: number;
  shell: boolean;
  packageManager: boolean;
  setuid: boolean;
}
