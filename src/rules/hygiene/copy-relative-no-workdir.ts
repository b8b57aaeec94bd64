import type { DockerfileFacts, StageFact } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { namesOf } from '../hits.ts';
import { chainOf, copyParts, onDockerfile, ownInstructions, partPlace } from '../stages.ts';
import { wildcard } from '../wild.ts';

/** WORKDIR of a stage below counts, and the base image's where it is known. */
export const check: Check = (facts, context) =>
  onDockerfile(facts, (dockerfile) => {
    const bases = namesOf(context, 'basesWithWorkdir');
    return dockerfile.stages.flatMap((stage) => stageHits(stage, dockerfile, bases));
  });

function stageHits(stage: StageFact, dockerfile: DockerfileFacts, bases: readonly string[]): Hit[] {
  if (hasWorkdir(stage, dockerfile, bases)) return [];
  const hits: Hit[] = [];
  for (const instruction of ownInstructions(dockerfile, stage, 'WORKDIR', 'COPY', 'ADD')) {
    if (instruction.keyword === 'WORKDIR') break;
    const { destination } = copyParts(instruction);
    // A variable may hold an absolute path.
    if (!destination || /^["']?(?:[\\/]|[A-Za-z]:|\$)/.test(destination.text)) continue;
    const data = { instruction: instruction.keyword, destination: destination.text };
    hits.push({ data, evidence: [partPlace(dockerfile, instruction, destination)] });
  }
  return hits;
}

/** Before its own first instruction. */
function hasWorkdir(stage: StageFact, dockerfile: DockerfileFacts, bases: readonly string[]): boolean {
  const [, ...below] = chainOf(dockerfile, stage);
  if (below.some((other) => ownInstructions(dockerfile, other, 'WORKDIR').length > 0)) return true;
  const { base, image } = dockerfile.stages[stage.root]!;
  if (image) return image.container.workingDir !== '' && image.container.workingDir !== '/';
  const { reference } = base;
  return (
    reference !== undefined &&
    bases.some((pattern) => wildcard(pattern, `${reference.registry}/${reference.repository}`))
  );
}
