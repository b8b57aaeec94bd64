/** `scheme://user:password@host` (RFC 3986, 3.2.1). */
import { isName, slice } from './bytes.ts';
import { entropy } from './entropy.ts';
import { isExampleWord, isIdentifier, isReference } from './placeholder.ts';
import type { Found, Place } from './readers.ts';

const longest = 320;
/** What ends an authority: white space, quotes, markup, and the path, query or fragment. */
const ends = Uint8Array.from({ length: 256 }, (_, code) =>
  code <= 0x20 || code >= 0x7f || '"\'`<>\\/?#(){}|^'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** The password of a URL whose `://` the keyword ends with. */
export function readUrl({ bytes, at, to, hint }: Place): Found | undefined {
  let colon = -1;
  let sign = -1;
  let end = to;
  for (const most = Math.min(bytes.length, to + longest); end < most && ends[bytes[end]!] === 0; end++) {
    if (bytes[end] === 0x40) sign = end;
    else if (bytes[end] === 0x3a && colon < 0 && sign < 0) colon = end;
  }
  if (sign < 0 || colon < 0 || colon > sign || sign === colon + 1) return undefined;
  const user = slice(bytes, to, colon);
  const value = slice(bytes, colon + 1, sign);
  if (
    value.length < 4 ||
    isReference(value) ||
    isReference(user) ||
    /^[$%]|%[sdvr](?:$|[^0-9A-Fa-f])|\*{3}/.test(value)
  )
    return undefined;
  const host = slice(bytes, sign + 1, end)
    .replace(/:\d*$/, '')
    .toLowerCase();
  if (
    host === '' ||
    /(?:^|\.)example(?:\.|$)|\.(?:invalid|test|example)$|^(?:host|hostname|server|domain|somehost|myhost)(?:\.|$)/.test(
      host,
    )
  ) {
    return undefined;
  }
  // `https://TOKEN:x-oauth-basic@…`
  const swapped = value === 'x-oauth-basic';
  const secret = swapped ? user : value;
  if (isExampleWord(secret)) return undefined;
  let start = at;
  while (to - start < 24 && isName(bytes[start - 1])) start--;
  const scheme = slice(bytes, start, to - 3).toLowerCase();
  const strong =
    secret.length >= 8 && /\d/.test(secret) && /\D/.test(secret) && !isIdentifier(secret) && entropy(secret) >= 2.75;
  const near = /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal)/.test(host);
  const weak = !strong || near || hint.example === true || secret === user;
  return {
    value: secret,
    start: swapped ? to : colon + 1,
    end: swapped ? colon : sign,
    title: `Password in a URL (${/^[a-z][a-z0-9+.-]*$/.test(scheme) ? scheme : 'unknown scheme'})`,
    confidence: weak ? 'low' : 'high',
  };
}
