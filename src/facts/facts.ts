/** The per-image halves: an analysed image in, typed facts out. No I/O, no clock, no judgement. */
import type { AnalysedImage } from '../image/model.ts';
import type { Facts } from '../types/facts.ts';
import type { SecretAllow } from '../types/secrets.ts';
import type { Fact, StatusEntry } from '../types.ts';
import { collectAccounts, readAccounts } from './accounts.ts';
import { collectBase } from './base.ts';
import { type FactContext, lazy } from './context.ts';
import type { FactData } from './data.ts';
import { collectDatabases } from './databases.ts';
import { collectDistro } from './distro.ts';
import { collectDrift, collectUnowned } from './drift.ts';
import { readEntrypoint } from './entrypoint.ts';
import { configEvidence, fileEvidence, indexFacts } from './evidence.ts';
import { collectFiles } from './files.ts';
import { collectFootprint } from './footprint.ts';
import { collectLanguagePackages } from './language/packages.ts';
import { collectRuntimes } from './language/runtimes.ts';
import { collectPackages, readPackages } from './packages.ts';
import { collectPorts } from './ports.ts';
import { collectPrivilege } from './privilege/wiring.ts';
import { collectPrivilegedFiles } from './privileged.ts';
import { collectPackageManagers, collectShells } from './programs.ts';
import { collectNewestFile, collectResidue } from './residue.ts';
import { openSecrets } from './secrets/wiring.ts';
import { collectServices } from './services/wiring.ts';
import { collectSourceSettings } from './source-settings.ts';
import { collectTools } from './tools.ts';
import { collectUser } from './user.ts';
import { collectWaste } from './waste.ts';
import { collectWorkload } from './workload.ts';

export type { FactData } from './data.ts';

/** What a scan supplies beside the image. */
export interface FactOptions {
  /** `YYYY-MM-DD`. */
  asOf: string;
  /** Parsed rulesets/data files, by name. */
  data: FactData;
  /** What a user's ruleset lets be; it marks secrets and hides none. */
  allowSecrets?: readonly SecretAllow[];
  /** Where a plain folder lies in its project, such as `test`: a part of a project is judged as the whole is. */
  within?: string;
  /** List every file too. */
  files?: boolean;
}

/**
 * Runs every collector. One that fails makes its facts unknown and is named in the status; it never ends the scan.
 * Evidence that several need (accounts, owners, entrypoint) is read once.
 */
export function buildFacts(original: AnalysedImage, options: FactOptions): { facts: Facts; status: StatusEntry[] } {
  const status: StatusEntry[] = [];
  // From here on nobody sees a secret of the config any more.
  const secrets = openSecrets(original, options.allowSecrets ?? [], status, options.within);
  const { image } = secrets;
  const context: FactContext = {
    image,
    data: options.data,
    index: indexFacts(image),
    note: (entry) => status.push(entry),
  };
  const failures = new Set<string>();
  const attempt = <T>(part: string, make: () => Fact<T>): Fact<T> => {
    try {
      return make();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!failures.has(reason)) status.push({ part, level: 'error', message: reason });
      failures.add(reason);
      return { known: false, reason };
    }
  };

  const distroFact = attempt('distro', () => collectDistro(context));
  const distro = distroFact.known ? distroFact.value : undefined;
  const accounts = lazy(() => readAccounts(context));
  const packages = lazy(() => readPackages(context, distro));
  const start = lazy(() => readEntrypoint(context));
  const entrypoint = attempt('entrypoint', () => start().fact);
  const user = attempt('user', () => {
    // An entrypoint that could not be read hides a dropper at worst; the user stays as the config says.
    const droppedBy = entrypoint.known ? start().droppedBy : undefined;
    return collectUser(context, accounts(), droppedBy);
  });
  const ownerOf = (path: string) => packages().ownerOf(path);

  const workload = attempt('workload', () => collectWorkload(context, ownerOf));

  const privilegedFiles = attempt('privileged-files', () =>
    collectPrivilegedFiles(context, packages().files, user.known ? user.value : undefined, ownerOf),
  );
  const secretFacts = secrets.collect(context, ownerOf, attempt);
  const passwords = secretFacts.accountPasswords;

  const facts: Facts = {
    image: {
      name: image.name,
      kind: image.kind,
      platform: image.config.platform,
      ...(image.config.created === undefined ? {} : { created: image.config.created }),
      layers: image.layers,
      history: image.config.history,
      annotations: image.annotations,
    },
    asOf: options.asOf,
    container: { known: true, value: image.config.container, evidence: [configEvidence('/config')] },
    distro: distroFact,
    accounts: attempt('accounts', () => collectAccounts(context, accounts())),
    user,
    packages: attempt('packages', () => collectPackages(context, packages())),
    packageDatabases: attempt('packages', () => collectDatabases(context, packages().counts)),
    languagePackages: attempt('language-packages', () =>
      collectLanguagePackages(context, optional(packages)?.ownerOf ?? (() => undefined)),
    ),
    runtimes: attempt('runtimes', () => collectRuntimes(context, optional(packages))),
    databaseDrift: attempt('database-drift', () => collectDrift(context, packages())),
    unownedExecutables: attempt('unowned-executables', () => collectUnowned(context, packages())),
    waste: attempt('waste', () => collectWaste(context, packages())),
    packageManagers: attempt('package-managers', () => collectPackageManagers(context, ownerOf)),
    shells: attempt('shells', () => collectShells(context, ownerOf)),
    privilegedFiles,
    ports: attempt('ports', () => collectPorts(context)),
    entrypoint,
    workload,
    origin: { known: true, value: image.origin, evidence: [{ at: 'config', pointer: '', document: 'reference' }] },
    base: attempt('base', () => collectBase(context, distro)),
    osFootprint: attempt('os-footprint', () =>
      collectFootprint(context, packages(), distro, entrypoint.known ? entrypoint.value : undefined),
    ),
    tools: attempt('tools', () => collectTools(context, packages())),
    residue: attempt('residue', () => collectResidue(context, packages())),
    ...(options.files && { files: attempt('files', () => collectFiles(context, optional(packages)?.ownerOf)) }),
    newestFile: attempt('residue', () => collectNewestFile(packages())),
    sourceSettings: attempt('source-settings', () => collectSourceSettings(context)),
    attestations: attestations(image),
    digestChecks: {
      known: true,
      value: image.digestChecks,
      evidence: image.digestChecks.map(() => ({ at: 'config', pointer: '', document: 'manifest' })),
    },
    deleted: {
      known: true,
      value: image.rootfs.deleted,
      // The list itself says where; a copy of the first places is enough for a reader.
      evidence: image.rootfs.deleted.slice(0, 100).map(({ path, layer }) => fileEvidence(path, layer)),
    },
    ...secretFacts,
    ...collectServices(context, () => packages().files, ownerOf, attempt),
    ...collectPrivilege(context, { user, entrypoint, workload, privilegedFiles, passwords, accounts }, attempt),
  };
  return { facts, status };
}

/** What is of use where it is there; why it is not, another fact says. */
function optional<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function attestations(image: AnalysedImage): Facts['attestations'] {
  if (!image.attestationsKnown && image.attestations.length === 0) {
    return { known: false, reason: `an image from ${image.kind} does not carry its attestations` };
  }
  return {
    known: true,
    value: image.attestations,
    evidence: image.attestations.map(({ via }) => ({
      at: 'config',
      pointer: '',
      document: via === 'index' ? 'index' : 'manifest',
    })),
  };
}
