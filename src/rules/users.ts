/** Reading `config.User` as the rules need it. */
import type { Facts, RunUser } from '../types/facts.ts';
import type { Fact } from '../types.ts';

/** The part before the colon: a name or a number. */
export function userPart(spec: string): string {
  const colon = spec.indexOf(':');
  return colon < 0 ? spec : spec.slice(0, colon);
}

/** The part after the colon; empty where there is none. */
export function groupPart(spec: string): string {
  const colon = spec.indexOf(':');
  return colon < 0 ? '' : spec.slice(colon + 1);
}

/** Windows has accounts of its own, and neither uids nor passwd. */
export function isWindows(facts: Facts): boolean {
  return facts.image.platform.os === 'windows';
}

/** The run user; not known where there is no image config that could name one. */
export function runUser({ image, user }: Facts): Fact<RunUser> {
  if (image.kind !== 'rootfs') return user;
  return { known: false, reason: 'a root filesystem by itself does not say which user runs it' };
}
