/** What a bill of materials is written from: plain data, so that a writer needs no image, clock or chance. */
import type { Digest, LayerInfo, Platform, SourceKind } from '../types.ts';
import type { Distro, Package } from './facts.ts';
import type { LanguagePackage, Runtime } from './inventory.ts';

/** One image's inventory. */
export interface SbomInput {
  /** Version of tare. */
  version: string;
  image: {
    name: string;
    kind: SourceKind;
    /** Manifest digest where there is one, else the config digest. */
    digest?: Digest;
    /** Where a registry knows the image by a manifest digest (purl-spec, type oci). */
    purl?: string;
    platform: Platform;
    layers: LayerInfo[];
  };
  distro?: Distro;
  packages: Package[];
  languagePackages: LanguagePackage[];
  /** Those that no package of the lists above brought. */
  runtimes: (Runtime & { purl: string })[];
  /** What could not be listed, and why. */
  missing: string[];
  /** RFC 3339, whole seconds, UTC. */
  created: string;
  /** `created` was given by the user; else it is the image's own date. */
  dated: boolean;
  /** UUID made from all of the above: the same image gives the same one. */
  uuid: string;
}
