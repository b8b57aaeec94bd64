/** Shapes of the rulesets/data files that facts need. They are passed in: facts read no files. */
import type { KnownBase } from '../types/base.ts';
import type { ShellDialect } from '../types/dockerfile.ts';
import type { ResidueEntry } from './residue-kinds.ts';
import type { SecretFileData } from './secrets/owners.ts';
import type { KnownKeys } from './secrets/secrets.ts';
import type { ToolHome } from './tools.ts';

/** One family of package managers and the program names it goes by (package-managers.yaml). */
export interface PackageManagerFamily {
  family: string;
  title: string;
  programs: string[];
}

/** A program name and what it stands for (shells.yaml). */
export interface NamedProgram {
  name: string;
  title: string;
}

/** A language runtime (language-runtimes.yaml): package name globs, and path prefixes of files without an owner. */
export interface RuntimeEntry {
  name: string;
  title: string;
  packages: string[];
  paths: string[];
}

/** A helper that starts another program (privilege-droppers.yaml). */
export interface WrapperEntry {
  name: string;
  /** Options that take a value of their own. */
  values?: string[];
  /** Plain arguments that stand before the program. */
  skip?: number;
  /** A word of the shell and no program of its own. */
  builtin?: boolean;
}

/** A helper that starts another program as a different user (privilege-droppers.yaml). */
export interface DropperEntry extends WrapperEntry {
  user: 'first' | 'option' | 'none';
  options?: string[];
}

/** A distribution as older release files name it (distros.yaml). */
export interface DistroEntry {
  id: string;
  name: string;
  idLike?: string[];
  packages: 'deb' | 'apk' | 'rpm' | 'pacman' | 'opkg' | 'none';
  releaseNames: string[];
  codenames?: Record<string, string>;
}

/** What is known of base images by name (base-images.yaml). `*` in a repository stands for any run of characters. */
export interface BaseImages {
  /** Words in a tag that name a distribution: with its version behind them, or for one version. */
  tagWords: { word: string; distro: string; version?: boolean; is?: string }[];
  /** Images that are a distribution; its version is the tag, unless it is said here. */
  systems: { repository: string; distro: string; version?: string }[];
  /** The user that an image sets; `none` for no user, which is root. */
  users: { repository: string; tag?: string; user: string }[];
  /** Official images that set none, and where those are mirrored. */
  rootOfficial: string[];
  officialMirrors: string[];
}

/** What a writable path is worth, by its place and name (writable-paths.yaml). */
export interface WritablePaths {
  temporary: string[];
  libraryFolders: string[];
  libraryNames: string[];
  configFolders: string[];
  dataNames: string[];
  ownTools: string[];
  codeNames: string[];
  configNames: string[];
}

/** How scripts are handed to ShellCheck (shellcheck.yaml). */
export interface ShellcheckData {
  /** What /bin/sh is, by distribution or by the package manager that is called. */
  sh: { dialect: ShellDialect; distros: string[]; managers: string[] }[];
  /** Remarks that say nothing about a Dockerfile; of `shells` alone where that is there. */
  leftOut: { code: number; shells?: ShellDialect[]; why: string }[];
}

/** Where programs write when they run (write-needs.yaml). */
export interface WriteNeed {
  /** Names of programs; * stands for any run of characters. */
  programs?: string[];
  /** Kinds of workload. */
  kinds?: string[];
  title: string;
  /** Accounts that it runs as where it is packaged. */
  users?: string[];
  paths: { path: string[]; kind: 'tmpfs' | 'volume'; must: boolean; why: string }[];
}

/** What facts need of rulesets/data, by file name. */
export interface FactData {
  'package-managers': { families: PackageManagerFamily[] };
  shells: { shells: NamedProgram[]; multicall: NamedProgram[]; notShells: string[] };
  'language-runtimes': { runtimes: RuntimeEntry[] };
  'system-directories': { system: string[]; excluded: string[]; optional: string[]; programs: string[] };
  'privilege-droppers': { droppers: DropperEntry[]; wrappers: WrapperEntry[] };
  distros: { distros: DistroEntry[] };
  residue: { kinds: ResidueEntry[] };
  software: { software: { kind: string; packages: string[]; programs?: string[] }[]; homes: ToolHome[] };
  'language-package-managers': { families: { programs: string[] }[]; homes: ToolHome[] };
  'base-images': BaseImages;
  'known-bases': { bases: KnownBase[] };
  'secret-files': SecretFileData;
  'known-public-keys': KnownKeys;
  'writable-paths': WritablePaths;
  shellcheck: ShellcheckData;
  'write-needs': { needs: WriteNeed[] };
  'escalation-binaries': { escalates: { name: string }[]; ordinary: { name: string }[] };
  'escalation-capabilities': { capabilities: { name: string }[]; groups: { name: string }[] };
  'root-paths': { believed: string[]; cron: string[] };
}
