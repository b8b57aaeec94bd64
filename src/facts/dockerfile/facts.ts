/** A Dockerfile's model to the facts that rules see. Pure: files, daemons and registries were asked before, if at all. */

import type { Dockerfile } from '../../dockerfile/model.ts';
import type { ShellReading } from '../../dockerfile/shell.ts';
import type { BaseImageFact, ContextFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Digest, Range } from '../../types.ts';
import { commandFacts, scriptFacts } from './commands.ts';
import { instructionFact } from './instructions.ts';
import { addPackageActions } from './packages.ts';
import { secretArguments } from './secrets.ts';
import { stageFacts } from './stages.ts';

/** What is known beside the file. */
export interface DockerfileSurroundings {
  context?: ContextFact;
  /** Digests of base images without one, by their full name with its tag. */
  digests?: ReadonlyMap<string, Digest>;
  /** The config of the image that the target stage starts from in the end. */
  baseImage?: BaseImageFact;
}

/** Plain data, free of the model. */
export function dockerfileFacts(
  model: Dockerfile,
  shell: ShellReading,
  { context, baseImage, digests }: DockerfileSurroundings = {},
): DockerfileFacts {
  const { file, source } = model;
  const stages = stageFacts(model, baseImage, digests);
  const instructions = model.instructions.map((instruction) => instructionFact(instruction, model));
  const facts: DockerfileFacts = {
    file,
    text: source.text,
    escape: model.escape,
    directives: model.directives.map(({ name, value, range }) => ({ name, value, range })),
    comments: model.comments.map(({ text, range }) => ({ text, range })),
    instructions,
    stages,
    commands: commandFacts(model, shell, stages),
    scripts: scriptFacts(model, shell),
    secretArguments: secretArguments(instructions),
    errors: model.errors.map(({ code, message, line, column, instruction }) => ({
      code,
      message,
      line,
      column,
      ...(instruction !== undefined && { instruction }),
      evidence: {
        at: 'instruction',
        file,
        stage: instruction === undefined ? -1 : (model.instructions[instruction]?.stage ?? -1),
        range: pointRange(line, column),
      },
    })),
  };
  if (model.target !== undefined) facts.target = model.target;
  if (context) facts.context = context;
  addPackageActions(facts);
  return facts;
}

function pointRange(line: number, column: number): Range {
  return { start: { line, column }, end: { line, column } };
}
