/** An image and the Dockerfile that it was built from: which instruction made which layer and setting. Pure. */
import type { Dockerfile } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { tryReference } from '../image/reference.ts';
import type { Reference } from '../types/facts.ts';
import type { DockerfileJoin, Drift, LayerOrigin } from '../types/join.ts';
import type { Evidence, ImageConfig, Platform } from '../types.ts';
import { UsageError } from '../types.ts';
import { align, type Pairing, weightOf } from './align.ts';
import { type Expected, expectedSteps, stageChain } from './expected.ts';
import { settingOf } from './settings.ts';
import { readStep, type Step } from './steps.ts';

/** A Dockerfile to join images to, read but not parsed: what it says may hang on an image's platform. */
export interface DockerfileToJoin {
  /** As given; the name that findings carry. */
  file: string;
  text: string;
  /** Stage that the images were built from, by name or index; default the last. */
  target?: string;
  buildArgs?: ReadonlyMap<string, string>;
}

export type InstructionPlace = Extract<Evidence, { at: 'instruction' }>;

/** Where something of the image comes from, and the instruction that made it where one did. */
export interface Source {
  origin: LayerOrigin;
  place?: InstructionPlace;
}

export interface Joined {
  /** Without what only findings tell. */
  report: Omit<DockerfileJoin, 'base'> & { base: { image: string } };
  /** What FROM names, where that is an image by its full name. */
  from?: { reference: Reference; place: InstructionPlace };
  /** By layer; empty where the history does not tell. */
  layer(index: number): Source | undefined;
  /** By JSON pointer into the image config. */
  setting(pointer: string): Source | undefined;
}

/** Share of the file, by weight, that has to be found for the image to have been built from it. */
const enough = 0.5;

/** Joins one image. @throws UsageError where the file has no stage, or not the one asked for. */
export function joinImage(config: ImageConfig, dockerfile: DockerfileToJoin): Joined {
  const { model, target } = readDockerfile(dockerfile, config.platform);
  const expected = expectedSteps(model, target);
  const steps = config.history.map(readStep);
  const chain = stageChain(model, target);
  const root = chain[0]!;
  const stage = model.stages[target]!;
  const about = {
    file: dockerfile.file,
    stage: stage.name ?? String(stage.index),
    base: { image: root.base.scratch ? 'scratch' : root.base.name.text || root.base.written.text },
  };
  const silent = expected.length > 0 && !steps.some((step) => step.keyword !== '');
  const counted = expected.filter((step) => !step.optional);
  const pairs = silent ? undefined : align(steps, expected, root.base.scratch);
  if (!pairs) {
    const report = { ...about, match: 'unknown' as const, instructions: counted.length, matched: 0, drift: [] };
    return { report, layer: () => undefined, setting: () => undefined };
  }
  const first = root.base.scratch ? 0 : (pairs[0]?.step ?? steps.length);
  const drift = differences(steps, expected, pairs, first);
  const other = share(expected, pairs) < enough;
  const report = {
    ...about,
    match: other ? ('other' as const) : drift.length > 0 ? ('drifted' as const) : ('same' as const),
    instructions: counted.length,
    matched: pairs.filter((pair) => pair.likeness === 'same' && !expected[pair.expected]!.optional).length,
    drift: other ? [] : drift,
  };
  if (other) return { report, layer: () => undefined, setting: () => undefined };
  const place = (instruction: number): InstructionPlace => {
    const { stage: at, range } = model.instructions[instruction]!;
    return { at: 'instruction', file: dockerfile.file, stage: at, range };
  };
  const named = root.base.scratch ? undefined : tryReference(root.base.name.text);
  const made = new Map(pairs.map((pair) => [pair.step, expected[pair.expected]!]));
  const step = (index: number): Source | undefined => {
    if (index >= steps.length) return undefined;
    const by = made.get(index);
    return { origin: index < first ? 'base' : 'own', ...(by && { place: place(by.instruction) }) };
  };
  const byLayer = new Map(steps.flatMap(({ layer, index }) => (layer === undefined ? [] : [[layer, index] as const])));
  const found = new Set(pairs.map((pair) => expected[pair.expected]!.instruction));
  return {
    report,
    ...(named && root.base.name.undeclared.length === 0 && { from: { reference: named, place: place(root.from) } }),
    layer: (index) => {
      const at = byLayer.get(index);
      return at === undefined ? undefined : step(at);
    },
    setting: (pointer) => {
      const history = /^\/history\/(\d{1,6})(?:\/|$)/.exec(pointer);
      if (history) return step(Number(history[1]));
      const setting = settingOf(pointer, stage, config);
      if (setting === undefined) return undefined;
      if (setting === 'base') return { origin: 'base' };
      if (setting === 'nobody')
        return { origin: 'own', place: { ...place(stage.from), note: 'the stage sets no USER' } };
      return { origin: 'own', ...(found.has(setting.instruction) && { place: place(setting.instruction) }) };
    },
  };
}

/** The model and the stage to join. @throws UsageError where there is no stage, or not the one asked for. */
export function readDockerfile(
  { file, text, target, buildArgs }: DockerfileToJoin,
  platform?: Platform,
): { model: Dockerfile; target: number } {
  const { os = '', architecture = '', variant } = platform ?? {};
  const model = parseDockerfile(text, file, {
    ...(target !== undefined && { target }),
    ...(buildArgs && { buildArgs }),
    ...(os && architecture && { platform: [os, architecture, ...(variant ? [variant] : [])].join('/') }),
  });
  if (model.stages.length === 0)
    throw new UsageError(`${file} is no Dockerfile: it has no FROM; give the file that the image was built from`);
  if (model.target === undefined) {
    const names = model.stages.map((stage) => stage.name ?? String(stage.index)).slice(0, 20);
    throw new UsageError(`${file} has no stage ${target}; its stages are ${names.join(', ')}`);
  }
  return { model, target: model.target };
}

function share(expected: readonly Expected[], pairs: readonly Pairing[]): number {
  let all = 0;
  let there = 0;
  for (const step of expected) if (!step.optional) all += weightOf(step);
  for (const pair of pairs) {
    const step = expected[pair.expected]!;
    if (!step.optional) there += weightOf(step) * (pair.likeness === 'same' ? 1 : 0.4);
  }
  return all === 0 ? 1 : there / all;
}

const driftKept = 100;

function differences(
  steps: readonly Step[],
  expected: readonly Expected[],
  pairs: readonly Pairing[],
  first: number,
): Drift[] {
  const drift: (Drift & { order: number })[] = [];
  const paired = new Map(pairs.map((pair) => [pair.expected, pair]));
  // A builder that writes no step for ARG is no other build.
  const writesArgs = steps.some((step) => step.index >= first && step.keyword === 'ARG');
  let order = first;
  for (const [i, { keyword, range, optional }] of expected.entries()) {
    const pair = paired.get(i);
    if (pair) order = pair.step;
    if (pair?.likeness === 'same') continue;
    const { line } = range.start;
    if (pair) drift.push({ kind: 'changed', keyword, line, ...ofStep(steps[pair.step]!), order });
    else if (!optional && (keyword !== 'ARG' || writesArgs)) drift.push({ kind: 'instruction', keyword, line, order });
  }
  const taken = new Set(pairs.map((pair) => pair.step));
  const last = pairs.at(-1)?.step ?? -1;
  for (const step of steps.slice(first)) {
    if (taken.has(step.index)) continue;
    // `docker build --label` of the classic builder.
    if (step.index > last && step.keyword === 'LABEL') continue;
    drift.push({ kind: 'step', keyword: step.keyword, ...ofStep(step), order: step.index });
  }
  return drift
    .sort((a, b) => a.order - b.order)
    .slice(0, driftKept)
    .map(({ order: _, ...one }) => one);
}

function ofStep({ index, layer }: Step): Pick<Drift, 'step' | 'layer'> {
  return { step: index, ...(layer !== undefined && { layer }) };
}
