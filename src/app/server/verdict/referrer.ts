import { digestOf, isRecord, parseManifestOrIndex } from '../../../image/documents.ts';
import type { Limits } from '../../../image/limits.ts';
import type { RepositoryClient } from '../../../source/registry/client.ts';
import { acceptManifests, fetchManifest, tryDocument } from '../../../source/registry/document.ts';
import { RefusedError } from '../../../source/registry/errors.ts';
import { listReferrers, referrersTag } from '../../../source/registry/referrers.ts';
import {
  deleteManifest,
  emptyBytes,
  emptyConfig,
  manifestType,
  manifestTypeOf,
  pushBlob,
  pushManifest,
} from '../../../source/registry/upload.ts';
import type { Digest } from '../../../types.ts';
import type { Verdict } from '../types.ts';
import { DeliveryError } from './deliver.ts';
import { type RegistryAccess, withRepository } from './registry-access.ts';

/** Type of the artifact, and of its first layer: the JSON report (schema/report.schema.json, version 1). */
export const reportType = 'application/vnd.tare.report.v1+json';
const sarifType = 'application/sarif+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
/** Earlier reports that are looked at. */
const earlierLimit = 20;
/** Others may write the same tag at the same time. */
const tagAttempts = 3;

export interface ReportFiles {
  /** The JSON report. */
  report: Uint8Array;
  sarif: Uint8Array;
}

/** What became of a report. */
export interface Attached {
  outcome: 'attached' | 'unchanged';
  /** Of the artifact's manifest. */
  digest: Digest;
  /** How it is found: by the registry's referrers API, or by the tag that stands in for it. */
  via: 'referrers' | 'tag';
  /** Earlier reports that it replaces. */
  replaced: number;
  /** Earlier reports that the registry would not delete. */
  kept: number;
}

interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
}

/**
 * Attaches the report to the image as an OCI referrer (image-spec, "Guidelines for Artifact Usage"; distribution-spec,
 * "Pushing Manifests with Subject"), with the tag that the specification has for registries without the referrers API.
 * The same report is not attached twice, and a new one takes the place of an older one. @throws DeliveryError
 */
export function attachReport(verdict: Verdict, files: ReportFiles, access: RegistryAccess): Promise<Attached> {
  const what = `the report on ${verdict.digest}`;
  return withRepository(verdict, 'pull,push,delete', access, what, async (client, limits) => {
    const subject = await describe(client, verdict.digest, limits);
    const listed = await listReferrers(client, verdict.digest, what, limits);
    const via = listed === undefined ? 'tag' : 'referrers';
    const known =
      listed ??
      (await readTag(client, verdict.digest, limits)).map(({ digest, artifactType }) => ({ digest, artifactType }));
    const earlier = known.filter(({ artifactType }) => artifactType === reportType).slice(0, earlierLimit);
    const layers = [layer(files.report, reportType, 'tare-report.json'), layer(files.sarif, sarifType, 'tare.sarif')];
    const own: Digest[] = [];
    for (const { digest } of earlier) {
      const found = await readReport(client, digest, verdict.digest, limits);
      if (found === undefined) continue;
      if (String(found) === String(layers.map((one) => one.digest)))
        return { outcome: 'unchanged', digest, via, replaced: 0, kept: earlier.length - 1 };
      own.push(digest);
    }
    for (const bytes of [emptyBytes, files.report, files.sarif]) await pushBlob(client, bytes, what);
    const annotations = annotationsOf(verdict);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        artifactType: reportType,
        config: emptyConfig,
        layers,
        subject,
        annotations,
      }),
    );
    const digest = digestOf(manifest);
    const headers = await pushManifest(client, digest, manifest, manifestType, what);
    const descriptor = {
      mediaType: manifestType,
      digest,
      size: manifest.length,
      artifactType: reportType,
      annotations,
    };
    // The registry says so where it keeps the list itself.
    const listedBySelf = headers['oci-subject'] !== undefined;
    if (!listedBySelf) await writeTag(client, verdict.digest, descriptor, new Set(own), limits);
    let kept = 0;
    for (const old of own) {
      const gone = await deleteManifest(client, old, what);
      if (gone === 'unsupported' || gone === 'denied') kept++;
    }
    return { outcome: 'attached', digest, via: listedBySelf ? 'referrers' : 'tag', replaced: own.length - kept, kept };
  });
}

async function describe(client: RepositoryClient, digest: Digest, limits: Limits): Promise<Descriptor> {
  const bytes = await fetchManifest(client, { digest }, limits.documentBytes);
  return { mediaType: manifestTypeOf(bytes, `manifest ${digest}`, limits), digest, size: bytes.length };
}

function layer(bytes: Uint8Array, mediaType: string, title: string) {
  return {
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
    annotations: { 'org.opencontainers.image.title': title },
  };
}

/** Enough to read the verdict off a listing, without fetching the report. */
function annotationsOf(verdict: Verdict): Record<string, string> {
  return {
    'org.opencontainers.image.created': verdict.gradedAt,
    'vnd.tare.grade': verdict.grade,
    'vnd.tare.score': String(verdict.score),
    'vnd.tare.passed': String(verdict.passed),
    'vnd.tare.ruleset': `${verdict.ruleset.name} ${verdict.ruleset.version}`,
  };
}

/** The digests of an earlier report's layers; undefined where it is none, or gone. */
async function readReport(
  client: RepositoryClient,
  digest: Digest,
  subject: Digest,
  limits: Limits,
): Promise<Digest[] | undefined> {
  const what = `manifest ${digest}`;
  const bytes = await readManifest(client, digest, what, limits);
  const manifest = bytes && digestOf(bytes) === digest ? parseManifestOrIndex(bytes, what, limits) : undefined;
  // A listing is not believed: only what says itself that it is a report on this image is replaced.
  if (manifest?.kind !== 'manifest' || manifest.artifactType !== reportType || manifest.subject?.digest !== subject)
    return undefined;
  return manifest.layers.map((one) => one.digest);
}

/** The descriptors under the tag that stands in for the referrers API, as they stand there; none where there is no tag. */
async function readTag(client: RepositoryClient, subject: Digest, limits: Limits): Promise<Descriptor[]> {
  const tag = referrersTag(subject);
  const what = `tag ${tag}`;
  const bytes = await readManifest(client, tag, what, limits);
  if (!bytes) return [];
  if (parseManifestOrIndex(bytes, what, limits).kind !== 'index')
    throw new DeliveryError(
      `The tag ${tag} is no list of referrers, so that the report cannot be added to it; delete the tag`,
      false,
    );
  const { manifests } = JSON.parse(bytes.toString('utf8')) as { manifests: Descriptor[] };
  return manifests.filter(isRecord) as unknown as Descriptor[];
}

/** What is under a tag or digest, unchecked; undefined where nothing is. */
async function readManifest(
  client: RepositoryClient,
  name: string,
  what: string,
  limits: Limits,
): Promise<Buffer | undefined> {
  try {
    const ask = { path: `manifests/${name}`, what, headers: acceptManifests };
    return (await tryDocument(client, ask, limits.documentBytes)).bytes;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/** distribution-spec, "Referrers Tag Schema": there is no lock, so what was written is read again. */
async function writeTag(
  client: RepositoryClient,
  subject: Digest,
  added: Descriptor,
  removed: ReadonlySet<Digest>,
  limits: Limits,
): Promise<void> {
  const tag = referrersTag(subject);
  for (let attempt = 1; attempt <= tagAttempts; attempt++) {
    const before = await readTag(client, subject, limits);
    const rest = before.filter(({ digest }) => digest !== added.digest && !removed.has(digest));
    if (rest.length >= limits.manifests)
      throw new DeliveryError(
        `The tag ${tag} lists ${rest.length} referrers, too many to add the report; delete old ones`,
        false,
      );
    const index = { schemaVersion: 2, mediaType: indexType, manifests: [...rest, added] };
    await pushManifest(client, tag, Buffer.from(JSON.stringify(index)), indexType, `tag ${tag}`);
    if ((await readTag(client, subject, limits)).some(({ digest }) => digest === added.digest)) return;
  }
  throw new DeliveryError(`The tag ${tag} is written by others at the same time; the report is attached later`, true);
}
