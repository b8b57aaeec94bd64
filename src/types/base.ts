/** What is known of the image that an image was built on, and how much of an operating system it brought. */
import type { Digest } from '../types.ts';
import type { Reference } from './facts.ts';

/** What an image says of its own base, believed or not. */
export interface BaseClaim {
  via: 'annotation' | 'label' | 'provenance';
  reference?: Reference;
  digest?: Digest;
}

/** The image this one was built on. */
export interface BaseIdentity {
  /** `scratch`: nothing below the workload. `image`: an image. */
  kind: 'scratch' | 'image';
  /** Its name, where anything names it. */
  reference?: Reference;
  digest?: Digest;
  /**
   * The surest evidence there is, surest first: `layers` are bytes; an annotation and provenance speak of this very image; a label
   * may have come from the base itself; what history and os-release show is a likeness and no name.
   */
  via: 'layers' | 'annotation' | 'provenance' | 'label' | 'history' | 'os-release' | 'rootfs' | 'dockerfile';
  confidence: 'high' | 'medium' | 'low';
  /** How many of the lowest layers are the base's. */
  layers?: number;
  /** The base's line of releases and the day of this one, `YYYY-MM-DD`, where known-bases.yaml has it. */
  line?: string;
  released?: string;
  /** What the image says, where the layers say more than that. */
  claimed?: BaseClaim;
  /** What it looks like, for people: `Debian GNU/Linux 13 (trixie)`. */
  likely?: string;
  /** Why nothing names it, one clause. */
  unnamed?: string;
  /** What in the image speaks against the name, one clause. */
  conflict?: string;
}

export interface OsFootprint {
  /** Bytes of files owned by OS packages plus unowned files in system directories, language runtimes left out. */
  bytes: number;
  /** OS packages, language runtimes left out. */
  packages: number;
  ownedBytes: number;
  unownedBytes: number;
  runtimes: { name: string; bytes: number; packages: number }[];
  /** Heaviest packages first, at most ten. */
  heaviest: { name: string; bytes: number; layer: number }[];
}

/** A base image by its layers (rulesets/data/known-bases.yaml). */
export interface KnownBase {
  /** Full name with its tag. */
  image: string;
  /** Releases of one line replace one another. */
  line: string;
  /** `os/architecture`. */
  platform: string;
  /** `YYYY-MM-DD` */
  created: string;
  /** Digests of the layers, lowest first: uncompressed, or as stored. */
  diffIDs?: string[];
  digests?: string[];
  /** os-release ID and VERSION_ID, where those name the very release. */
  distro?: string;
  version?: string;
}
