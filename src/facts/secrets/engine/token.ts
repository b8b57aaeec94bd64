/** Values that tell their provider themselves, and values that the name of their field tells. */
import { type Assignment, wordsOf } from './assignment.ts';
import { beginsThere, insideBlob, slice } from './bytes.ts';
import { checks, type Surroundings } from './checks.ts';
import type { ReadyFormat } from './engine.ts';
import { entropy } from './entropy.ts';
import { isExampleToken, isIdentifier } from './placeholder.ts';
import type { Found } from './readers.ts';

/** The token whose keyword stands at [at, to). */
export function readToken(bytes: Buffer, at: number, to: number, ready: ReadyFormat): Found | undefined {
  const { format, lead, before } = ready;
  if (lead) {
    const most = to + lead.count;
    for (let i = to; i < most; i++) if (lead.table[bytes[i] ?? 0] === 0) return undefined;
  }
  let start = at;
  if (before) {
    while (at - start < before.max && before.table[bytes[start - 1] ?? 0] === 1) start--;
    if (at - start < before.min) return undefined;
  }
  if (!format.anywhere && !beginsThere(bytes, start)) return undefined;
  const matched = match(bytes, at, ready);
  if (!matched || (!format.anywhere && insideBlob(bytes, start, matched.end))) return undefined;
  const { secret } = matched;
  const value = secret?.value ?? slice(bytes, start, matched.end);
  const body = secret?.value ?? slice(bytes, start, at) + slice(bytes, to, matched.end);
  if (entropy(body) < format.entropy) return undefined;
  // A checksum that holds is no accident, whatever words the token seems to have.
  const verdict = judge(bytes, value, start, matched.end, format.check);
  if (!verdict) return undefined;
  if (
    verdict.checked !== 'passed' &&
    !format.repeats &&
    (isExampleToken(body) || (!/\d.*\d/.test(body) && isIdentifier(body)))
  ) {
    return undefined;
  }
  if (/EXAMPLE/.test(value)) return undefined;
  return { value, start: secret?.start ?? start, end: secret?.end ?? matched.end, ...verdict };
}

/** The value of a field, where it has the shape that the provider's values have. */
export function readField(bytes: Buffer, field: Assignment, ready: ReadyFormat): Found | undefined {
  const { format, name } = ready;
  if (name && !name.test(field.name) && !name.test(wordsOf(field.name))) return undefined;
  // A word between the provider and its value says that it is something else.
  if (
    /hash|sha\d|md5|checksum|digest|integrity|commit|revision|etag|_id$|uuid|guid/i.test(field.name) &&
    !/access_?id|reporter_id/i.test(field.name)
  ) {
    return undefined;
  }
  const matched = match(bytes, field.valueStart, ready);
  if (!matched) return undefined;
  const value = matched.secret?.value ?? slice(bytes, field.valueStart, matched.end);
  if (entropy(value) < format.entropy) return undefined;
  if (!format.repeats && isExampleToken(value)) return undefined;
  if (/^[A-Za-z_.-]+\d?$/.test(value) && isIdentifier(value)) return undefined;
  const verdict = judge(bytes, value, field.valueStart, matched.end, format.check);
  if (!verdict) return undefined;
  return {
    value,
    start: matched.secret?.start ?? field.valueStart,
    end: matched.secret?.end ?? matched.end,
    field: field.name,
    ...verdict,
  };
}

function match(
  bytes: Buffer,
  at: number,
  ready: ReadyFormat,
): { end: number; secret?: { value: string; start: number; end: number } } | undefined {
  const text = slice(bytes, at, at + ready.format.longest);
  const regex = ready.regex();
  regex.lastIndex = 0;
  const found = regex.exec(text);
  if (!found) return undefined;
  const end = at + found[0].length;
  if (ready.end && ready.end[bytes[end] ?? 0] === 1) return undefined;
  const value = found.groups?.['secret'];
  if (value === undefined) return { end };
  const start = at + found[0].lastIndexOf(value);
  return { end, secret: { value, start, end: start + value.length } };
}

function judge(bytes: Buffer, value: string, start: number, end: number, check: string | undefined) {
  if (!check) return {};
  const around = (): Surroundings => ({
    before: slice(bytes, start - 300, start),
    after: slice(bytes, end, end + 300),
  });
  return checks[check]!(value, around);
}
