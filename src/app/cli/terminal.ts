/** What the two output streams can show. Reads nothing but what it is given. */

export interface Stream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** Whether to colour: `--no-color`, then NO_COLOR, then FORCE_COLOR, then only on a terminal that is not dumb. */
export function wantsColor(stream: Stream, env: NodeJS.ProcessEnv, refused: boolean): boolean {
  if (refused || env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** A line that rewrites itself belongs on a terminal only, and not in a pipeline's log. */
export function wantsProgress(stream: Stream, env: NodeJS.ProcessEnv, quiet: boolean): boolean {
  const inPipeline = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
  return !quiet && stream.isTTY === true && env['TERM'] !== 'dumb' && !inPipeline;
}

/** Columns to lay text out in: the terminal's, or 100 where there is none. */
export function widthOf(stream: Stream, env: NodeJS.ProcessEnv): number {
  const asked = /^\d{2,4}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : undefined;
  return Math.min(Math.max(stream.columns || asked || 100, 40), 200);
}
