/** What package managers are asked to do in a Dockerfile. */
import type { ArgumentFact } from './dockerfile.ts';

/** An option of a command, by the grammar of its program. */
export interface OptionFact {
  /** With its dashes: `-y`, `--yes`; of `-qy` there is one for each letter. */
  name: string;
  value?: string;
  argument: ArgumentFact;
}

/** `build`: a build tool that fetches what it builds with. */
export type PackageVerb = 'install' | 'build' | 'update' | 'upgrade' | 'dist-upgrade' | 'remove' | 'clean' | 'other';

/** An operand of a package manager. */
export interface PackageOperandFact {
  /** Without version, architecture and extras. */
  name: string;
  /** As written behind the name, without its operator. */
  version?: string;
  /** `file`: a path. `url`: from the network, also a repository. `group`: packages that no version can be given for. `unknown`: some variable or output. */
  kind: 'name' | 'file' | 'url' | 'group' | 'unknown';
  argument: ArgumentFact;
}

/** What a package manager is asked to do by one command. */
export interface PackageActionFact {
  /** apt, apk, dnf (also yum, microdnf, tdnf), zypper, pacman, opkg, brew, choco, conda, pip, npm, yarn, pnpm, gem, go, cargo, composer; and build tools that fetch: maven, gradle, nuget, mix, bundler. */
  manager: string;
  /** As called: apt-get, microdnf, pip3, uv pip … */
  program: string;
  verb: PackageVerb;
  /** The word that the verb was told by. */
  verbArgument?: ArgumentFact;
  /** Operands behind the verb. */
  packages: readonly PackageOperandFact[];
  options: readonly OptionFact[];
  /** A variable or output stands where options may be, so that an absent one proves nothing. */
  optionsOpen: boolean;
  /** Lists of what to install, and of versions to hold to (pip). */
  lists: readonly { path: string; kind: 'requirements' | 'constraints'; argument: ArgumentFact }[];
  /** apk: the virtual package that the others are put under. */
  virtual?: string;
  /** Nobody is asked: by option, by a setting made before, or by an answer piped in. */
  answered: boolean;
  /** apt: recommended packages stay out, by option or by a setting made before. */
  noRecommends: boolean;
  /**
   * What becomes of the indexes and archives that the action leaves on disk; absent where it leaves none.
   * `off`: not kept at all. `mounted`: on a cache or tmpfs mount. `cleaned`: removed later in the same RUN. `unknown`: a script may clean up.
   */
  cache?: 'kept' | 'off' | 'mounted' | 'cleaned' | 'unknown';
  /** Versions that the operands lack come from elsewhere. */
  pinnedBy?: 'list' | 'lock' | 'snapshot';
}
