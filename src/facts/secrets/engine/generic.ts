/**
 * Passwords and tokens that only the name of their field gives away. The last and weakest of the readers: the name must
 * mean a credential, the value must look drawn at random, and what is in doubt is of low confidence.
 */
import { readAssignment, wordsOf } from './assignment.ts';
import { isLineEnd, isQuote } from './bytes.ts';
import { entropy } from './entropy.ts';
import { isDigest, isExampleToken, isExampleWord, isIdentifier, isReference, isWeak } from './placeholder.ts';
import type { Found, Place } from './readers.ts';

const floor = 3.5;
const weakFloor = 3;

/** A name whose last words mean a credential. */
const credential =
  /(?:^| )(?:password|passwd|passphrase|pass phrase|pgpass(?:word)?|secret|secrets|credential|credentials|bearer|token|(?:api|access|private|secret|auth|encryption|signing|master|session|app|application|admin|service|account|shared|client|deploy|webhook|hmac|jwt|license|licence) ?key|apikey|accesskey|secretkey|privatekey|authtoken|accesstoken|refreshtoken|encryptionkey|signingkey|masterkey)(?: (?:value|plain|text|base64|b64|prod|production|live|staging|dev|main|master|new|old|current|root|admin|user|\d{1,2}))*$/;
/** A name with one of these words means something about a credential, or a token of another kind. */
const otherwise =
  /(?:^| )(?:next|continuation|page|paging|pagination|cursor|marker|lock|change|cancel|cancellation|csrf|xsrf|request|upload|resume|sync|idempotency|file|path|dir|directory|folder|uri|endpoint|hash|hashed|digest|checksum|fingerprint|version|length|len|size|type|types|kind|name|names|id|ids|ref|reference|label|prompt|hint|text|message|error|policy|public|pub|format|regex|pattern|parameter|column|table|expiry|expires|expiration|ttl|count|index|enabled|disabled|required|min|max|encrypted|sealed|encoded|alg|algorithm|provider|manager|store|header|cookie|template|placeholder|example|sample|dummy|fake|mock|expected|test|tests|i18n|title|help|description|class|style|icon|sort|primary|foreign|unique|partition|cache|etag|lex|lexer|parse|parser|syntax|grammar|keyword|constant|method|function|arn|kms|vault|location|url|strength|rule|rules|validator|generator|field|input|selector|css|element)(?: |$)/;

/** Judges the assignment that the keyword is in the name of. */
export function readGeneric({ bytes, at, to, hint, format }: Place): Found | undefined {
  if (hint.generated) return undefined;
  const field = readAssignment(bytes, at, to);
  if (!field || field.cut || field.value.length < 8 || field.value.length > 200) return undefined;
  const { value } = field;
  // A name that says what it is leaves no doubt where it ends.
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || /\s/.test(value)) return undefined;
  const words = wordsOf(field.name);
  if (!credential.test(words) || otherwise.test(words)) return undefined;
  const bits = entropy(value);
  if (bits < weakFloor || !isLiteral(value) || inLongLine(bytes, at)) return undefined;
  const isPassword = /pass/.test(words);
  // Program text assigns names to names: only what is quoted there is a value.
  if (!field.quoted && (field.sign === 'call' || isCode(bytes, field.nameStart, field.valueEnd, value)))
    return undefined;
  const hex = /^(?:0x)?[a-f0-9]+$/i.test(value);
  const mixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  // Lower case alone is how words are written: random text of that kind has a digit in every few characters.
  const digits = value.replace(/\D/g, '').length;
  const drawn = mixed ? digits >= 2 : value.length >= 20 && digits >= Math.max(3, value.length / 8);
  const strong = bits >= floor && !hex && drawn;
  const sure = strong && !hint.example && !isWeak(value) && (value.length >= 12 || isPassword);
  return {
    value,
    start: field.valueStart,
    end: field.valueEnd,
    field: field.name,
    ...(format.id === 'generic-secret' ? { rule: 'api-token' } : {}),
    ...(sure ? {} : { confidence: 'low', severity: 'low' }),
  };
}

function isLiteral(value: string): boolean {
  if (isReference(value) || isDigest(value) || isExampleWord(value) || isExampleToken(value) || isIdentifier(value))
    return false;
  if (
    /^[/.~@#*-]|:\/\/|\\|\.(?:pem|key|json|ya?ml|txt|crt|cer|conf|cfg|xml|html?|js|ts|py|rb|go|java|c|h|sh|so|png|svg|md|rst|zip|gz)$/i.test(
      value,
    )
  )
    return false;
  // Versions, dates, addresses, numbers with units; lists and paths; calls and members.
  if (/^v?\d+(?:[.:/-]\d+)+\w{0,6}$|^[\d.,]+[a-z]{0,3}$|^[a-z_]\w*(?:\.[a-z_]\w*)+$|[()[\]{}]|=[^=]|->/i.test(value))
    return false;
  if (/^(?:[a-z0-9_-]+\/){1,8}[a-z0-9_.:-]+$/.test(value)) return false;
  const decoded = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('latin1') : '';
  return !(/^[\x20-\x7e]{4,}$/.test(decoded) && (isExampleWord(decoded) || isReference(decoded) || / /.test(decoded)));
}

/** Unquoted, and on a line that is a statement: `x.token = other2;`, `token = next_token1`, `token: cfg1.token,`. */
function isCode(bytes: Buffer, nameStart: number, valueEnd: number, value: string): boolean {
  const next = bytes[valueEnd];
  if (next === 0x28 || next === 0x5b || next === 0x29 || next === 0x7d) return true;
  if (next === 0x3b && isLineEnd(bytes[valueEnd + 1])) return true;
  if (next === 0x2c && isLineEnd(bytes[valueEnd + 1]) && !isQuote(bytes[nameStart - 1])) return true;
  return /^[A-Za-z_]\w*$/.test(value) && /_/.test(value) && !/[A-Z]/.test(value) && value.length < 24;
}

/** Minified programs and data keep no lines. */
function inLongLine(bytes: Buffer, at: number): boolean {
  const reach = 1000;
  const from = Math.max(0, at - reach);
  const around = bytes.subarray(from, at + reach);
  return around.length === at - from + reach && from > 0 && !around.includes(0x0a);
}
