/** The ready-made gates. */
import { baseline } from '../../../rules/baseline.ts';
import type { Profile } from '../../../rules/profile-schema.ts';

/** `baseline` is the gate without a profile. */
export function profileNames(): string[] {
  return ['baseline', ...Object.keys(profiles())];
}

/** Undefined for `baseline`. */
export function profileNamed(name: string): Profile | undefined {
  return name === 'baseline' ? undefined : profiles()[name];
}

function profiles(): Record<string, Profile> {
  return baseline().data['profiles'] as Record<string, Profile>;
}
