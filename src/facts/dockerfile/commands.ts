/** Scripts and commands, and whether the container ever runs them. */
import type { Argument, Redirection } from '../../dockerfile/commands.ts';
import type { Dockerfile } from '../../dockerfile/model.ts';
import type { ShellReading } from '../../dockerfile/shell.ts';
import type { ArgumentFact, CommandFact, RedirectionFact, ScriptFact, StageFact } from '../../types/dockerfile.ts';
import { instructionEvidence } from './instructions.ts';

export function commandFacts(
  { file, instructions }: Dockerfile,
  { commands }: ShellReading,
  stages: readonly StageFact[],
): CommandFact[] {
  const started = startedBy(stages);
  return commands.map((command) => {
    const { instruction, range } = command;
    const stage = instructions[instruction]!.stage;
    const { pipeline, parent } = command;
    return {
      index: command.index,
      instruction,
      stage,
      origin: command.origin,
      deferred: command.deferred,
      overridden: command.origin !== 'RUN' && !command.deferred && !started.has(instruction),
      script: command.script,
      name: command.name,
      program: argumentFact(command.program),
      args: command.args.map(argumentFact),
      assignments: command.assignments.map(({ name, value }) => ({
        name,
        ...(value && { value: argumentFact(value) }),
      })),
      redirects: command.redirects.map(redirectionFact),
      via: command.via,
      ...(parent !== undefined && { parent }),
      join: command.join,
      ...(pipeline && { pipeline }),
      context: command.context,
      start: command.start,
      end: command.end,
      range,
      evidence: instructionEvidence(file, stage, range),
    };
  });
}

export function scriptFacts({ instructions }: Dockerfile, { scripts }: ShellReading): ScriptFact[] {
  return scripts.map((script) => ({
    index: script.index,
    instruction: script.instruction,
    stage: instructions[script.instruction]!.stage,
    deferred: script.deferred,
    origin: script.origin,
    dialect: script.dialect,
    interpreter: script.interpreter,
    text: script.text.text,
    errors: script.errors,
    truncated: script.truncated,
  }));
}

/** The instructions whose CMD, ENTRYPOINT or HEALTHCHECK the image keeps. */
function startedBy(stages: readonly StageFact[]): Set<number> {
  const target = stages.find(({ isTarget }) => isTarget);
  const kept = [target?.cmd, target?.entrypoint, target?.healthcheck];
  return new Set(kept.flatMap((setting) => (setting ? [setting.instruction] : [])));
}

function argumentFact({ text, dynamic, open, quoted, glob, inner, start, end, range }: Argument): ArgumentFact {
  return { text, dynamic, open, quoted, glob, inner, start, end, range };
}

function redirectionFact({ operator, descriptor, target, body }: Redirection): RedirectionFact {
  return {
    operator,
    ...(descriptor !== undefined && { descriptor }),
    ...(target && { target: argumentFact(target) }),
    ...(body && { body }),
  };
}
