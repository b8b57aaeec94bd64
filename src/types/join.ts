/** How an image and a Dockerfile go together, as a report says it. */

/** Where a layer or a finding comes from: the image named by FROM, or the Dockerfile's own instructions. */
export type LayerOrigin = 'base' | 'own';

/** One difference between the file and the history of the image. */
export interface Drift {
  /** `instruction`: it has no step. `step`: it has no instruction. `changed`: the two go together and are not the same. */
  kind: 'instruction' | 'step' | 'changed';
  /** Keyword of the instruction, or of the step. */
  keyword: string;
  /** Of the instruction, in the file. */
  line?: number;
  /** Index in the image's history. */
  step?: number;
  /** Layer that the step made. */
  layer?: number;
  /** What the history says of the step, secrets masked, shortened. */
  createdBy?: string;
}

export interface DockerfileJoin {
  /** As given. */
  file: string;
  /** Stage that was joined, by name or index. */
  stage: string;
  /**
   * `same`: every instruction has its step. `drifted`: most have. `other`: the image was not built from this file, or
   * not from this stage. `unknown`: the history does not say.
   */
  match: 'same' | 'drifted' | 'other' | 'unknown';
  /** Instructions that leave a step, and how many of them have theirs. */
  instructions: number;
  matched: number;
  drift: Drift[];
  base: {
    /** After FROM, expanded; `scratch` where there is none. */
    image: string;
    layers: number;
    /** Bytes of file content in its layers. */
    size: number;
    /** Findings that lie in it alone, and what mending all of them would add to the score. */
    findings: number;
    gain: number;
    /** Of those: what a smaller base would not have, and what a newer one would mend. */
    smaller: { findings: number; gain: number };
    newer: { findings: number; gain: number };
  };
}
