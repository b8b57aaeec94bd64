import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a secret is the one given, in a time that says nothing about either. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(expected));
}
