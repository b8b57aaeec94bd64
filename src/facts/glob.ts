/** `*` patterns without regular expressions: linear in the text for each star. */

/** Whether a text fits a pattern in which `*` stands for any run of characters. */
export function globMatches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const parts = pattern.split('*');
  const first = parts[0]!;
  const last = parts[parts.length - 1]!;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Compiles globs over whole names into one test; exact names cost one look-up. */
export function nameMatcher<T>(
  entries: readonly { patterns: readonly string[]; value: T }[],
): (name: string) => T | undefined {
  const exact = new Map<string, T>();
  const globs: { pattern: string; value: T }[] = [];
  for (const { patterns, value } of entries) {
    for (const pattern of patterns) {
      if (pattern.includes('*')) globs.push({ pattern, value });
      else if (!exact.has(pattern)) exact.set(pattern, value);
    }
  }
  return (name) => exact.get(name) ?? globs.find(({ pattern }) => globMatches(pattern, name))?.value;
}

/** Compiles path prefixes (`*` within one segment) into one test on a path or a file below it; the longest prefix wins. */
export function prefixMatcher<T>(entries: readonly { prefix: string; value: T }[]): (path: string) => T | undefined {
  const byFirst = new Map<string, { segments: string[]; value: T }[]>();
  for (const { prefix, value } of entries) {
    const segments = prefix.split('/');
    const list = byFirst.get(segments[0]!) ?? [];
    list.push({ segments, value });
    byFirst.set(segments[0]!, list);
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.segments.length - a.segments.length);
  return (path) => {
    const cut = path.indexOf('/');
    const list = byFirst.get(cut < 0 ? path : path.slice(0, cut));
    if (!list) return undefined;
    const segments = path.split('/', 8);
    return list.find((entry) => fits(entry.segments, segments))?.value;
  };
}

function fits(pattern: string[], segments: string[]): boolean {
  if (pattern.length > segments.length) return false;
  for (let i = 1; i < pattern.length; i++) if (!globMatches(pattern[i]!, segments[i]!)) return false;
  return true;
}
