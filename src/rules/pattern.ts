/**
 * Patterns for image references: `registry/namespace/repository[:tag|@digest]`. `*` stands for anything within one
 * segment, `**` for whole segments. Matching takes time in proportion to pattern times reference, never more.
 */
import type { Reference } from '../types/facts.ts';
import { greedy } from './greedy.ts';

const longest = 512;
const hubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

export interface Pattern {
  /** Registry, then the repository's segments; `**` stands alone in its segment. */
  segments: string[];
  tag?: string;
  digest?: string;
}

/** What keeps a text from being a pattern, as one sentence without the text itself; undefined when it is one. */
export function patternProblem(text: string): string | undefined {
  if (text === '') return 'an image pattern cannot be empty; write one such as registry.example.com/team/**';
  if (text.length > longest) return `an image pattern has at most ${longest} characters`;
  if (/^[a-z]+:\/\//i.test(text)) return 'an image pattern has no scheme; leave out everything up to ://';
  const bad = /[^A-Za-z0-9._\-/:@*[\]]/.exec(text);
  if (bad) return `an image pattern cannot hold ${JSON.stringify(bad[0])}; its only wildcards are * and **`;
  if (text.endsWith('/')) return 'an image pattern cannot end in a slash; end it in /** for everything below';
  const { segments, tag, digest } = compilePattern(text);
  if (segments.includes('')) return 'an image pattern cannot have an empty part; write one slash between parts';
  if (segments.some((part) => part !== '**' && part.includes('**'))) {
    return '** stands for whole parts of a name; write it alone between slashes, or use *';
  }
  if (tag === '') return 'an image pattern with a colon needs a tag after it; leave out the colon for any tag';
  if (digest === '') return 'an image pattern with an @ needs a digest after it; leave out the @ for any digest';
  return undefined;
}

/** Reads a pattern that `patternProblem` accepts. Short forms mean what they mean to Docker: `nginx` is docker.io/library/nginx. */
export function compilePattern(text: string): Pattern {
  let name = text;
  const pattern: Pattern = { segments: [] };
  const at = name.indexOf('@');
  if (at >= 0) {
    pattern.digest = name.slice(at + 1);
    name = name.slice(0, at);
  }
  const colon = name.lastIndexOf(':');
  if (colon > name.lastIndexOf('/') && name.includes('/')) {
    pattern.tag = name.slice(colon + 1);
    name = name.slice(0, colon);
  } else if (colon >= 0 && !name.includes('/') && !isRegistry(name.slice(0, colon))) {
    pattern.tag = name.slice(colon + 1);
    name = name.slice(0, colon);
  }
  const segments = name.split('/');
  const first = segments[0]!;
  if (!isRegistry(first)) {
    if (segments.length === 1) segments.unshift('docker.io', 'library');
    else segments.unshift('docker.io');
  } else if (segments.length === 1 && first !== '**') segments.push('**');
  segments[0] = registryName(segments[0]!);
  pattern.segments = segments;
  return pattern;
}

/** Whether a reference falls under a pattern. A pattern without tag or digest takes any. */
export function matchesPattern(pattern: Pattern, reference: Reference): boolean {
  if (pattern.tag !== undefined && !matchesSegment(pattern.tag, reference.tag ?? '')) return false;
  if (pattern.digest !== undefined && !matchesSegment(pattern.digest, reference.digest ?? '')) return false;
  return matchesSegments(pattern.segments, [registryName(reference.registry), ...reference.repository.split('/')]);
}

/** As Docker reads a name: a first part with a dot, a port or a bracket, or `localhost`, is a registry. */
function isRegistry(part: string): boolean {
  return /[.:[]/.test(part) || part === 'localhost' || part === '*' || part === '**';
}

function registryName(name: string): string {
  const lower = name.toLowerCase();
  return hubNames.has(lower) ? 'docker.io' : lower;
}

/** `**` takes any number of segments, at least one where it ends the pattern. */
function matchesSegments(pattern: readonly string[], parts: readonly string[]): boolean {
  const all = pattern.at(-1) === '**' ? [...pattern.slice(0, -1), '*', '**'] : pattern;
  return greedy(
    all.length,
    parts.length,
    (p) => all[p] === '**',
    (p, i) => matchesSegment(all[p]!, parts[i]!),
  );
}

function matchesSegment(pattern: string, text: string): boolean {
  return greedy(
    pattern.length,
    text.length,
    (p) => pattern[p] === '*',
    (p, i) => pattern[p] === text[i],
  );
}
