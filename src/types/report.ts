/** What a run says. `schema/report.schema.json` describes the same shape. */
import type {
  Category,
  Digest,
  Finding,
  LayerInfo,
  Platform,
  RuleId,
  Severity,
  SourceKind,
  StatusEntry,
} from '../types.ts';
import type { Distro, ExposedPort, Package, RunUser } from './facts.ts';
import type { DockerfileJoin } from './join.ts';
import type { WritableSurface } from './surface.ts';

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

export interface LedgerLine {
  /** Absent on the cap line. */
  category?: Category;
  /** The rule that loses the points; the cap names all its rules. */
  rules: RuleId[];
  /** Points lost, > 0. The lines sum to 100 − value. */
  points: number;
  kind: 'rule' | 'cap' | 'rounding';
}

export interface CategoryScore {
  category: Category;
  /** Points of the category, and what is left of them (unrounded). */
  points: number;
  left: number;
}

export interface Score {
  /** 0–100, floored to 0.1. */
  value: number;
  /** The value if every unknown passed. */
  ceiling: number;
  grade: Grade;
  categories: CategoryScore[];
  ledger: LedgerLine[];
}

export interface ReportFinding extends Finding {
  /** Score without this finding minus the score now; the fix-first order. */
  gain: number;
}

export interface GateResult {
  passed: boolean;
  /** One sentence: why it passed or failed. */
  reason: string;
  failOn: Severity | 'none';
  minScore?: number;
  /** Fingerprints of the findings that fail it; absent where none does. */
  failing?: string[];
}

/** An estimate of the same image on another base (docs/smallest-base.md). */
export interface WhatIf {
  estimate: true;
  /** Name of the base family, and the image to write in FROM. */
  base: string;
  image: string;
  /** Asked for by name; else the smallest family that would serve. */
  asked: boolean;
  serves: 'yes' | 'no' | 'unknown';
  /** The image's base is no larger than that family's: nothing would change. */
  same: boolean;
  score: { before: number; after: number };
  grade: { before: Grade; after: Grade };
  /** Bytes unpacked. */
  size: { before: number; after: number };
  osBytes: { before: number; after: number };
  osPackages: { before: number; after: number };
}

export interface ImageReport {
  schemaVersion: 1;
  tool: { name: 'tare'; version: string };
  target: {
    name: string;
    kind: SourceKind;
    /** Manifest digest where there is one, else the config digest. */
    digest?: Digest;
    platform?: Platform;
    /** Bytes of all layers as stored. */
    size: number;
    layers: LayerInfo[];
  };
  ruleset: { name: string; version: string; asOf: string };
  distro: Distro | null;
  /** The Dockerfile that the image was joined to. */
  dockerfile?: DockerfileJoin;
  score: Score;
  /** Fix-first: by gain, then severity, then rule id. */
  findings: ReportFinding[];
  /** Of the operating system and of languages; `dev`: an application's own manifest has it for development only. */
  whatIf?: WhatIf;
  packages: (Pick<Package, 'name' | 'version' | 'type' | 'layer' | 'size' | 'purl' | 'licence'> & { dev?: boolean })[];
  /** What the container runs as; absent where that is not known. */
  user?: RunUser;
  /** What it declares to listen on. */
  ports?: ExposedPort[];
  /** What that user may change, and what a read-only root filesystem needs. */
  surface?: WritableSurface;
  /** Bytes that no container needs, and the share of all that is needed; absent where it is not known. */
  waste?: { bytes: number; efficiency: number };
  status: StatusEntry[];
  gate: GateResult;
}

/** What keeps a score down, or may. */
export interface ForecastLine {
  rule: RuleId;
  category: Category;
  /** Points that mending it alone would add to the end of the range that it holds down, > 0. */
  points: number;
  /** True where the file itself says so; false where only the built image can tell. */
  certain: boolean;
}

/** The scores that an image from a Dockerfile can reach (docs/scoring.md): the file alone gives a range, not a grade. */
export interface Forecast {
  /** Everything that the file leaves open counts as failed; secrets in the files that are copied are not foreseen. */
  low: number;
  /** Everything that the file leaves open passes. */
  high: number;
  grades: { low: Grade; high: Grade };
  /** Certain ones first, heaviest first. */
  holding: ForecastLine[];
}

export interface DockerfileReport {
  schemaVersion: 1;
  tool: { name: 'tare'; version: string };
  target: {
    name: string;
    kind: 'dockerfile';
    /** Stages of the file, and the one that the build ends with. */
    stages: number;
    stage?: string;
    /** The image at the bottom of it, after expansion; `scratch` where there is none. */
    base?: string;
  };
  ruleset: { name: string; version: string; asOf: string };
  forecast: Forecast;
  /** In the order of the file. */
  findings: Finding[];
  status: StatusEntry[];
  gate: GateResult;
}
