/** Keeps secrets of a Dockerfile out of what users' rules say; those of an image are masked in the facts themselves. */
import type { Facts } from '../types/facts.ts';
import type { Evidence, Position } from '../types.ts';
import type { Item } from './own-kind.ts';

/** Fields that hold what somebody wrote. */
const written = ['value', 'text', 'args', 'flags', 'comments'];
const masked = '(holds a secret)';

/** What may be said of a thing: as it is, or without its texts where a secret was found in its place. */
export function shield({ image, secrets }: Facts): (item: Item) => Item {
  if (image.kind !== 'dockerfile' || !secrets.known || secrets.value.length === 0) return (item) => item;
  const places = secrets.value.flatMap(({ sightings }) => sightings.map(({ evidence }) => evidence));
  return (item) => {
    if (!places.some((place) => overlap(place, item.evidence))) return item;
    const hidden = written.filter((name) => item.values[name] !== undefined).map((name) => [name, masked]);
    return { ...item, values: { ...item.values, ...Object.fromEntries(hidden) } };
  };
}

function overlap(a: Evidence, b: Evidence): boolean {
  if (a.at !== 'instruction' || b.at !== 'instruction') return false;
  return before(a.range.start, b.range.end) && before(b.range.start, a.range.end);
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
