/** What the words of a target name, apart from the scheme before them. */
import { stat } from 'node:fs/promises';
import { tryReference } from '../../../image/reference.ts';
import type { Reference } from '../../../types/facts.ts';

/** The path of a file or folder. */
export function localPath(target: string): string {
  return target.replace(/^(docker-archive|oci-archive|oci-dir|rootfs|recipe|dockerfile):/, '');
}

/** The name of an image in a registry or a daemon; undefined where it is none, such as an id of the daemon's. */
export function referenceOf(target: string): Reference | undefined {
  return tryReference(target.replace(/^(docker|registry):/, ''));
}

/** Whether a target is a file or folder, as far as can be told without opening it. */
export async function isLocal(target: string): Promise<boolean> {
  if (/^(docker|registry):/.test(target)) return false;
  if (localPath(target) !== target || referenceOf(target) === undefined) return true;
  return stat(target).then(
    () => true,
    () => false,
  );
}
