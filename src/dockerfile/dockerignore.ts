/**
 * .dockerignore (Dockerfile reference, ".dockerignore file"; moby/patternmatcher): Go's filepath.Match and `**`, `!` for
 * exceptions, the last match decides. A pattern that matches a folder holds for all in it.
 */

/** One line of the ignore file. */
export interface IgnorePattern {
  /** As cleaned, without `!` and without a leading slash. */
  text: string;
  /** `!`: keeps what earlier patterns leave out. */
  exception: boolean;
  line: number;
}

/** The patterns, and the questions that a walk over the context asks of them. */
export interface IgnoreFile {
  patterns: IgnorePattern[];
  errors: { line: number; message: string }[];
  /** True when the builder leaves the path out of the context. Relative, with slashes, no `.` or `..`. */
  ignores(path: string): boolean;
  /** True when nothing under an ignored folder can be kept, so that it need not be looked into. */
  closes(folder: string): boolean;
}

const maxPatterns = 2000;
const maxPattern = 1024;

/** Reads an ignore file; malformed lines are listed and left out. */
export function parseDockerignore(text: string): IgnoreFile {
  const patterns: (IgnorePattern & { matches: (path: string) => boolean })[] = [];
  const errors: IgnoreFile['errors'] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = index + 1;
    if (raw.startsWith('#')) continue;
    let pattern = raw.trim();
    if (pattern === '') continue;
    const exception = pattern.startsWith('!');
    if (exception) pattern = pattern.slice(1).trim();
    if (pattern === '') {
      errors.push({ line, message: 'A lone "!" excepts nothing; name what is to be kept.' });
      continue;
    }
    pattern = cleanPath(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    const atoms = pattern.length > maxPattern ? undefined : compile(pattern);
    if (!atoms || patterns.length >= maxPatterns) {
      const message = atoms
        ? `More than ${maxPatterns} patterns are not read.`
        : 'The pattern is malformed: a "[" has no "]", or it is far too long.';
      errors.push({ line, message });
      if (atoms) break;
      continue;
    }
    patterns.push({ text: pattern, exception, line, matches: (path) => run(atoms, path, true) });
  }
  const exceptions = patterns.some((pattern) => pattern.exception);
  const ignores = (path: string): boolean => {
    if (path === '' || path === '.') return false;
    let ignored = false;
    for (const pattern of patterns) {
      if (pattern.exception !== ignored) continue;
      if (pattern.matches(path)) ignored = !pattern.exception;
    }
    return ignored;
  };
  return {
    patterns: patterns.map(({ text: shown, exception, line }) => ({ text: shown, exception, line })),
    errors,
    ignores,
    closes: (folder) => !exceptions && ignores(folder),
  };
}

/** One name pattern of COPY or ADD against a path of as many segments (Go filepath.Match: `*` does not cross a slash). */
export function matchesSource(pattern: string, path: string): boolean {
  const atoms = compile(pattern, false);
  return atoms !== undefined && run(atoms, path, false);
}

/** Go's filepath.Clean with slashes. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else if (part !== '..' || !rooted) parts.push(part);
  }
  return (rooted ? '/' : '') + parts.join('/') || (rooted ? '/' : '.');
}

/** `dirs`: `**` and the slash behind it: nothing, or any folders. `all`: anything at all. */
type Atom =
  | { kind: 'char'; char: string }
  | { kind: 'one' | 'name' | 'dirs' | 'all' }
  | { kind: 'class'; negated: boolean; ranges: [string, string][] };

function compile(pattern: string, doubleStar = true): Atom[] | undefined {
  const atoms: Atom[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at]!;
    if (char === '*') {
      let stars = 1;
      while (pattern[at + stars] === '*' && (!doubleStar || stars < 2)) stars++;
      at += stars;
      if (!doubleStar || stars === 1) atoms.push({ kind: 'name' });
      else {
        const first = atoms.length === 0;
        const slash = pattern[at] === '/';
        if (slash) at++;
        // `**foo` with nothing special behind means "ends in foo"; elsewhere ** stands for whole folders.
        const plain = first && !slash && !/[*?[\\]/.test(pattern.slice(at));
        const kind = at >= pattern.length || plain ? 'all' : 'dirs';
        // Several in a row say no more than one.
        if (atoms[atoms.length - 1]?.kind === 'dirs') atoms.pop();
        atoms.push({ kind });
      }
    } else if (char === '?') {
      atoms.push({ kind: 'one' });
      at++;
    } else if (char === '[') {
      const read = readClass(pattern, at + 1);
      if (!read) return undefined;
      atoms.push(read.atom);
      at = read.next;
    } else if (char === '\\') {
      if (at + 1 >= pattern.length) return undefined;
      atoms.push({ kind: 'char', char: pattern[at + 1]! });
      at += 2;
    } else {
      atoms.push({ kind: 'char', char });
      at++;
    }
  }
  return atoms;
}

function readClass(pattern: string, start: number): { atom: Atom; next: number } | undefined {
  let at = start;
  const negated = pattern[at] === '^';
  if (negated) at++;
  const ranges: [string, string][] = [];
  const one = () => {
    if (pattern[at] === '\\') at++;
    return pattern[at++];
  };
  for (;;) {
    if (pattern[at] === ']' && ranges.length > 0) return { atom: { kind: 'class', negated, ranges }, next: at + 1 };
    if (pattern[at] === ']' || pattern[at] === '-') return undefined;
    const low = one();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (pattern[at] === '-') {
      at++;
      if (pattern[at] === ']') return undefined;
      high = one();
    }
    if (high === undefined) return undefined;
    ranges.push([low, high]);
  }
}

/**
 * A set of positions walks over the path: its time is path times pattern, whatever they hold.
 * With `parents` a match of any folder above counts too.
 */
function run(atoms: readonly Atom[], path: string, parents: boolean): boolean {
  let states = new Set<number>();
  enter(states, 0, atoms);
  for (const char of path) {
    if (parents && char === '/' && states.has(atoms.length)) return true;
    const next = new Set<number>();
    for (const state of states) {
      const atom = atoms[state];
      if (!atom) continue;
      if (atom.kind === 'all') enter(next, state, atoms);
      else if (atom.kind === 'name') {
        if (char !== '/') enter(next, state, atoms);
      } else if (atom.kind === 'dirs') {
        // Stays inside its folders; what follows may begin behind a slash only.
        next.add(state);
        if (char === '/') enter(next, state + 1, atoms);
      } else if (accepts(atom, char)) enter(next, state + 1, atoms);
    }
    states = next;
    if (states.size === 0) return false;
  }
  return states.has(atoms.length);
}

/** Adds a position, and those behind stars that stand for nothing. */
function enter(target: Set<number>, state: number, atoms: readonly Atom[]): void {
  for (let next = state; ; next++) {
    const kind = atoms[next]?.kind;
    const star = kind === 'name' || kind === 'dirs' || kind === 'all';
    // A position that is there by staying has not been passed through yet, so only plain ones end the walk.
    if (target.has(next) && !star) return;
    target.add(next);
    if (!star) return;
  }
}

function accepts(atom: Atom, char: string): boolean {
  if (atom.kind === 'char') return atom.char === char;
  if (char === '/') return false;
  if (atom.kind === 'one') return true;
  return atom.kind === 'class' && atom.ranges.some(([low, high]) => low <= char && char <= high) !== atom.negated;
}
