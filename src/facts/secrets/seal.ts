/** Where values end: a secret becomes its mask and its fingerprint, and nothing else of it goes on. */
import type { SecretAllow, SecretHit } from '../../types/secrets.ts';
import { fingerprint, mask } from './engine/mask.ts';
import type { KeySecret } from './keys.ts';

/** A sealed secret and what names its key. */
export type SealedHit = SecretHit & { identity?: string };

/** Seals one secret. Of what a person may have thought up no character is shown. */
export function seal(secret: KeySecret, allow: readonly CompiledAllow[] = []): SealedHit {
  const { value, shown: _, ...rest } = secret;
  const allowedBy = allow.filter((rule) => rule.fits(value)).map(({ index }) => index);
  return {
    ...rest,
    masked: secret.kind === 'password-in-file' ? mask('') : mask(value),
    fingerprint: fingerprint(value),
    ...(allowedBy.length > 0 && { allowedBy }),
  };
}

/** Whether a value is so short that hashing it is made slow (engine/mask.ts). */
export function isGuessable(value: string): boolean {
  return value.length < 20;
}

/** An allow rule that speaks of the value: the only kind that must be asked here. */
export interface CompiledAllow {
  index: number;
  fits(value: string): boolean;
}

/** The allow rules that need the value. */
export function compileAllow(rules: readonly SecretAllow[]): CompiledAllow[] {
  return rules.flatMap(({ pattern, stopWord }, index) => {
    if (pattern === undefined && stopWord === undefined) return [];
    const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
    const word = stopWord?.toLowerCase();
    return [
      {
        index,
        fits: (value: string) =>
          (whole === undefined || whole.test(value.slice(0, 4096))) &&
          (word === undefined || value.toLowerCase().includes(word)),
      },
    ];
  });
}
