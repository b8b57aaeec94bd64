/** Real images and databases that none of us wrote; kept outside the project, so a suite that needs them says when they are absent. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const beside = resolve(import.meta.dirname, '../../../shared/corpus');

/** Folder of the corpus, or undefined where it is not there. */
export const corpusDir: string | undefined = existsSync(beside) ? beside : undefined;

/** A path in the corpus; throws where the corpus is absent, so call it inside a suite guarded by `corpusDir`. */
export function corpus(...parts: string[]): string {
  if (!corpusDir) throw new Error('the corpus is not beside the project');
  return join(corpusDir, ...parts);
}
