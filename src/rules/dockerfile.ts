/** Reading a Dockerfile's facts as the rules need them. */
import type {
  CommandFact,
  DockerfileFacts,
  InstructionFact,
  PlaceFact,
  SettingFact,
  StageFact,
} from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { Evidence } from '../types.ts';

/** The Dockerfile that is judged. Undefined where an image is judged, also one that is joined to its Dockerfile. */
export function dockerfileOf({ image, dockerfile }: Facts): DockerfileFacts | undefined {
  return image.kind === 'dockerfile' && dockerfile?.known ? dockerfile.value : undefined;
}

/** The stage that the build ends with. */
export function targetStage({ stages, target }: DockerfileFacts): StageFact | undefined {
  return target === undefined ? undefined : stages[target];
}

/** The stage whose base the image stands on in the end. */
export function rootStage(dockerfile: DockerfileFacts): StageFact | undefined {
  const target = targetStage(dockerfile);
  return target && dockerfile.stages[target.root];
}

/** What the image is made of: the target stage and the stages below it. Files copied out of others are not in it. */
export function ships(dockerfile: DockerfileFacts, stage: number): boolean {
  return dockerfile.stages[stage]?.role === 'ships';
}

/** The stage runs when the target is built: it ships, or feeds one that does. Where no target is known, all do. */
export function isBuilt({ stages, target }: DockerfileFacts, stage: number): boolean {
  return target === undefined || (stages[stage] !== undefined && stages[stage].role !== 'unused');
}

/** Every readable instruction, what ONBUILD defers in place of its ONBUILD. */
export function instructionsOf(dockerfile: DockerfileFacts, ...keywords: string[]): InstructionFact[] {
  const out: InstructionFact[] = [];
  for (const outer of dockerfile.instructions) {
    const instruction = outer.trigger ?? outer;
    if (!outer.invalid && (keywords.length === 0 || keywords.includes(instruction.keyword))) out.push(instruction);
  }
  return out;
}

/** Commands that run while the target is built, or in the container that is made of it; those of no use to it are left out. */
export function commandsOf(
  dockerfile: DockerfileFacts,
  where: { origin?: CommandFact['origin'][]; shipped?: boolean; deferred?: boolean } = {},
): CommandFact[] {
  return dockerfile.commands.filter(
    (command) =>
      !command.overridden &&
      (where.origin === undefined || where.origin.includes(command.origin)) &&
      (where.deferred === undefined || where.deferred === command.deferred) &&
      (where.shipped ? ships(dockerfile, command.stage) : isBuilt(dockerfile, command.stage)),
  );
}

/** Evidence for a part of the file: a word, an argument, a flag. */
export function placeIn(dockerfile: DockerfileFacts, stage: number, { range }: PlaceFact, note?: string): Evidence {
  return { at: 'instruction', file: dockerfile.file, stage, range, ...(note !== undefined && { note }) };
}

/** Evidence of a setting, or of FROM where the base sets it. */
export function settingPlace(
  dockerfile: DockerfileFacts,
  stage: StageFact,
  setting: SettingFact<unknown> | undefined,
): Evidence {
  return setting ? setting.evidence : placeIn(dockerfile, stage.index, stage.base);
}

/** The whole file: where something is missing everywhere. Points at the last FROM that ships. */
export function wholePlace(dockerfile: DockerfileFacts): Evidence {
  const stage = targetStage(dockerfile);
  if (stage) return placeIn(dockerfile, stage.index, stage.base);
  const start = { line: 1, column: 1 };
  return { at: 'instruction', file: dockerfile.file, stage: -1, range: { start, end: start } };
}
