/** A provider's name over its fields: `datadog:` and `api_key: …` below it, `[datadog]`, `"datadog": {"apiKey": …}`. */
import { type Assignment, readAssignment } from './assignment.ts';
import { isBlank, isLineEnd, isName, isQuote, slice } from './bytes.ts';

const span = 400;
const mostFields = 6;
const mostNames = 12;

/** No heading: nothing was read. */
export const none: Assignment[] = [];

/** The fields right below the heading that [from, to) is a part of; their names are the heading's and their own. */
export function readSection(bytes: Buffer, from: number, to: number): Assignment[] {
  let end = to;
  while (end - to < 40 && isName(bytes[end])) end++;
  let start = from;
  while (from - start < 40 && isName(bytes[start - 1])) start--;
  let at = end;
  if (isQuote(bytes[at])) at++;
  const ini = bytes[start - 1] === 0x5b && bytes[at] === 0x5d;
  if (ini) at++;
  while (isBlank(bytes[at]) && at - end < 8) at++;
  if (!ini) {
    if (bytes[at] !== 0x3a && bytes[at] !== 0x3d && bytes[at] !== 0x7b) return none;
    if (bytes[at] !== 0x7b) at++;
    if (bytes[at] === 0x3e) at++;
    while (isBlank(bytes[at]) && at - end < 12) at++;
    if (bytes[at] !== 0x7b && !isLineEnd(bytes[at])) return none;
  } else if (!isLineEnd(bytes[at])) return none;
  return readFields(bytes, at, Math.min(bytes.length, at + span), slice(bytes, start, end));
}

function readFields(bytes: Buffer, from: number, to: number, heading: string): Assignment[] {
  const fields: Assignment[] = [];
  let at = from;
  let names = 0;
  while (at < to && names++ < mostNames && fields.length < mostFields) {
    while (at < to && !isName(bytes[at])) {
      // The end of the object, or the next heading.
      if (bytes[at] === 0x7d || bytes[at] === 0x5b) return fields;
      at++;
    }
    const field = at < to ? readAssignment(bytes, at, at + 1) : undefined;
    if (field) {
      fields.push({ ...field, name: `${heading}.${field.name}` });
      at = field.valueEnd;
    } else while (at < to && isName(bytes[at])) at++;
    while (at < to && !isLineEnd(bytes[at]) && bytes[at] !== 0x2c && bytes[at] !== 0x7d) at++;
  }
  return fields;
}
