/** The fields of a recipe, read from YAML. */
import { formatPlatform, hostPlatform, parsePlatform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';
import { type Attestation, type Digest, type Platform, UsageError } from '../types.ts';
import type { Recipe, RecipeAttestation, RecipeConfig, RecipeStep } from './recipe.ts';
import { readLayer } from './recipe-layer.ts';
import { list, misfit, object, oneOf, type Read, record, string, textOr, whole } from './recipe-schema.ts';

const boolean: Read<boolean> = (node, at) => oneOf('true', 'false')(node, at) === 'true';
/** YAML's own true and false are not text. */
const flag: Read<boolean> = (node, at) => {
  const value = (node as { value?: unknown } | null)?.value;
  return typeof value === 'boolean' ? value : boolean(node, at);
};

const reference: Read<string> = (node, at) => {
  const text = string(node, at);
  try {
    parseReference(text);
  } catch (error) {
    if (error instanceof UsageError) throw misfit(node, at, `does not fit: ${error.message}`);
    throw error;
  }
  return text;
};

const platform: Read<Platform> = (node, at) => {
  try {
    return parsePlatform(string(node, at));
  } catch (error) {
    if (error instanceof UsageError)
      throw misfit(node, at, `does not fit: ${error.message} (as in ${formatPlatform(hostPlatform())})`);
    throw error;
  }
};

const digest: Read<Digest> = (node, at) => {
  const text = string(node, at);
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) throw misfit(node, at, 'must be sha256: and 64 hex digits');
  return text as Digest;
};

/** What the short forms stand for. */
const statementTypes: Record<string, string> = {
  provenance: 'https://slsa.dev/provenance/v1',
  sbom: 'https://spdx.dev/Document',
  signature: 'application/vnd.dev.cosign.simplesigning.v1+json',
  other: '',
};
const attestationKind = oneOf<Attestation['kind']>('provenance', 'sbom', 'signature', 'other');
const readAttestation = object<RecipeAttestation>({
  kind: attestationKind,
  type: string,
  packages: whole,
  materials: list((node, at) => {
    const material = object<{ uri: string; digest?: Digest }>({ uri: string, digest })(node, at);
    if (material.uri === undefined) throw misfit(node, at, 'needs a uri');
    return { ...material, uri: material.uri };
  }),
});
const attestation: Read<RecipeAttestation> = textOr(
  (node, at) => {
    const kind = attestationKind(node, at);
    return { kind, type: statementTypes[kind]! };
  },
  (node, at) => {
    const entry = readAttestation(node, at);
    if (!entry.kind) throw misfit(node, at, 'needs a kind: provenance, sbom, signature or other');
    return { ...entry, kind: entry.kind, type: entry.type ?? statementTypes[entry.kind]! };
  },
);

const strings = list(string);
/** Reads a whole recipe; `layers` may still be missing. */
export const readRecipe: Read<Partial<Recipe>> = object<Recipe>({
  name: string,
  platform,
  references: list(reference),
  annotations: record(string),
  attestations: list(attestation),
  config: object<RecipeConfig>({
    user: string,
    env: strings,
    entrypoint: strings,
    cmd: strings,
    exposedPorts: strings,
    volumes: strings,
    labels: record(string),
    workingDir: string,
    healthcheck: strings,
    stopSignal: string,
    onBuild: strings,
    shell: strings,
    created: string,
    author: string,
  }),
  history: list(
    object<RecipeStep>({ createdBy: string, created: string, comment: string, author: string, emptyLayer: flag }),
  ),
  layers: list(readLayer),
});
