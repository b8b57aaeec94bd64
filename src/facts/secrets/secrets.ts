/** Every secret of an image with all its places: layers, whether hidden above or not, and the config. */
import type { AnalysedImage } from '../../image/model.ts';
import type { SecretFact, SecretKind, SecretSighting } from '../../types/secrets.ts';
import type { Confidence, Fact } from '../../types.ts';
import type { FactContext } from '../context.ts';
import { fileEvidence } from '../evidence.ts';
import { folderOf } from '../text.ts';
import { type ConfigSecret, configSecrets } from './config-secrets.ts';
import { echoes } from './echoes.ts';
import { isGeneric, type SecretFile } from './examine.ts';
import { lowered, type Ownership, ownership, type SecretFileData } from './owners.ts';
import type { Masking } from './redact.ts';
import { type CompiledAllow, type SealedHit, seal } from './seal.ts';
import { baseLayers, fates } from './states.ts';

/** rulesets/data/known-public-keys.yaml */
export interface KnownKeys {
  keys: { identity: string; name: string }[];
}

/** What the config held, sealed; and how to take it out of the texts that are shown. */
export interface SealedConfig {
  sealed: (Omit<ConfigSecret, 'secret'> & { hit: SealedHit })[];
  maskings: Masking[];
  /** There were more than are kept. */
  cut: boolean;
}

/** Values of the config that are kept: hashing them, and masking every one in every text, takes its time. */
const mostValues = 200;

/** Run first: what it finds is masked in the image that every other collector sees. */
export function sealConfig(image: AnalysedImage, allow: readonly CompiledAllow[]): SealedConfig {
  const all = configSecrets(image);
  const values = new Set<string>();
  const found = all.filter(
    ({ secret }) => values.has(secret.value) || (values.size < mostValues && values.add(secret.value)),
  );
  const sealed = found.map(({ secret, ...rest }) => ({ ...rest, hit: seal(secret, allow) }));
  const maskings = found.flatMap(({ secret }, i) => {
    const { masked } = sealed[i]!.hit;
    return [secret.value, secret.shown ?? secret.value].map((value) => ({ value, masked }));
  });
  const echoed = echoes(image, new Set(sealed.map(({ hit }) => hit.fingerprint)));
  return {
    sealed: [...sealed, ...echoed.sealed],
    maskings: [...maskings, ...echoed.maskings],
    cut: found.length < all.length,
  };
}

/** Groups what was seen by fingerprint; the best place gives the confidence. `context` shows the masked image. */
export function collectSecrets(
  context: FactContext,
  config: SealedConfig,
  data: { files: SecretFileData; keys: KnownKeys; within: string },
  ownerOf: (path: string) => string | undefined,
): Fact<SecretFact[]> {
  const facts = new Map<string, SecretFact>();
  const steps = stepTexts(context);
  const inherited = baseLayers(context);
  const fate = fates(context);
  const owned = ownership(context, data.files, ownerOf, data.within);
  const known = new Map(data.keys.keys.map(({ identity, name }) => [identity, name]));
  const from = (layer: number | undefined): Partial<SecretSighting> => ({
    ...(layer !== undefined && layer < inherited && { inherited: true }),
    ...(layer !== undefined && { layer, ...(steps[layer] !== undefined && { createdBy: steps[layer] }) }),
  });
  for (const { path, layer, data: file } of context.index.all<SecretFile>('secrets')) {
    for (const hit of file.hits ?? []) {
      const owner = owned(path, file.sums, hit.inside);
      const name = hit.identity === undefined ? undefined : known.get(hit.identity);
      const { state, by } = fate(path, layer);
      addSecret(facts, hit, {
        where: 'file',
        evidence: placeOf(context, path, layer, hit, owner, name),
        state,
        confidence: name === undefined ? lowered(hit.confidence, owner.steps) : 'low',
        ...from(layer),
        layer,
        ...(by !== undefined && { by }),
        ...(owner.owner !== undefined && { owner: owner.owner }),
      });
    }
  }
  for (const { hit, where, evidence, layer } of config.sealed)
    addSecret(facts, hit, { where, evidence, state: 'live', confidence: hit.confidence, ...from(layer) });
  noteCuts(context);
  return secretsFact(facts);
}

/** The secrets in their order, each with its surest sighting first. */
export function secretsFact(facts: ReadonlyMap<string, SecretFact>): Fact<SecretFact[]> {
  const value = [...facts.values()];
  for (const fact of value) fact.sightings.sort(bySurety);
  value.sort((a, b) => compare(a.detector, b.detector) || compare(a.fingerprint, b.fingerprint));
  return {
    known: true,
    value,
    evidence: value.flatMap(({ sightings }) => sightings.map(({ evidence }) => evidence)).slice(0, 1000),
  };
}

const heavier: SecretKind[] = [
  'private-key',
  'cloud-credential',
  'registry-credential',
  'api-token',
  'password-in-file',
];

/** Joins one sighting to the secret that it is of. */
export function addSecret(facts: Map<string, SecretFact>, hit: SealedHit, sighting: SecretSighting): void {
  const key = hit.fingerprint;
  const { detector, title, kind, severity, masked, fingerprint, rotate, allowedBy } = hit;
  const label = {
    detector,
    title,
    kind,
    severity,
    masked,
    fingerprint,
    ...(rotate && { rotate }),
    ...(allowedBy && { allowedBy }),
  };
  const fact = facts.get(key);
  if (!fact) {
    facts.set(key, { ...label, confidence: sighting.confidence, sightings: [sighting] });
    return;
  }
  fact.sightings.push(sighting);
  if (rank(sighting.confidence) < rank(fact.confidence)) fact.confidence = sighting.confidence;
  // A provider's format says more than a variable's name.
  if (weightOf(hit) < weightOf(fact)) Object.assign(fact, label);
}

function weightOf({ kind, detector }: Pick<SealedHit, 'kind' | 'detector'>): number {
  return isGeneric(detector) ? heavier.length : heavier.indexOf(kind);
}

/** The step that made each layer, without checksums and on one line. */
function stepTexts({ image }: FactContext): (string | undefined)[] {
  return image.layers.map(({ createdBy }) => createdBy?.replace(/\s+/g, ' ').slice(0, 300));
}

function placeOf(
  context: FactContext,
  path: string,
  layer: number,
  hit: SealedHit,
  owner: Ownership,
  known: string | undefined,
) {
  const notes = [
    hit.inside === undefined ? '' : `in ${hit.inside}`,
    hit.note ?? '',
    known === undefined ? '' : `public: ${known}`,
    owner.owner === undefined ? '' : `package ${owner.owner}`,
    owner.note ?? '',
    hit.kind === 'private-key' ? (certificateBeside(context, path) ?? '') : '',
  ].filter(Boolean);
  const evidence = fileEvidence(path, layer, hit.inside === undefined ? hit.line : undefined);
  return {
    ...evidence,
    ...(evidence.at === 'file' &&
      hit.inside === undefined &&
      hit.column !== undefined &&
      hit.line !== undefined && { column: hit.column }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

/** A certificate of the same name in the same folder. */
function certificateBeside({ image }: FactContext, path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = name.replace(/\.[^.]+$/, '');
  const siblings = image.rootfs.resolve(folderOf(path))?.children;
  for (const ending of ['.crt', '.cer', '.cert', '-cert.pem', '.crt.pem']) {
    if (siblings?.has(`${stem}${ending}`)) return `its certificate lies beside it (${stem}${ending})`;
  }
  return siblings?.has(`${name}.pub`) ? `its public key lies beside it (${name}.pub)` : undefined;
}

/** One line for each reason and layer: a thousand cut files are one fact. */
function noteCuts(context: FactContext): void {
  const reasons = new Map<string, { layer: number; reason: string; paths: string[]; level: 'info' | 'warning' }>();
  for (const { path, layer, data } of context.index.all<SecretFile>('secrets')) {
    const reason = data.spent
      ? 'the layer holds more than is looked through'
      : (data.cut ?? (data.partial ? 'long binary files are read in their beginning only' : undefined));
    if (reason === undefined) continue;
    const key = `${layer} ${reason}`;
    const entry = reasons.get(key) ?? {
      layer,
      reason,
      paths: [],
      level: data.partial && !data.cut && !data.spent ? 'info' : 'warning',
    };
    reasons.set(key, entry);
    entry.paths.push(path);
  }
  for (const { layer, reason, paths, level } of reasons.values()) {
    const which = paths.length === 1 ? `/${paths[0]}` : `${paths.length} files, the first /${paths[0]},`;
    const verb = paths.length === 1 ? 'was' : 'were';
    context.note({
      part: 'secrets',
      level,
      layer,
      message: `${which} ${verb} not searched for secrets to the end: ${reason}`,
    });
  }
}

function bySurety(a: SecretSighting, b: SecretSighting): number {
  return (
    rank(a.confidence) - rank(b.confidence) ||
    Number(a.where !== 'file') - Number(b.where !== 'file') ||
    Number(a.state !== 'live') - Number(b.state !== 'live')
  );
}

function rank(confidence: Confidence): number {
  return confidence === 'high' ? 0 : confidence === 'medium' ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
