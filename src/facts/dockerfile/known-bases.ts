/** What is known of each stage's base image, for who works out changes to the file. */
import type { DockerfileFacts } from '../../types/dockerfile.ts';
import type { Distro } from '../../types/facts.ts';
import type { FactData } from '../data.ts';
import { baseDistro, baseUser } from './base.ts';

/** By stage: the distribution and the user of the image at the bottom of its FROM chain, where they are known. */
export function knownBases({ stages }: DockerfileFacts, data: FactData): { distro?: Distro; user?: string }[] {
  return stages.map(({ root }) => {
    const stage = stages[root]!;
    const distro = baseDistro(stage, data['base-images'], data.distros.distros);
    const user = baseUser(stage, data['base-images']);
    return { ...(distro && { distro }), ...(user && { user: user.spec }) };
  });
}
