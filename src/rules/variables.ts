/** Variables of a Dockerfile as rules ask for them. */
import type { DockerfileFacts, InstructionFact, StageFact, WordFact } from '../types/dockerfile.ts';
import { chainOf } from './stages.ts';

/** Words of an instruction that the builder expands. */
export function expandedWords({ keyword, args, pairs }: InstructionFact): readonly WordFact[] {
  if (keyword === 'ENV' || keyword === 'LABEL')
    return pairs.flatMap(({ name, value }) => (value ? [name, value] : [name]));
  if (keyword === 'ARG') return pairs.flatMap(({ value }) => value ?? []);
  return /^(?:ADD|COPY|EXPOSE|STOPSIGNAL|USER|VOLUME|WORKDIR)$/.test(keyword) ? args : [];
}

/** Names that ARG and ENV of the stage and of those below it declare, wherever they stand. */
export function declaredNames(dockerfile: DockerfileFacts, stage: StageFact): string[] {
  return chainOf(dockerfile, stage).flatMap(({ instructions }) => namesIn(dockerfile, instructions));
}

/** Names that ARG declares before the first FROM. */
export function globalNames({ instructions }: DockerfileFacts): string[] {
  return instructions
    .filter(({ stage, keyword }) => stage < 0 && keyword === 'ARG')
    .flatMap(({ pairs }) => pairs.map(({ name }) => name.text));
}

function namesIn({ instructions }: DockerfileFacts, indexes: readonly number[]): string[] {
  return indexes.flatMap((index) => {
    const { keyword, pairs } = instructions[index]!;
    return keyword === 'ARG' || keyword === 'ENV' ? pairs.map(({ name }) => name.text) : [];
  });
}
