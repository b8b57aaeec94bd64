/**
 * Image recipes: a small image written down in YAML and built in memory, through real tar bytes and a real config,
 * so that rules, samples and documentation need no Docker.
 */
import { readFile, stat } from 'node:fs/promises';
import { digestOf } from '../image/documents.ts';
import { assembleImage, type LayerParts } from '../image/handle.ts';
import { defaultLimits } from '../image/limits.ts';
import type { ImageHandle, OpenedSource } from '../image/model.ts';
import { hostPlatform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';
import { type Attestation, type Digest, type Platform, SourceError } from '../types.ts';
import { type BuiltLayer, layerBytes, type RecipeLayer, recipeBytes } from './recipe-layer.ts';
import { readRecipe } from './recipe-read.ts';
import { readYaml } from './recipe-schema.ts';

/** An image, as the YAML has it. */
export interface Recipe {
  name?: string;
  platform?: Platform;
  references?: string[];
  annotations?: Map<string, string>;
  attestations?: RecipeAttestation[];
  config?: RecipeConfig;
  history?: RecipeStep[];
  layers: RecipeLayer[];
}

/** The container’s settings, named as in `ContainerConfig`. */
export interface RecipeConfig {
  user?: string;
  env?: string[];
  entrypoint?: string[];
  cmd?: string[];
  exposedPorts?: string[];
  volumes?: string[];
  labels?: Map<string, string>;
  workingDir?: string;
  healthcheck?: string[];
  stopSignal?: string;
  onBuild?: string[];
  shell?: string[];
  created?: string;
  author?: string;
}

/** One step of the history; where none is given, each layer has one. */
export interface RecipeStep {
  createdBy?: string;
  created?: string;
  comment?: string;
  author?: string;
  emptyLayer?: boolean;
}

/** What goes with the image, as if a registry had it. */
export interface RecipeAttestation {
  kind: Attestation['kind'];
  type: string;
  materials?: { uri: string; digest?: Digest }[];
  packages?: number;
}

/** Longest recipe, bytes. */
const recipeLimit = 4 * 2 ** 20;

/** Opens a recipe file. @throws SourceError with file, line and column. */
export async function openRecipe(path: string): Promise<OpenedSource> {
  const { size } = await stat(path);
  if (size > recipeLimit)
    throw new SourceError(`${path} is ${size} bytes long, over the limit of ${recipeLimit} bytes for a recipe`);
  const image = await recipeImage(parseRecipe(await readFile(path, 'utf8'), path), path);
  return { name: path, kind: 'recipe', images: [image], status: [], close: async () => {} };
}

/** Reads a recipe. @throws SourceError `FILE:LINE:COLUMN: what` on anything it does not know. */
export function parseRecipe(text: string, file: string): Recipe {
  const recipe = readYaml(text, file, readRecipe);
  if (!recipe.layers)
    throw new SourceError(`${file}:1:1: the recipe has no layers; write "layers: []" for an empty image`);
  return { ...recipe, layers: recipe.layers };
}

/** Builds the image. @throws SourceError where a layer cannot be built. */
export async function recipeImage(recipe: Recipe, name: string): Promise<ImageHandle> {
  if (recipe.layers.length > defaultLimits.layers)
    throw new SourceError(
      `${name} has ${recipe.layers.length} layers, over the limit of ${defaultLimits.layers} for a recipe`,
    );
  const budget = { left: recipeBytes };
  const built = recipe.layers.map((layer, index) => layerBytes(layer, `layer ${index} of ${name}`, budget));
  const configBytes = Buffer.from(JSON.stringify(imageConfig(recipe, built)));
  const layers = built.map(
    (layer): LayerParts => ({
      mediaType: layer.mediaType,
      digest: layer.digest,
      size: layer.bytes.byteLength,
      content: { from: 'bytes', bytes: layer.bytes },
    }),
  );
  const annotations: Record<string, string> = Object.create(null);
  for (const [key, value] of recipe.annotations ?? []) annotations[key] = value;
  const manifest = {
    schemaVersion: 2,
    config: digestOf(configBytes),
    layers: built.map((layer) => layer.digest),
    annotations,
  };
  return assembleImage(
    {
      name: recipe.name ?? name,
      kind: 'recipe',
      digest: digestOf(Buffer.from(JSON.stringify(manifest))),
      configBytes,
      layers,
      annotations,
      references: (recipe.references ?? []).map(parseReference),
      attestations: (recipe.attestations ?? []).map((entry) => ({ ...entry, via: 'index' })),
      attestationsKnown: true,
      chainVerified: false,
      digestChecks: [],
      status: [],
    },
    { limits: defaultLimits, verify: 'report' },
  );
}

/** The OCI image config that a builder would have written. */
function imageConfig(recipe: Recipe, built: BuiltLayer[]): Record<string, unknown> {
  const config = recipe.config ?? {};
  const platform = recipe.platform ?? { ...hostPlatform(), architecture: 'amd64' };
  const set = (names: string[] | undefined) => names && Object.fromEntries(names.map((name) => [name, {}]));
  const steps =
    recipe.history ??
    recipe.layers.map((layer): RecipeStep => (layer.createdBy === undefined ? {} : { createdBy: layer.createdBy }));
  return {
    ...platform,
    created: config.created,
    author: config.author,
    config: {
      User: config.user,
      Env: config.env,
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      WorkingDir: config.workingDir,
      ExposedPorts: set(config.exposedPorts),
      Volumes: set(config.volumes),
      Labels: config.labels && Object.fromEntries(config.labels),
      Healthcheck: config.healthcheck && { Test: config.healthcheck },
      StopSignal: config.stopSignal,
      OnBuild: config.onBuild,
      Shell: config.shell,
    },
    rootfs: { type: 'layers', diff_ids: built.map((layer) => layer.diffID) },
    history: steps.map((step) => ({
      created: step.created,
      created_by: step.createdBy,
      comment: step.comment,
      author: step.author,
      empty_layer: step.emptyLayer || undefined,
    })),
  };
}
