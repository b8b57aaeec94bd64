/** Kinds for users' own rules: what a Dockerfile says. */
import type { DockerfileFacts, InstructionFact, StageFact } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import { wholeOf } from './own-image.ts';
import type { Item, Kind, Listing } from './own-kind.ts';

const dockerfile = ['dockerfile'] as const;

/** In the order of the documentation. */
export const dockerfileKinds: readonly Kind[] = [
  {
    name: 'dockerfile',
    item: 'dockerfile',
    on: dockerfile,
    single: true,
    named: 'path',
    what: 'the file itself',
    fields: {
      path: ['string', 'as the target was given'],
      syntax: ['string', 'value of `# syntax=`'],
      lines: ['int', 'number of lines'],
      stageCount: ['int', 'number of stages'],
      target: ['int', 'index of the stage that the build ends with; -1 without one'],
      errors: ['int', 'how many things no builder accepts'],
    },
    read: (facts) =>
      listed(facts, (file) => [
        {
          values: {
            path: file.file,
            syntax: file.directives.find(({ name }) => name === 'syntax')?.value,
            lines: file.text.split('\n').length,
            stageCount: file.stages.length,
            target: file.target ?? -1,
            errors: file.errors.length,
          },
          evidence: wholeOf(facts),
        },
      ]),
  },
  {
    name: 'stages',
    item: 'stage',
    on: dockerfile,
    named: 'base',
    what: 'stages, in order',
    fields: {
      index: ['int', '0 = first'],
      name: ['string', 'lower case; empty where it has none'],
      base: ['string', 'what stands after FROM, variables expanded'],
      fromStage: ['bool', 'starts from an earlier stage'],
      scratch: ['bool', 'starts from scratch'],
      registry: ['string', '`docker.io`; empty for a stage, for scratch, and where the name depends on the build'],
      repository: ['string', '`library/debian`'],
      tag: ['string', 'tag; empty without one'],
      digest: ['string', 'digest; empty without one'],
      platform: ['string', '`--platform`, variables expanded'],
      role: ['string', '`ships`, `feeds` or `unused`'],
      isTarget: ['bool', 'the build ends with it'],
      user: ['string', 'USER as it leaves it; empty where only the base knows'],
      workdir: ['string', 'WORKDIR, likewise'],
      line: ['int', 'line of FROM'],
    },
    read: (facts) =>
      listed(facts, (file) =>
        file.stages.map((stage) => ({
          values: stageValues(stage),
          evidence: file.instructions[stage.from]!.evidence,
        })),
      ),
  },
  {
    name: 'instructions',
    item: 'instruction',
    on: dockerfile,
    named: 'keyword',
    what: 'instructions, in order; what ONBUILD defers is an instruction of its own',
    fields: {
      keyword: ['string', 'upper case: `RUN`'],
      text: ['string', 'the whole of it on one line'],
      args: ['list<string>', 'arguments: words, JSON elements, or one text, variables expanded'],
      flags: ['list<string>', '`name=value`, or `name` alone, without dashes'],
      names: ['list<string>', 'names that ARG, ENV or LABEL sets'],
      json: ['bool', 'arguments are a JSON array'],
      deferred: ['bool', 'stands after ONBUILD'],
      invalid: ['bool', 'no builder accepts it'],
      stage: ['int', 'index of its stage; -1 before the first FROM'],
      role: ['string', '`ships`, `feeds` or `unused`, of its stage; empty before the first FROM'],
      comments: ['list<string>', 'comment lines straight above'],
      line: ['int', 'first line'],
    },
    read: (facts) =>
      listed(facts, (file) =>
        file.instructions.flatMap((instruction) => [
          instructionItem(instruction, file, false),
          ...(instruction.trigger ? [instructionItem(instruction.trigger, file, true)] : []),
        ]),
      ),
  },
  {
    name: 'commands',
    item: 'command',
    on: dockerfile,
    named: 'name',
    what: 'commands of RUN, CMD, ENTRYPOINT and HEALTHCHECK, also those behind `sudo`, `env`, `sh -c`',
    fields: {
      name: ['string', 'program without its folder; empty where it cannot be known'],
      args: ['list<string>', 'arguments; parts that cannot be known stand as written'],
      origin: ['string', '`RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`'],
      via: ['list<string>', 'what was looked through, outermost first'],
      manager: ['string', '`apt`, `apk`, `dnf`, `pip` …, where it is a package manager'],
      verb: ['string', '`install`, `update`, `remove` …, of a package manager'],
      packages: ['list<string>', 'names that a package manager is given'],
      overridden: ['bool', 'a later CMD, ENTRYPOINT or HEALTHCHECK replaces it'],
      deferred: ['bool', 'stands after ONBUILD'],
      stage: ['int', 'index of its stage'],
      role: ['string', '`ships`, `feeds` or `unused`, of its stage'],
      line: ['int', 'first line'],
    },
    read: (facts) =>
      listed(facts, (file) =>
        file.commands.map((command) => ({
          values: {
            name: command.name,
            args: command.args.map(({ text }) => text),
            origin: command.origin,
            via: command.via,
            manager: command.packages?.manager,
            verb: command.packages?.verb,
            packages: command.packages?.packages.map(({ name }) => name),
            overridden: command.overridden,
            deferred: command.deferred,
            stage: command.stage,
            role: file.stages[command.stage]?.role,
            line: command.range.start.line,
          },
          evidence: command.evidence,
        })),
      ),
  },
];

function listed({ dockerfile: fact }: Facts, read: (file: DockerfileFacts) => Item[]): Listing {
  if (!fact) return { items: [], unknown: 'there is no Dockerfile' };
  return fact.known ? { items: read(fact.value) } : { items: [], unknown: fact.reason };
}

function stageValues(stage: StageFact): Item['values'] {
  const { base } = stage;
  return {
    index: stage.index,
    name: stage.name,
    base: base.text,
    fromStage: base.stage !== undefined,
    scratch: base.scratch,
    registry: base.reference?.registry,
    repository: base.reference?.repository,
    tag: base.reference?.tag,
    digest: base.reference?.digest,
    platform: base.platform?.value,
    role: stage.role,
    isTarget: stage.isTarget,
    user: stage.user?.value,
    workdir: stage.workdir?.value,
    line: stage.range.start.line,
  };
}

function instructionItem(instruction: InstructionFact, file: DockerfileFacts, deferred: boolean): Item {
  const { keyword, text, args, flags, pairs, json, invalid, stage, comments, range, evidence } = instruction;
  return {
    values: {
      ...{ keyword, text, json, deferred, invalid, stage },
      args: args.map(({ value }) => value),
      flags: flags.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)),
      names: pairs.map(({ name }) => name.value),
      role: file.stages[stage]?.role,
      comments: comments.map((comment) => comment.text),
      line: range.start.line,
    },
    evidence,
  };
}
