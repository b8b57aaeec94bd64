/** What got better and what got worse between two images. `schema/diff.schema.json` describes the same shape. */
import type { Category, Confidence, Digest, RuleId, Severity } from '../types.ts';
import type { Grade } from './report.ts';

/** One of the two. */
export interface DiffSide {
  name: string;
  digest?: Digest;
  score: number;
  grade: Grade;
  ruleset: { name: string; version: string; asOf: string };
}

/** A figure before and after; `change` is the second less the first. */
export interface DiffFigure {
  old: number;
  new: number;
  change: number;
}

export interface DiffFinding {
  rule: RuleId;
  category: Category;
  outcome: 'fail' | 'unknown';
  severity: Severity;
  confidence: Confidence;
  message: string;
  fingerprint: string;
  /** A ruleset lets it be. */
  suppressed?: true;
}

export interface DiffPackage {
  name: string;
  /** purl type. */
  type: string;
  version: string;
}

export interface DiffVersion {
  name: string;
  type: string;
  old: string;
  new: string;
  /** By the order of its package manager. */
  direction: 'newer' | 'older' | 'same';
}

/** The comparison of two reports. */
export interface ImageDiff {
  schemaVersion: 1;
  tool: { name: 'tare'; version: string };
  old: DiffSide;
  new: DiffSide;
  /** The score fell, or a finding came that is as severe as was asked for. */
  worse: boolean;
  /** Why; one sentence each. */
  reasons: string[];
  score: DiffFigure;
  /** Points that are left of each category, in tenths. */
  categories: ({ category: Category } & DiffFigure)[];
  findings: { added: DiffFinding[]; gone: DiffFinding[]; kept: number };
  packages: { added: DiffPackage[]; removed: DiffPackage[]; changed: DiffVersion[]; kept: number };
  /** Bytes: of all layers as stored, and of the file content in them. */
  size: { stored: DiffFigure; unpacked: DiffFigure };
  /** What makes the two hard to compare. */
  notes: string[];
}
