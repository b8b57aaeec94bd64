/** What a fix is while it is worked out: cuts and insertions in the file's text, and what is known of the file. */
import type { DockerfileFacts } from '../types/dockerfile.ts';
import type { Distro } from '../types/facts.ts';
import type { Finding, RuleId } from '../types.ts';

/** Offsets are UTF-16 units of the file's text; `start` = `end` inserts. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Settings of a stage that a change means to alter; all others have to stay as they are. */
export type Setting = 'user' | 'workdir' | 'shell' | 'command' | 'env' | 'labels' | 'base' | 'platform';

/** One way to mend a finding. All of its edits are made, or none. */
export interface Change {
  /** One line, in the imperative. */
  description: string;
  /** It may change more than the fault: made only where it is asked for. */
  unsafe: boolean;
  edits: readonly Edit[];
  alters?: readonly Setting[];
  /** Rules of which a finding that is there already may get another place. */
  extends?: readonly RuleId[];
}

/** What a stage's base image is known to bring, by its name or its own config. */
export interface BaseKnowledge {
  distro?: Distro;
  /** '' = none, so that it runs as root. Absent = not known. */
  user?: string;
}

/** What fixers see. */
export interface FixContext {
  dockerfile: DockerfileFacts;
  /** By stage: of the image at the bottom of its FROM chain. */
  bases: readonly BaseKnowledge[];
  /** Digests that are known without asking anyone, by image name as people write it. */
  pins: ReadonlyMap<string, string>;
}

/** Works out how to mend a finding. The first way that holds is taken; none where nothing is certain. */
export type Fixer = (finding: Finding, context: FixContext) => readonly Change[];
