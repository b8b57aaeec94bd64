/** The images that a Dockerfile names: what FROM starts from, and what COPY --from and mounts take files out of. */
import type { DockerfileFacts, StageFact } from '../types/dockerfile.ts';
import type { Reference } from '../types/facts.ts';
import type { Evidence } from '../types.ts';
import { isBuilt, placeIn } from './dockerfile.ts';

export interface NamedImage {
  reference: Reference;
  stage: StageFact;
  via: 'from' | 'copy' | 'mount';
  evidence: Evidence;
  /** As the file names it, variables expanded and a digest shortened: for messages. */
  shown: string;
  /** The name depends on build arguments; what is known is their default. */
  open: boolean;
}

/** FROM of every stage that the target needs, where it names an image and that name is known. */
export function baseImages(dockerfile: DockerfileFacts): NamedImage[] {
  const out: NamedImage[] = [];
  for (const stage of dockerfile.stages) {
    const { reference, open, scratch } = stage.base;
    if (!reference || scratch || stage.base.stage !== undefined || !isBuilt(dockerfile, stage.index)) continue;
    out.push({
      reference,
      stage,
      via: 'from',
      evidence: placeIn(dockerfile, stage.index, stage.base),
      shown: shownName(stage.base.text),
      open: open.length > 0,
    });
  }
  return out;
}

/** FROM, COPY --from and mounts: every image whose bytes get into the build. */
export function usedImages(dockerfile: DockerfileFacts): NamedImage[] {
  const out = baseImages(dockerfile);
  for (const stage of dockerfile.stages) {
    if (!isBuilt(dockerfile, stage.index)) continue;
    for (const { via, name, stage: used, instruction, reference } of stage.uses) {
      const at = dockerfile.instructions[instruction];
      if (via === 'from' || used !== undefined || !reference || !at) continue;
      const flag = at.flags.find((one) => one.name === 'from' || (one.name === 'mount' && one.value?.includes(name)));
      out.push({
        reference,
        stage,
        via,
        evidence: placeIn(dockerfile, stage.index, flag ?? at),
        shown: shownName(name),
        open: false,
      });
    }
  }
  return out;
}

/** An image's name with its digest cut to what tells it from others. */
export function shownName(text: string): string {
  return text.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…').slice(0, 200);
}
