/** Stages with their effective settings, by the builder's semantics, and what part each plays in the image. */
import type { Dockerfile, ImageName, Setting, Stage, StageUse } from '../../dockerfile/model.ts';
import { formatReference, tryReference } from '../../image/reference.ts';
import type {
  BaseImageFact,
  PlaceFact,
  SettingFact,
  StageBaseFact,
  StageFact,
  StageRole,
  StageUseFact,
} from '../../types/dockerfile.ts';
import type { Digest, Range } from '../../types.ts';
import { instructionEvidence, placer, wordFact } from './instructions.ts';

export function stageFacts(
  model: Dockerfile,
  baseImage: BaseImageFact | undefined,
  digests: ReadonlyMap<string, Digest> = new Map(),
): StageFact[] {
  const roots: number[] = [];
  for (const { index, base } of model.stages) roots.push(base.stage === undefined ? index : roots[base.stage]!);
  const roles = rolesOf(model);
  return model.stages.map((stage) => {
    const fact = stageFact(stage, model, roots[stage.index]!, roles[stage.index]!);
    const { reference } = fact.base;
    const known = reference && !reference.digest ? digests.get(formatReference(reference)) : undefined;
    if (known) fact.base.known = known;
    if (baseImage && model.target !== undefined && stage.index === roots[model.target]) fact.image = baseImage;
    return fact;
  });
}

/** The target and what it starts from ship; whatever else is built for it feeds it. */
function rolesOf({ stages, target }: Dockerfile): StageRole[] {
  const roles = stages.map(({ built }): StageRole => (built ? 'feeds' : 'unused'));
  for (let at = target; at !== undefined; at = stages[at]!.base.stage) roles[at] = 'ships';
  return roles;
}

function stageFact(stage: Stage, model: Dockerfile, root: number, role: StageRole): StageFact {
  const from = model.instructions[stage.from]!;
  const place = placer(from, model);
  const setting = <T>({ value, instruction, stage: at, open }: Setting<T>): SettingFact<T> => ({
    value,
    instruction,
    stage: at,
    open,
    evidence: instructionEvidence(model.file, at, model.instructions[instruction]!.range),
  });
  const named = <T>(settings: ReadonlyMap<string, Setting<T>>) =>
    [...settings].map(([name, value]) => ({ name, ...setting(value) }));
  const start = place(from.name).start;
  const last = stage.instructions.at(-1);
  const end = last === undefined ? from.range.end : model.instructions[last]!.range.end;
  const fact: StageFact = {
    index: stage.index,
    from: stage.from,
    base: baseFact(stage, model),
    root,
    isFinal: stage.index === model.stages.length - 1,
    isTarget: stage.index === model.target,
    role,
    os: stage.os,
    instructions: stage.instructions,
    uses: stage.uses.map(useFact),
    env: named(stage.env),
    labels: named(stage.labels),
    ports: stage.ports.map(setting),
    volumes: stage.volumes.map(setting),
    start,
    end: model.source.lineStart(end.line) + end.column - 1 + (end.line === 1 ? model.source.bom : 0),
    range: stage.range,
  };
  if (stage.name !== undefined) {
    fact.name = stage.name;
    if (from.args[2]) fact.nameWord = wordFact(from.args[2], undefined, place);
  }
  if (stage.user) fact.user = setting(stage.user);
  if (stage.workdir) fact.workdir = setting(stage.workdir);
  if (stage.shell) fact.shell = setting(stage.shell);
  if (stage.entrypoint) fact.entrypoint = setting(stage.entrypoint);
  if (stage.cmd) fact.cmd = setting(stage.cmd);
  if (stage.healthcheck) fact.healthcheck = setting(stage.healthcheck);
  if (stage.stopSignal) fact.stopSignal = setting(stage.stopSignal);
  return fact;
}

function useFact({ via, name, stage, instruction }: StageUse): StageUseFact {
  const reference = stage === undefined ? tryReference(name) : undefined;
  return { via, name, ...(stage !== undefined && { stage }), ...(reference && { reference }), instruction };
}

function baseFact(stage: Stage, model: Dockerfile): StageBaseFact {
  const from = model.instructions[stage.from]!;
  const place = placer(from, model);
  const { written, name, scratch, stage: earlier, platform, image } = stage.base;
  const fact: StageBaseFact = {
    written: written.text,
    text: name.text,
    open: name.open,
    undeclared: name.undeclared,
    scratch,
    ...place(written),
  };
  if (earlier !== undefined) fact.stage = earlier;
  else if (!scratch) {
    const reference = tryReference(name.text);
    if (reference) fact.reference = reference;
  }
  const flag = from.flags.find((item) => item.name === 'platform');
  if (platform && flag) fact.platform = wordFact({ ...flag, text: flag.value ?? '' }, platform, place);
  if (image) addParts(fact, image, model);
  return fact;
}

function addParts(fact: StageBaseFact, { tagRange, digestRange }: ImageName, { source }: Dockerfile): void {
  const offset = ({ line, column }: Range['start']) =>
    source.lineStart(line) + column - 1 + (line === 1 ? source.bom : 0);
  const place = (range: Range): PlaceFact => ({ start: offset(range.start), end: offset(range.end), range });
  if (tagRange) fact.tag = place(tagRange);
  if (digestRange) fact.digest = place(digestRange);
}
