/** Facts by hand, for cases that no small image can show. The rest of a clean image is filled in. */
import type { Facts, RunUser } from '../../src/types/facts.ts';
import type { WritableSurface } from '../../src/types/surface.ts';
import type { Workload } from '../../src/types/workload.ts';
import type { ContainerConfig, Fact } from '../../src/types.ts';

/** A fact with a place, as a collector gives it. */
export function known<T>(value: T, pointer = '/config'): Fact<T> {
  return { known: true, value, evidence: [{ at: 'config', pointer, document: 'config' }] };
}

/** A fact that could not be had. */
export function unknown<T>(reason: string): Fact<T> {
  return { known: false, reason };
}

/** What a fact says; throws with the reason where it could not be had. */
export function valueIn<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(fact.reason);
  return fact.value;
}

/** A scratch image of one static binary, a numeric user and a signature: no rule finds fault with it. */
export function makeFacts(changes: Partial<Facts> = {}): Facts {
  return {
    image: {
      name: 'made.example/app',
      kind: 'oci-dir',
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [],
      history: [],
      annotations: {},
    },
    asOf: '2026-11-01',
    container: known(containerConfig()),
    distro: known({
      id: 'scratch',
      idLike: [],
      name: 'scratch',
      versionId: '',
      prettyName: 'no operating system',
      distroless: false,
    }),
    accounts: known({ users: [], groups: [] }),
    user: known(runUser()),
    packages: known([]),
    packageDatabases: known([]),
    languagePackages: known([]),
    runtimes: known([]),
    databaseDrift: known([]),
    unownedExecutables: known([]),
    waste: known({ bytes: 0, hidden: 0, duplicate: 0, total: 0, efficiency: 1, heaviest: [] }),
    sourceSettings: known([]),
    packageManagers: known([]),
    shells: known([]),
    privilegedFiles: known([]),
    ports: known([]),
    entrypoint: known({ argv: ['/app'], path: 'app', layer: 0, kind: 'elf-static', wrappers: [], shellForm: false }),
    workload: known(workload()),
    scheduledTasks: known([]),
    systemUnits: known([]),
    updateSettings: known([]),
    hostParts: known([]),
    origin: known({ kind: 'oci-dir', references: [] }),
    base: known({ kind: 'scratch', via: 'rootfs', confidence: 'high' }),
    osFootprint: known({ bytes: 0, packages: 0, ownedBytes: 0, unownedBytes: 0, runtimes: [], heaviest: [] }),
    tools: known([]),
    residue: known([]),
    newestFile: known(undefined),
    attestations: known([{ kind: 'signature', type: 'application/vnd.dev.cosign.artifact.sig.v1+json', via: 'tag' }]),
    digestChecks: known([]),
    deleted: known([]),
    secrets: known([]),
    criticalFiles: known([]),
    accountPasswords: known([]),
    readableSecrets: known([]),
    surface: known(surface()),
    worldWritable: known([]),
    sudoGrants: known([]),
    escalations: known([]),
    ...changes,
  };
}

/** A surface on which nothing may be written, but for what is given. */
export function surface(changes: Partial<WritableSurface> = {}): WritableSurface {
  const none = { files: 0, bytes: 0 };
  const counts = { code: none, path: none, library: none, config: none, data: none, temporary: none };
  return { everything: false, counts, paths: [], more: 0, mounts: [], mountsComplete: true, ...changes };
}

/** A static program without anything around it. */
export function workload(changes: Partial<Workload> = {}): Workload {
  return {
    kind: 'static',
    programs: ['app'],
    paths: ['app'],
    main: { name: 'app', path: 'app', layer: 0 },
    packages: [],
    needsShell: false,
    elf: { needed: [] },
    commands: [
      {
        name: 'app',
        argv: ['/app'],
        origin: 'entrypoint',
        program: 'app',
        evidence: { at: 'config', pointer: '/config/Entrypoint', document: 'config' },
      },
    ],
    complete: true,
    ...changes,
  };
}

/** A container config that says nothing but what is given. */
export function containerConfig(changes: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    user: '10001:10001',
    env: [],
    entrypoint: ['/app'],
    cmd: [],
    workingDir: '/',
    exposedPorts: [],
    volumes: [],
    labels: {},
    onBuild: [],
    shell: [],
    ...changes,
  };
}

/** A numeric user without privilege, but for what is given. */
export function runUser(changes: Partial<RunUser> = {}): RunUser {
  return { spec: '10001:10001', defaulted: false, uid: 10001, gid: 10001, numeric: true, groups: [], ...changes };
}
