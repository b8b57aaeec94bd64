/** Path patterns of users' rulesets: `*` within a segment, `**` across any number of them. Linear in pattern times path. */

/** Whether a path without leading slash fits a pattern with or without one. */
export function pathFits(pattern: string, path: string): boolean {
  const parts = pattern.replace(/^\/+/, '').split('/');
  const segments = path.split('/');
  // fits[j]: the parts so far fit the first j segments.
  let fits: boolean[] = [true, ...segments.map(() => false)];
  for (const part of parts) {
    const next: boolean[] = [part === '**' && fits[0]!];
    for (const [j, segment] of segments.entries())
      next.push(part === '**' ? fits[j + 1]! || next[j]! : fits[j]! && segmentFits(part, segment));
    fits = next;
  }
  return fits[segments.length]!;
}

function segmentFits(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
