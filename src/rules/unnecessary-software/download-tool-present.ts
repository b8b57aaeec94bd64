import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { toolHits } from '../present-tools.ts';
import { installHits, softwareLeft, softwareOf, startCommands } from '../software.ts';

/** A tool that the container itself is told to call (mostly in HEALTHCHECK) is needed; of BusyBox, network-tool-present speaks. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  const kind = softwareOf(context, 'download');
  if (!dockerfile) return toolHits(facts, kind).filter(({ variant }) => variant !== 'applet');
  const used = new Set(startCommands(dockerfile, true).map(({ name }) => name));
  const left = softwareLeft(dockerfile, kind).filter(({ name }) => !used.has(name));
  return installHits(dockerfile, left);
};
