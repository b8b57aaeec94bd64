/** Tests of a value beyond its shape. A failed checksum lowers confidence; a structure that does not hold refuses. */
import { base62Crc } from './checksum.ts';
import type { RawMatch } from './format.ts';
import { isDigest, isExampleWord, isIdentifier, isReference } from './placeholder.ts';

export type Verdict = false | Partial<Pick<RawMatch, 'confidence' | 'severity' | 'checked' | 'title'>>;

/** What a check may look at beside the value: the text around it. */
export interface Surroundings {
  before: string;
  after: string;
}

/** By the names that formats use. */
export const checks: Readonly<Record<string, (value: string, around: () => Surroundings) => Verdict>> = {
  'aws-key-id': (value) =>
    /^[A-Z]{4}[A-Z2-7]{16}$/.test(value) ? { checked: 'passed' } : { checked: 'failed', confidence: 'low' },
  'github-crc': checksum,
  'npm-crc': checksum,
  /** Letters with digits, or of both cases; no words, and not the shape of a common hash. */
  mixed: (value) => {
    if (!/[A-Za-z]/.test(value) || !(/\d/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value)))) return false;
    if (/^(?:[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[A-F0-9]{32}|[A-F0-9]{40}|[A-F0-9]{64})$/.test(value)) return false;
    return isIdentifier(value) ? false : {};
  },
  /** Letters of both cases. */
  cased: (value) => (/[A-Z]/.test(value) && /[a-z]/.test(value) && !isIdentifier(value) ? {} : false),
  /** A registry's token, which tells nothing of itself. */
  opaque: (value) =>
    isReference(value) || isExampleWord(value) || !(/\d/.test(value) || value.length >= 24) ? false : {},
  password: (value) => {
    if (value.length < 6 || isReference(value) || isExampleWord(value) || isDigest(value)) return false;
    return /\d/.test(value) && /\D/.test(value) && value.length >= 8 && !isIdentifier(value)
      ? {}
      : { confidence: 'low' };
  },
  jwt,
  /** A key that a browser application shows to everybody: Firebase's web keys, and those in page source. */
  'google-api-key': (_value, around) => {
    const { before, after } = around();
    return /authDomain|firebaseapp|messagingSenderId|measurementId|current_key|maps\.googleapis|googleapis\.com\/maps/.test(
      before + after,
    )
      ? { severity: 'info', title: 'Google API key of a web or mobile application' }
      : {};
  },
};

function checksum(value: string): Verdict {
  const body = value.slice(-36, -6);
  return base62Crc(body) === value.slice(-6) ? { checked: 'passed' } : { checked: 'failed', confidence: 'medium' };
}

/** RFC 7519: two JSON objects, the first of which names an algorithm. */
function jwt(value: string): Verdict {
  const [head, body] = value.split('.').map(json);
  if (!head || !body || typeof head['alg'] !== 'string') return false;
  if (head['alg'].toLowerCase() === 'none') return { confidence: 'low', checked: 'passed' };
  // The examples of jwt.io, of PyJWT's documentation, and of RFC 7519.
  const name = `${body['name'] ?? ''}`;
  if (body['sub'] === '1234567890' || body['some'] === 'payload' || /^(?:John|Jane) Doe$/.test(name)) return false;
  if (body['iss'] === 'joe' || body['foo'] === 'bar' || body['hello'] === 'world') return false;
  if (body['role'] === 'service_role')
    return { severity: 'critical', confidence: 'high', checked: 'passed', title: 'Supabase service role key' };
  if (body['role'] === 'anon') return { severity: 'info', checked: 'passed', title: 'Supabase public (anon) key' };
  if (/serviceaccount/.test(`${body['iss'] ?? ''}${body['sub'] ?? ''}`)) {
    return { severity: 'high', confidence: 'high', checked: 'passed', title: 'Kubernetes service account token' };
  }
  return { checked: 'passed' };
}

function json(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
