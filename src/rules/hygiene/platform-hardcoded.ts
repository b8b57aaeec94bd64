import type { Check, Hit } from '../../types/rule.ts';
import { onDockerfile, partPlace } from '../stages.ts';

/** A stage whose name says its platform is one of several that a later stage chooses from; Windows images have one platform. */
export const check: Check = (facts) =>
  onDockerfile(facts, (dockerfile) =>
    dockerfile.stages.flatMap(({ index, base, name = '', os }): Hit[] => {
      const word = base.platform;
      if (!word || word.text.includes('$') || os === 'windows') return [];
      const [system = '', architecture = ''] = word.value.split('/');
      if ([system, architecture].some((part) => part !== '' && name.includes(part))) return [];
      return [{ data: { platform: word.value }, evidence: [partPlace(dockerfile, { stage: index }, word)] }];
    }),
  );
