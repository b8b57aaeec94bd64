/** Every collector that takes part in the pass over a layer. */
import { createHash } from 'node:crypto';
import type { LayerCollector } from '../image/collector.ts';
import type { SecretAllow } from '../types/secrets.ts';
import { accountsCollector } from './accounts.ts';
import { apkCollector } from './apk.ts';
import { chiselCollector } from './chisel.ts';
import { debianCopyrightCollector } from './debian-copyright.ts';
import { releaseCollector } from './distro.ts';
import { dpkgCollector } from './dpkg.ts';
import { executablesCollector } from './executables.ts';
import { archivesCollector } from './language/archives.ts';
import { binariesCollector } from './language/binaries.ts';
import { manifestsCollector } from './language/manifests.ts';
import { runtimeFilesCollector } from './language/runtime-files.ts';
import { opkgCollector } from './opkg.ts';
import { pacmanCollector } from './pacman.ts';
import { sudoersCollector } from './privilege/sudoers.ts';
import { shellsFileCollector } from './programs.ts';
import { rpmCollector } from './rpm/collector.ts';
import { samplesCollector } from './samples.ts';
import { secretsCollector, secretsCollectorWith } from './secrets/collector.ts';
import { packageSumsCollector } from './secrets/package-sums.ts';
import { passwordsCollector } from './secrets/shadow.ts';
import { servicesCollector } from './services/collector.ts';
import { disksCollector } from './services/disks.ts';
import { sourceSettingsCollector } from './source-settings.ts';

/** The per-layer halves, in the order in which each entry is offered to them. */
// biome-ignore lint/suspicious/noExplicitAny: each collector has data of its own, which only its own reader looks into.
export const layerCollectors: readonly LayerCollector<any>[] = [
  releaseCollector,
  accountsCollector,
  dpkgCollector,
  debianCopyrightCollector,
  apkCollector,
  rpmCollector,
  pacmanCollector,
  opkgCollector,
  chiselCollector,
  shellsFileCollector,
  executablesCollector,
  manifestsCollector,
  binariesCollector,
  // Before the secrets collector, which reads the same copy of an archive.
  archivesCollector,
  runtimeFilesCollector,
  samplesCollector,
  servicesCollector,
  disksCollector,
  passwordsCollector,
  sudoersCollector,
  packageSumsCollector,
  sourceSettingsCollector,
  secretsCollector,
];

/** Names what a cached layer record holds: a record made by other collectors or versions is not used. */
export const collectorsVersion: string = layerCollectors.map(({ id, version }) => `${id}@${version}`).join(',');

/**
 * The collectors for a run. Allow rules that speak of a secret's value must be asked where the value is, so with them the
 * secrets collector is another one: its records have their own version, and threads, which know no ruleset, stay out.
 */
export function collectorsFor(allow: readonly SecretAllow[]): {
  collectors: typeof layerCollectors;
  version: string;
  threads: boolean;
} {
  if (!allow.some(({ pattern, stopWord }) => pattern !== undefined || stopWord !== undefined))
    return { collectors: layerCollectors, version: collectorsVersion, threads: true };
  const own = secretsCollectorWith(allow);
  const rules = createHash('sha256').update(JSON.stringify(allow)).digest('hex').slice(0, 16);
  return {
    collectors: layerCollectors.map((collector) => (collector === secretsCollector ? own : collector)),
    version: `${collectorsVersion},allow@${rules}`,
    threads: false,
  };
}
