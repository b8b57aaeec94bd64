/** Figures and phrases that every format shares. What comes back is not neutralised unless it says so: `span` does that. */
import type { Evidence, LayerInfo, Platform } from '../types.ts';

/** Decimal units, as in SCORING.md: MB = 10^6 bytes. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = size / 1000;
  let unit = 0;
  // 999.95 and above would round to 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `1 layer`, `12,345 entries`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

/** `12,345`, whatever the locale. */
export function thousands(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3}){1,5}$)/g, ',');
}

/** Points with one decimal, as a score is written. */
export function points(value: number): string {
  return value.toFixed(1);
}

/** `linux/arm64/v8` */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** Text written as prose (a remediation, a reason): line breaks of its source are spaces. */
export function prose(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Prose with a full stop at its end, so that another sentence may follow. */
export function sentence(text: string): string {
  const line = prose(text);
  return line === '' || /[.!?\u2026]$/.test(line) ? line : `${line}.`;
}

const longestInstruction = 4096;

/**
 * The Dockerfile instruction behind a layer's `created_by`, as its author wrote it, on one line:
 * the shell wrapper, `#(nop)`, build arguments (`|2 A=b C=d /bin/sh -c`) and BuildKit's mark are taken off,
 * and checksums shortened. What no builder is known to write stays as it is.
 */
export function instruction(createdBy: string): string {
  let text = createdBy.slice(0, longestInstruction).replace(/\s+/g, ' ').trim();
  if (text.endsWith(' # buildkit')) text = text.slice(0, -' # buildkit'.length);
  const run = /^RUN /.test(text);
  if (run) text = text.slice(4);
  text = withoutArguments(text);
  const shell = /^(?:\/usr)?\/bin\/(?:ba|da|a)?sh(?: -[a-z]{1,8}| pipefail){0,4} -[a-z]{0,6}c /.exec(text);
  if (shell) {
    const body = text.slice(shell[0].length);
    if (body.startsWith('#(nop)')) return tidy(body.slice('#(nop)'.length).trim());
    return `RUN ${tidy(body)}`;
  }
  return run ? `RUN ${tidy(text)}` : tidy(text);
}

/** Classic builder: `|N` and N arguments before the command (moby, builder/dockerfile/dispatchers.go). */
function withoutArguments(text: string): string {
  if (!/^\|\d{1,3} /.test(text)) return text;
  const shell = /(?: |^)(?:\/usr)?\/bin\/(?:ba|da|a)?sh -/.exec(text);
  return shell ? text.slice(shell.index).trimStart() : text;
}

function tidy(text: string): string {
  const ports = /^EXPOSE map\[([^\]]{0,400})\]$/.exec(text);
  if (ports) return `EXPOSE ${ports[1]!.replaceAll(':{}', '')}`;
  return text.replace(/\b(sha256:|file:|dir:|multi:)([0-9a-f]{8})[0-9a-f]{24,120}\b/g, '$1$2…');
}

/** Where a piece of evidence lies, without its layer: `/etc/passwd:3`, `config /config/User`, `Dockerfile:12`. */
export function placeName(evidence: Evidence): string {
  if (evidence.at === 'instruction') return `${evidence.file}:${evidence.range.start.line}`;
  if (evidence.at === 'config') {
    if (evidence.document === 'reference') return 'image reference';
    return `${evidence.document ?? 'config'} ${evidence.pointer}`.trimEnd();
  }
  const { line, column } = evidence;
  return `/${evidence.path}${line === undefined ? '' : `:${line}`}${line === undefined || column === undefined ? '' : `:${column}`}`;
}

/** Each place once, in the order of the evidence, with the notes that go with it. */
export function placeNames(evidence: readonly Evidence[]): { place: string; notes: string[] }[] {
  const notes = new Map<string, string[]>();
  for (const one of evidence) {
    const place = placeName(one);
    const known = notes.get(place);
    if (!known) notes.set(place, one.note ? [one.note] : []);
    else if (one.note && !known.includes(one.note)) known.push(one.note);
  }
  return [...notes].map(([place, list]) => ({ place, notes: list }));
}

/** A finding's places, gathered by the layer they lie in. */
export interface PlaceGroup {
  /** Absent for places outside the layers. */
  layer?: LayerInfo;
  index?: number;
  evidence: Evidence[];
}

/** In the order of the evidence, which the rule chose. */
export function placesByLayer(evidence: readonly Evidence[], layers: readonly LayerInfo[]): PlaceGroup[] {
  const groups = new Map<number | undefined, PlaceGroup>();
  for (const one of evidence) {
    const index = one.at === 'file' ? one.layer : undefined;
    let group = groups.get(index);
    if (!group) {
      const layer = index === undefined ? undefined : layers.find((candidate) => candidate.index === index);
      group = { ...(layer && { layer }), ...(index !== undefined && { index }), evidence: [] };
      groups.set(index, group);
    }
    group.evidence.push(one);
  }
  return [...groups.values()];
}
