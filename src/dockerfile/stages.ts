/** Stages, their graph, and what each leaves behind (BuildKit frontend/dockerfile/dockerfile2llb; Dockerfile reference). */
import { imageName } from './ast.ts';
import { Evaluator } from './evaluate.ts';
import type { DockerfileOptions, Expanded, Instruction, Stage, StageUse } from './model.ts';
import type { Reading } from './reading.ts';
import { predefinedVariable, Scope } from './scope.ts';
import { clip } from './words.ts';

/** Builds the stages of a file whose instructions are read; faults go to `reading`. */
export function readStages(reading: Reading, options: DockerfileOptions): { stages: Stage[]; target?: number } {
  const { instructions } = reading;
  const stages: Stage[] = [];
  const byName = new Map<string, number>();
  const scopes: Scope[] = [];
  const froms = instructions.filter((item) => item.keyword === 'FROM');
  for (const [index, from] of froms.entries()) {
    const end = froms[index + 1]?.index ?? instructions.length;
    const body = instructions.slice(from.index + 1, end);
    const stage = startStage(index, from, body, byName, reading);
    const base = stage.base.stage === undefined ? undefined : stages[stage.base.stage];
    const scope = new Scope(base && scopes[base.index]);
    stage.lookup = (name, at) => scope.lookup(name, at) ?? predefinedVariable(name);
    stages.push(stage);
    scopes.push(scope);
    if (stage.name !== undefined) byName.set(stage.name, index);
    const evaluator = new Evaluator(stage, scope, reading, options, base);
    for (const at of base?.onbuild ?? []) evaluator.trigger(instructions[at]!, from.index);
    for (const instruction of body) evaluator.run(instruction);
  }
  for (const stage of stages)
    for (const at of stage.instructions) addUses(stage, instructions[at]!, stages, byName, reading);
  const target = findTarget(stages, byName, options, reading);
  if (target === undefined) return { stages };
  markBuilt(stages, target);
  return { stages, target };
}

function startStage(
  index: number,
  from: Instruction,
  body: Instruction[],
  byName: Map<string, number>,
  reading: Reading,
): Stage {
  const written = from.args[0] ?? { text: '', start: from.name.end, end: from.name.end };
  const expand = (text: string, at: number) =>
    reading.expand(from, { text, at }, (name) => reading.globalArgs.get(name), true);
  const name: Expanded = expand(written.text, written.start) ?? { text: written.text, open: [], undeclared: [] };
  from.values = [name];
  const earlier = byName.get(name.text) ?? byName.get(name.text.toLowerCase());
  const scratch = name.text === 'scratch';
  const stageName = from.args.length === 3 ? from.args[2]!.text.toLowerCase() : undefined;
  const last = body[body.length - 1] ?? from;
  const stage: Stage = {
    index,
    from: from.index,
    base: { written, name, scratch },
    instructions: body.map((item) => item.index),
    range: { start: from.range.start, end: last.range.end },
    uses: [],
    env: new Map(),
    labels: new Map(),
    ports: [],
    volumes: [],
    onbuild: body.filter((item) => item.trigger && !item.invalid).map((item) => item.index),
    os: 'linux',
    built: false,
    lookup: () => undefined,
  };
  if (stageName !== undefined) stage.name = stageName;
  if (earlier !== undefined) {
    stage.base.stage = earlier;
    stage.uses.push({ via: 'from', name: written.text, stage: earlier, instruction: from.index });
  }
  const flag = from.flags.find((item) => item.name === 'platform');
  const platform = flag?.value === undefined ? undefined : expand(flag.value, flag.start);
  if (platform) stage.base.platform = platform;
  if (!scratch && earlier === undefined) {
    const image = imageName(from, written);
    if (image) stage.base.image = image;
    checkName(from, name, written.text, reading);
  }
  // Nobody sets the escape directive to a backquote but for Windows paths.
  const windows = platform
    ? platform.text.startsWith('windows')
    : windowsBase.test(name.text) || reading.escape === '`';
  if (windows) stage.os = 'windows';
  return stage;
}

const windowsBase =
  /(^|\/)(windows|nanoserver|windowsservercore)([/:@]|$)|windows(servercore|nanoserver)|-(nanoserver|windowsservercore)/i;

function checkName(from: Instruction, name: Expanded, written: string, reading: Reading): void {
  if (from.invalid || !from.args[0]) return;
  const at = from.args[0].start;
  if (name.text === '') {
    // An ARG without a default may get its value from --build-arg.
    const declared = name.open.some((variable) => reading.globalArgs.has(variable));
    if (!declared)
      reading.report(
        'arguments',
        `The image name "${clip(written)}" is empty; declare its variables with ARG before the first FROM.`,
        from,
        at,
      );
  } else if (name.open.length === 0 && !isReference(name.text)) {
    reading.report(
      'arguments',
      `"${clip(name.text)}" is no image name; names are lower case, with an optional tag or digest.`,
      from,
      at,
    );
  }
}

/** An image reference by distribution's grammar (distribution/reference): host, lower-case path, tag, digest. */
export function isReference(text: string): boolean {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  let rest = at < 0 ? text : text.slice(0, at);
  if (digest?.startsWith('sha256:') && !/^sha256:[a-f0-9]{64}$/.test(digest)) return false;
  if (digest !== undefined && !/^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/.test(digest))
    return false;
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/')) {
    if (!/^\w[\w.-]{0,127}$/.test(rest.slice(colon + 1))) return false;
    rest = rest.slice(0, colon);
  }
  const parts = rest.split('/');
  const first = parts[0]!;
  if (
    parts.length > 1 &&
    (first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase())
  ) {
    if (!/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?$/.test(first)) return false;
    parts.shift();
  }
  return parts.every((part) => /^[a-z0-9]+$/.test(part.replace(/[._-]+(?=[a-z0-9])/g, '')) && /^[a-z0-9]/.test(part));
}

function addUses(
  stage: Stage,
  outer: Instruction,
  stages: Stage[],
  byName: Map<string, number>,
  reading: Reading,
): void {
  const instruction = outer.trigger ?? outer;
  if (outer.trigger) return;
  const add = (via: StageUse['via'], name: string, at: number, found: number | undefined) => {
    const use: StageUse = { via, name, instruction: instruction.index };
    if (found !== undefined) use.stage = found;
    stage.uses.push(use);
    if (found === undefined || found < stage.index) return;
    const what = found === stage.index ? 'itself' : `the later stage "${stages[found]!.name ?? found}"`;
    reading.report(
      'stage-reference',
      `The stage takes files from ${what}; move that stage in front of this one.`,
      instruction,
      at,
    );
  };
  const from = instruction.keyword === 'COPY' ? instruction.flags.find((flag) => flag.name === 'from') : undefined;
  if (from?.value) {
    const { value } = from;
    if (/\$[{\w]/.test(value)) {
      reading.report(
        'stage-reference',
        'COPY --from takes no variables; name a stage with FROM … AS and copy from that.',
        instruction,
        from.start,
      );
    } else if (/^[+-]?\d+$/.test(value)) {
      const number = Number(value);
      if (number >= 0 && number < stages.length) add('copy', value, from.start, number);
      else
        reading.report(
          'stage-reference',
          `There is no stage ${clip(value)}; stages are numbered from 0 to ${stages.length - 1}.`,
          instruction,
          from.start,
        );
    } else add('copy', value, from.start, byName.get(value.toLowerCase()));
  }
  for (const mount of instruction.mounts) {
    if (mount.from !== undefined) add('mount', mount.from, mount.flag.start, byName.get(mount.from.toLowerCase()));
  }
}

function findTarget(
  stages: Stage[],
  byName: Map<string, number>,
  options: DockerfileOptions,
  reading: Reading,
): number | undefined {
  if (stages.length === 0) return undefined;
  if (options.target === undefined) return stages.length - 1;
  const named = byName.get(options.target.toLowerCase());
  const index = named ?? (/^\d+$/.test(options.target) ? Number(options.target) : stages.length);
  if (index < stages.length) return index;
  reading.report('stage-reference', `The target stage "${clip(options.target)}" does not exist.`);
  return undefined;
}

function markBuilt(stages: Stage[], target: number): void {
  const open = [target];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const stage = stages[index]!;
    if (stage.built) continue;
    stage.built = true;
    for (const use of stage.uses) if (use.stage !== undefined && use.stage < index) open.push(use.stage);
  }
}
