/** target → source → image → facts → bill of materials. */
import { createHash } from 'node:crypto';
import { purl } from './facts/purl.ts';
import type { AnalysedImage } from './image/model.ts';
import { severalImages } from './image/several-images.ts';
import { factsOf } from './scan.ts';
import { eachImage, type ReadOptions } from './session.ts';
import type { Facts, Reference } from './types/facts.ts';
import type { Runtime } from './types/inventory.ts';
import type { SbomInput } from './types/sbom.ts';
import { type Fact, SourceError, type StatusEntry } from './types.ts';

export interface SbomOptions extends ReadOptions {
  /** RFC 3339: when the bill is made, where the user says so. The clock is not read. */
  created?: string;
}

/** The inventory of the one image that a target selects. @throws SourceError, also where it selects several. */
export async function sbomTarget(
  target: string,
  options: SbomOptions,
): Promise<{ input: SbomInput; status: StatusEntry[] }> {
  const { made, failures } = await eachImage(target, options, (image, status) => sbomOf(image, status, options));
  if (failures[0]) throw failures[0];
  const [first, ...more] = made;
  if (!first) throw new SourceError(`${target} holds no image`);
  if (more.length === 0) return first;
  const names = made.map(({ input }) => input.image.name);
  throw severalImages(target, names, 'a bill of materials is of one');
}

/** One image's inventory: no I/O. */
export function sbomOf(
  image: AnalysedImage,
  status: readonly StatusEntry[],
  options: Pick<SbomOptions, 'version' | 'created' | 'asOf' | 'ruleset'>,
): { input: SbomInput; status: StatusEntry[] } {
  const { facts, status: noted } = factsOf(image, options);
  const said = [...status, ...image.status, ...noted];
  const missing: string[] = [];
  const listOf = <T>(what: string, fact: Fact<T[]>): T[] => {
    if (fact.known) return fact.value;
    missing.push(`${what} are not known: ${fact.reason}.`);
    return [];
  };
  const packages = listOf('Packages of the operating system', facts.packages);
  missing.push(
    ...said
      .filter(({ part, level }) => /^(language-)?packages$/.test(part) && level !== 'info')
      .map(({ message }) => `${message}.`),
  );
  const references = facts.origin.known ? facts.origin.value.references : [];
  const purlOfImage = imagePurl(image, facts);
  const body: Omit<SbomInput, 'uuid'> = {
    version: options.version,
    image: {
      name: references[0] ? nameOf(references[0]) : image.name,
      kind: image.kind,
      ...(image.digest && { digest: image.digest }),
      ...(purlOfImage && { purl: purlOfImage }),
      platform: image.config.platform,
      layers: image.layers,
    },
    ...(facts.distro.known && { distro: facts.distro.value }),
    packages,
    languagePackages: listOf('Packages of languages', facts.languagePackages),
    runtimes: listOf('Language runtimes', facts.runtimes).flatMap((runtime) => runtimeOf(runtime)),
    missing,
    created: options.created ?? dateOf(image.config.created),
    dated: options.created !== undefined,
  };
  return { input: { ...body, uuid: uuidOf(JSON.stringify(body)) }, status: said };
}

/** What a package brought is there as that package; a version that could not be told identifies nothing. */
function runtimeOf(runtime: Runtime): SbomInput['runtimes'] {
  if (runtime.package !== undefined || runtime.version === '') return [];
  return [{ ...runtime, purl: purl({ type: 'generic', name: runtime.name, version: runtime.version }) }];
}

/** RFC 9562, section 5.8: a UUID of one's own making, here of the content. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Whole seconds, as SPDX asks (6.9); the beginning of time where the image says nothing that is a date. */
function dateOf(created: string | undefined): string {
  const time = created === undefined ? Number.NaN : Date.parse(created);
  const date = new Date(time >= 0 && time < latest ? time : 0);
  return `${date.toISOString().slice(0, 19)}Z`;
}

function nameOf({ registry, repository, tag }: Reference): string {
  return `${registry}/${repository}${tag ? `:${tag}` : ''}`;
}

/** The year 10000: later ones are written in another form. */
const latest = 253_402_300_800_000;

/** Only a manifest's digest names an image to a registry: one that was merely saved or imported has none. */
function imagePurl(image: AnalysedImage, facts: Facts): string | undefined {
  const { references, pulledFrom } = facts.origin.known
    ? facts.origin.value
    : { references: [], pulledFrom: undefined };
  const all = [...(pulledFrom ? [pulledFrom] : []), ...references];
  const held = ['registry', 'oci-archive', 'oci-dir'].includes(image.kind) ? image.digest : undefined;
  const named: Reference | undefined = all.find(({ digest }) => digest !== undefined) ?? all[0];
  const digest = held ?? named?.digest;
  if (!named || !digest) return undefined;
  const { architecture } = image.config.platform;
  const tag = all.find((reference) => reference.tag !== undefined)?.tag;
  return purl({
    type: 'oci',
    name: named.repository.slice(named.repository.lastIndexOf('/') + 1).toLowerCase(),
    version: digest,
    qualifiers: { arch: architecture, repository_url: `${named.registry}/${named.repository}`.toLowerCase(), tag },
  });
}
