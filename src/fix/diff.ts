/** A unified diff of two texts (POSIX diff -u), as patch and git apply read it. */

/** Lines shown around a change. */
const around = 3;
/** Past so many differing lines the whole middle is shown as replaced: the search grows with their square. */
const maxDistance = 1500;

/** '' where the texts are the same. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const [a, b] = [linesOf(before), linesOf(after)];
  const steps = compare(a, b);
  let out = `--- ${label('a', name)}\n+++ ${label('b', name)}\n`;
  for (const [from, to] of hunks(steps)) out += hunk(steps, from, to, a, b);
  return out;
}

/** One line of either text: kept has both numbers. */
interface Step {
  a?: number;
  b?: number;
}

/** A name that would end its header line early or start another is quoted, as git does. */
function label(side: string, name: string): string {
  const path = `${side}/${name.replace(/^(?:\.\/+|\/+)/, '')}`;
  return /[\x00-\x1f"\\\x7f]/.test(path) ? JSON.stringify(path) : path;
}

/** Each with its line end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(a: readonly string[], b: readonly string[]): Step[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const steps: Step[] = [];
  for (let at = 0; at < head; at++) steps.push({ a: at, b: at });
  for (const { a: x, b: y } of shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail)))
    steps.push({ ...(x !== undefined && { a: x + head }), ...(y !== undefined && { b: y + head }) });
  for (let at = tail; at > 0; at--) steps.push({ a: a.length - at, b: b.length - at });
  return steps;
}

/** Shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations"). */
function shortest(a: readonly string[], b: readonly string[]): Step[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let distance = 0; distance <= a.length + b.length; distance++) {
    if (distance > maxDistance) return [...a.map((_, at): Step => ({ a: at })), ...b.map((_, at): Step => ({ b: at }))];
    trace.push(reach);
    const next = new Map<number, number>();
    for (let k = -distance; k <= distance; k += 2) {
      const down = k === -distance || (k !== distance && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
    reach = next;
  }
  return [];
}

function walkBack(trace: readonly Map<number, number>[], length: number, width: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [length, width];
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const reach = trace[distance]!;
    const k = x - y;
    const down = k === -distance || (k !== distance && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const fromX = distance === 0 ? 0 : (reach.get(before) ?? 0);
    const fromY = distance === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) steps.push({ a: --x, b: --y });
    if (distance > 0) steps.push(down ? { b: --y } : { a: --x });
  }
  return steps.reverse();
}

/** Stretches of steps with a change in them and what is shown around. */
function hunks(steps: readonly Step[]): [number, number][] {
  const out: [number, number][] = [];
  for (const [at, { a, b }] of steps.entries()) {
    if (a !== undefined && b !== undefined) continue;
    const [from, to] = [Math.max(0, at - around), Math.min(steps.length, at + around + 1)];
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else out.push([from, to]);
  }
  return out;
}

function hunk(steps: readonly Step[], from: number, to: number, a: readonly string[], b: readonly string[]): string {
  const part = steps.slice(from, to);
  const counts = {
    a: part.filter((step) => step.a !== undefined).length,
    b: part.filter((step) => step.b !== undefined).length,
  };
  const starts = { a: startOf(steps, from, 'a', counts.a), b: startOf(steps, from, 'b', counts.b) };
  let out = `@@ -${span(starts.a, counts.a)} +${span(starts.b, counts.b)} @@\n`;
  // Of a stretch of changes what goes stands before what comes.
  const removed: string[] = [];
  const added: string[] = [];
  const flush = () => {
    out += removed.map((line) => shown('-', line)).join('') + added.map((line) => shown('+', line)).join('');
    removed.length = 0;
    added.length = 0;
  };
  for (const step of part) {
    if (step.a !== undefined && step.b !== undefined) {
      flush();
      out += shown(' ', a[step.a]!);
    } else if (step.a !== undefined) removed.push(a[step.a]!);
    else added.push(b[step.b!]!);
  }
  flush();
  return out;
}

/** One-based; of an empty stretch the line in front of it. */
function startOf(steps: readonly Step[], from: number, side: 'a' | 'b', count: number): number {
  let before = 0;
  for (let at = 0; at < from; at++) if (steps[at]![side] !== undefined) before++;
  return count === 0 ? before : before + 1;
}

function span(start: number, count: number): string {
  return count === 1 ? String(start) : `${start},${count}`;
}

function shown(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}
