import { digestOfTag, fetchManifest } from '../../../source/registry/document.ts';
import { type Deletion, deleteTag, manifestTypeOf, pushManifest } from '../../../source/registry/upload.ts';
import type { Verdict } from '../types.ts';
import { DeliveryError } from './deliver.ts';
import { type RegistryAccess, withRepository } from './registry-access.ts';
import { createSelector, type Selection } from './select.ts';

/** What becomes of the tag of an image that failed. */
export interface QuarantinePolicy extends Omit<Selection, 'on'> {
  /** `move`: the image is kept under another tag. `delete`: the tag alone goes; the image stays until it is collected. */
  action: 'move' | 'delete';
  /** What the other tag begins with. */
  prefix: string;
}

export type Quarantined =
  | { outcome: 'moved'; to: string }
  | { outcome: 'deleted' }
  /** Nothing was changed. */
  | { outcome: 'left'; reason: string };

const longestTag = 128;

/**
 * Takes the tag of a failed image away. Nothing is done where the tag meanwhile points to another image: that one was, or
 * will be, judged by itself. The image can still be pulled by its digest. @throws DeliveryError
 */
export async function quarantine(
  verdict: Verdict,
  policy: QuarantinePolicy,
  access: RegistryAccess,
): Promise<Quarantined> {
  const { tag, digest } = verdict;
  if (verdict.passed) return left('it passed');
  if (tag === undefined) return left('it was pushed without a tag');
  // What is there already would otherwise be moved again and again, each time that the registry tells of it.
  if (tag.startsWith(policy.prefix)) return left('it is in quarantine');
  if (!createSelector({ ...policy, on: 'failed' })(verdict)) return left('the policy leaves its repository out');
  const to = `${policy.prefix}${tag}`.slice(0, longestTag);
  const what = `tag ${tag}`;
  return withRepository(verdict, 'pull,push,delete', access, what, async (client, limits) => {
    const other = async (): Promise<string | undefined> => {
      const now = await digestOfTag(client, tag, limits.documentBytes);
      if (now === undefined) return 'the tag is gone';
      return now === digest ? undefined : 'the tag points to another image by now';
    };
    const before = await other();
    if (before) return left(before);
    const bytes = await fetchManifest(client, { digest }, limits.documentBytes);
    const mediaType = manifestTypeOf(bytes, 'the manifest', limits);
    const copied = policy.action === 'move' ? to : undefined;
    if (copied !== undefined) {
      await pushManifest(client, copied, bytes, mediaType, `tag ${copied}`);
      const after = await other();
      if (after) return left(after);
    }
    const answer = await deleteTag(client, tag, { bytes, mediaType });
    // Some answer as if it were gone.
    const stays = answer === 'deleted' && (await digestOfTag(client, tag, limits.documentBytes)) === digest;
    const problem = refusal(stays ? 'unsupported' : answer, verdict, copied);
    if (problem) throw problem;
    return copied === undefined ? { outcome: 'deleted' } : { outcome: 'moved', to: copied };
  });
}

function refusal(
  answer: Deletion,
  { registry, repository, tag }: Verdict,
  copied: string | undefined,
): DeliveryError | undefined {
  const also = copied === undefined ? '' : `; the image is under ${copied} as well`;
  if (answer === 'denied')
    return new DeliveryError(
      `${registry} denies the deletion of ${repository}:${tag}${also}; give the server a credential that may delete`,
      false,
    );
  if (answer === 'unsupported')
    return new DeliveryError(
      `${registry} deletes no tags, so that ${repository}:${tag} stays${also}; allow deletion there (storage.delete.enabled in Distribution), or put a gate before it`,
      false,
    );
  return undefined;
}

function left(reason: string): Quarantined {
  return { outcome: 'left', reason };
}
