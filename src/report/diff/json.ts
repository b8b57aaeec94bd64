/** The comparison as JSON: schema/diff.schema.json describes it. */
import type { ImageDiff } from '../../types/diff.ts';
import { harmless } from '../harmless.ts';

/** The same comparison gives the same bytes. */
export function renderDiffJson(diff: ImageDiff): string {
  return `${harmless(JSON.stringify(diff, null, 2))}\n`;
}
