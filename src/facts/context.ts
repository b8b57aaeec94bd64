/** What the per-image halves share. */
import type { AnalysedImage } from '../image/model.ts';
import type { StatusEntry } from '../types.ts';
import type { FactData } from './data.ts';
import type { FactIndex } from './evidence.ts';

/** The image, the data lists, the layers' facts, and where a collector notes what went wrong. */
export interface FactContext {
  image: AnalysedImage;
  data: FactData;
  index: FactIndex;
  /** Adds one line to the report's status. */
  note(status: StatusEntry): void;
}

/** Computes a value once, when first asked for; a failure is kept and thrown again to every asker. */
export function lazy<T>(make: () => T): () => T {
  let state: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!state) {
      try {
        state = { value: make() };
      } catch (error) {
        state = { error };
      }
    }
    if ('error' in state) throw state.error;
    return state.value;
  };
}
