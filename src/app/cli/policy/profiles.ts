/** Names of the ready-made gates. */
import { baseline } from '../../../rules/baseline.ts';

/** `baseline` is the gate without a profile. */
export function profileNames(): string[] {
  return ['baseline', ...Object.keys(baseline().data['profiles'] as Record<string, unknown>)];
}
