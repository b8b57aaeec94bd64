/** What rules about instructions and stages have in common. */
import type { DockerfileFacts, FlagFact, InstructionFact, StageFact, WordFact } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { dockerfileOf, instructionsOf, placeIn } from './dockerfile.ts';

/** Runs a check over a Dockerfile; an image has none of its faults. */
export function onDockerfile(facts: Facts, check: (dockerfile: DockerfileFacts) => Hit[]): Hit[] {
  const dockerfile = dockerfileOf(facts);
  return dockerfile ? check(dockerfile) : [];
}

/** Runs a check over each instruction of the keywords, triggers included. */
export function eachInstruction(
  facts: Facts,
  keywords: readonly string[],
  check: (instruction: InstructionFact, dockerfile: DockerfileFacts) => Hit | Hit[] | undefined,
): Hit[] {
  return onDockerfile(facts, (dockerfile) =>
    instructionsOf(dockerfile, ...keywords).flatMap((instruction) => check(instruction, dockerfile) ?? []),
  );
}

/** The flag of that name. */
export function flagNamed({ flags }: InstructionFact, name: string): FlagFact | undefined {
  return flags.find((flag) => flag.name === name);
}

/** Sources and destination of COPY and ADD; here-documents are sources that are not among them. */
export function copyParts({ args }: InstructionFact): { sources: readonly WordFact[]; destination?: WordFact } {
  const destination = args.at(-1);
  return { sources: args.slice(0, -1), ...(destination && { destination }) };
}

/** Indexes of the stages that a stage starts from, itself first. */
export function chainOf({ stages }: DockerfileFacts, stage: StageFact): StageFact[] {
  const chain = [stage];
  for (let below = stage.base.stage; below !== undefined; below = stages[below]!.base.stage) chain.push(stages[below]!);
  return chain;
}

/** Instructions of the stage itself, triggers left out. */
export function ownInstructions(
  { instructions }: DockerfileFacts,
  stage: StageFact,
  ...keywords: string[]
): InstructionFact[] {
  return stage.instructions
    .map((index) => instructions[index]!)
    .filter(({ invalid, keyword }) => !invalid && keywords.includes(keyword));
}

/** The place of a part of an instruction. */
export function partPlace(
  dockerfile: DockerfileFacts,
  { stage }: { stage: number },
  part: Parameters<typeof placeIn>[2],
  note?: string,
): Evidence {
  return placeIn(dockerfile, stage, part, note);
}
