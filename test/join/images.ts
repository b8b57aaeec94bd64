import { type Joined, joinImage } from '../../src/join/join.ts';
import type { ContainerConfig, ImageConfig } from '../../src/types.ts';
import { containerConfig } from '../support/facts.ts';

/** One step: what the history says; `empty` where it made no layer. */
export type TestStep = string | { empty: string };

/** A config with a history; each step that is not empty made a layer. */
export function configOf(steps: readonly TestStep[], container: Partial<ContainerConfig> = {}): ImageConfig {
  let layer = 0;
  return {
    platform: { os: 'linux', architecture: 'amd64' },
    container: containerConfig({ user: '', entrypoint: [], ...container }),
    diffIDs: [],
    history: steps.map((step) =>
      typeof step === 'string'
        ? { createdBy: step, emptyLayer: false, layer: layer++ }
        : { createdBy: step.empty, emptyLayer: true },
    ),
  };
}

export function joinOf(
  text: string,
  steps: readonly TestStep[],
  more: { target?: string; args?: Record<string, string>; container?: Partial<ContainerConfig> } = {},
): Joined {
  return joinImage(configOf(steps, more.container), {
    file: 'Dockerfile',
    text,
    ...(more.target !== undefined && { target: more.target }),
    ...(more.args && { buildArgs: new Map(Object.entries(more.args)) }),
  });
}

/** For each step the line of its instruction, `base`, or `own` where no instruction made it. */
export function linesOf(joined: Joined, steps: readonly TestStep[]): (number | string | undefined)[] {
  return steps.map((_, i) => {
    const source = joined.setting(`/history/${i}/created_by`);
    return source?.place?.range.start.line ?? source?.origin;
  });
}
