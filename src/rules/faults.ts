/** The model's errors, sorted to the rules that speak of them, so that none is told twice. */
import type { DockerfileErrorFact, DockerfileFacts, InstructionFact } from '../types/dockerfile.ts';

/** Id of the rule that an error belongs to. */
export function faultRule(error: DockerfileErrorFact, { instructions, stages }: DockerfileFacts): string {
  const instruction = error.instruction === undefined ? undefined : instructions[error.instruction];
  switch (error.code) {
    case 'no-stage':
      return stages.length > 0 ? 'instruction-before-from' : 'invalid-instruction';
    case 'port':
      return 'invalid-port';
    case 'stage-reference': {
      if (!instruction) return 'invalid-instruction';
      const own = stages[instruction.stage]?.uses.some(
        ({ instruction: index, stage }) => index === instruction.index && stage === instruction.stage,
      );
      return own ? 'copy-from-self' : 'copy-from-unknown-stage';
    }
    case 'arguments':
      // An image name that is empty because of a variable that nothing declares.
      if (instruction?.keyword === 'FROM' && (stages[instruction.stage]?.base.undeclared.length ?? 0) > 0)
        return 'undefined-arg-in-from';
      return deferred(instruction);
    default:
      return deferred(instruction);
  }
}

function deferred(instruction: InstructionFact | undefined): string {
  return /^(?:ONBUILD|FROM|MAINTAINER)$/.test(instruction?.trigger?.keyword ?? '')
    ? 'onbuild-forbidden-trigger'
    : 'invalid-instruction';
}
