/** The image this one was built on: by its layers, by what the image says of itself, and by what it looks like, in this order. */
import { tryReference } from '../image/reference.ts';
import type { BaseClaim, BaseIdentity } from '../types/base.ts';
import type { Distro, Reference } from '../types/facts.ts';
import type { Digest, Evidence, Fact } from '../types.ts';
import { conflictOf, likeness } from './base-likeness.ts';
import type { FactContext } from './context.ts';

import { configEvidence } from './evidence.ts';
import { knownBase } from './known-bases.ts';

/** OCI image-spec, annotations.md, "Pre-Defined Annotation Keys". */
const nameKey = 'org.opencontainers.image.base.name';
const digestKey = 'org.opencontainers.image.base.digest';

/** Images that builders use for themselves and that never lie below a workload. */
const builderImages =
  /^(docker\/(dockerfile|buildkit|buildkit-syft-scanner|dockerfile-upstream)|moby\/buildkit|tonistiigi\/(xx|binfmt))$/;

/** `scratch` where nothing of an operating system is there; unknown where nothing in the image tells of its base. */
export function collectBase(context: FactContext, distro: Distro | undefined): Fact<BaseIdentity> {
  const { image } = context;
  const annotated = fromPair(image.annotations, 'annotation', (key) => ({
    at: 'config',
    pointer: pointer('/annotations', key),
    document: 'manifest',
  }));
  const proven = fromProvenance(context);
  const labelled = fromPair(image.config.container.labels, 'label', (key) =>
    configEvidence(pointer('/config/Labels', key)),
  );
  const claim = annotated ?? ('found' in proven ? proven.found : undefined) ?? labelled;
  const known = knownBase(context);
  if (known) return withClaim(known, claim);
  if (claim) {
    const conflict = conflictOf(context, claim.value, distro);
    return conflict ? { ...claim, value: { ...claim.value, conflict } } : claim;
  }
  if (distro?.id === 'scratch') {
    return {
      known: true,
      value: { kind: 'scratch', via: 'rootfs', confidence: 'high' },
      evidence: [configEvidence('/rootfs')],
    };
  }
  const like = likeness(context, distro);
  const reason =
    'reason' in proven && proven.reason
      ? proven.reason
      : 'neither layers that are known, annotations nor provenance name the base image';
  return like ? { ...like, value: { ...like.value, unnamed: reason } } : { known: false, reason };
}

/** Whether what the image itself tells of its base is more than a likeness or an inherited label. */
export function isNamed(base: Fact<BaseIdentity>): boolean {
  return base.known && !['label', 'history', 'os-release'].includes(base.value.via);
}

type Found = Extract<Fact<BaseIdentity>, { known: true }>;

/** What the image says stands beside what its layers show, and adds a digest only where both speak of one repository. */
function withClaim(known: Found, claim: Found | undefined): Found {
  if (!claim || claim.value.kind === 'scratch') return known;
  const { via, reference, digest } = claim.value;
  const claimed: BaseClaim = { via: via as BaseClaim['via'] };
  if (reference) claimed.reference = reference;
  if (digest) claimed.digest = digest;
  return { ...known, value: { ...known.value, claimed }, evidence: [...known.evidence, ...claim.evidence] };
}

function fromPair(
  values: Record<string, string>,
  via: 'annotation' | 'label',
  at: (key: string) => Evidence,
): Found | undefined {
  const name = Object.hasOwn(values, nameKey) ? values[nameKey] : undefined;
  const digest = Object.hasOwn(values, digestKey) ? asDigest(values[digestKey]) : undefined;
  const confidence = via === 'annotation' ? 'high' : 'medium';
  // A label of no base proves none, and would hide one.
  if (name === 'scratch' && via === 'label') return undefined;
  if (name === 'scratch') return { known: true, value: { kind: 'scratch', via, confidence }, evidence: [at(nameKey)] };
  const reference = name ? tryReference(name) : undefined;
  if (!reference && !digest) return undefined;
  const value: BaseIdentity = { kind: 'image', via, confidence };
  if (reference) value.reference = reference;
  const pin = digest ?? reference?.digest;
  if (pin) value.digest = pin;
  return { known: true, value, evidence: [at(reference ? nameKey : digestKey)] };
}

/** A statement lists every image that the build read; only when that is one can it be told to be the base. */
function fromProvenance(context: FactContext): { found: Found } | { reason?: string } {
  const found = new Map<string, { reference: Reference; digest?: Digest }>();
  context.image.attestations.forEach(({ materials = [] }) => {
    for (const { uri, digest } of materials.slice(0, 1000)) {
      const reference = readMaterial(uri);
      if (!reference || builderImages.test(reference.repository)) continue;
      const pin = digest ?? reference.digest;
      found.set(
        `${reference.registry}/${reference.repository}:${reference.tag ?? ''}@${pin ?? ''}`,
        pin ? { reference, digest: pin } : { reference },
      );
    }
  });
  if (found.size === 0) return {};
  if (found.size > 1) {
    return {
      reason: `the provenance names ${found.size} images that the build read and does not say which is the base`,
    };
  }
  const [{ reference, digest }] = [...found.values()] as [{ reference: Reference; digest?: Digest }];
  const value: BaseIdentity = { kind: 'image', reference, via: 'provenance', confidence: 'high' };
  if (digest) value.digest = digest;
  const evidence: Evidence[] = [{ at: 'config', pointer: '', document: 'manifest', note: 'provenance' }];
  return { found: { known: true, value, evidence } };
}

/** `docker-image://registry/name:tag@digest`, or a purl: `pkg:docker/name@tag?platform=…`, `pkg:oci/name?repository_url=…`. */
export function readMaterial(uri: string): Reference | undefined {
  if (uri.startsWith('docker-image://')) return tryReference(uri.slice(15));
  if (!uri.startsWith('pkg:docker/') && !uri.startsWith('pkg:oci/')) return undefined;
  const [path = '', query = ''] = uri.slice(uri.indexOf('/') + 1).split('?', 2);
  const at = path.lastIndexOf('@');
  const name = decode(at < 0 ? path : path.slice(0, at));
  const version = at < 0 ? undefined : decode(path.slice(at + 1));
  const qualifiers = new URLSearchParams(query.split('#')[0]);
  const where = qualifiers.get('repository_url');
  const full = uri.startsWith('pkg:oci/') && where ? where : where ? `${where}/${name}` : name;
  const digest = asDigest(version) ?? asDigest(qualifiers.get('digest') ?? undefined);
  const tag = qualifiers.get('tag') ?? (version && !asDigest(version) ? version : undefined);
  return tryReference(`${full}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`);
}

function asDigest(text: string | undefined): Digest | undefined {
  return text && /^sha256:[0-9a-f]{64}$/.test(text) ? (text as Digest) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pointer(parent: string, key: string): string {
  return `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
