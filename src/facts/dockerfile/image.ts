/** A Dockerfile as an image to be: the facts that rules for both read, as far as the file tells them. */
import { parsePort } from '../../dockerfile/ports.ts';
import type { BaseIdentity } from '../../types/base.ts';
import type { DockerfileFacts, StageFact } from '../../types/dockerfile.ts';
import type { Entrypoint, ExposedPort, Facts } from '../../types/facts.ts';
import type { ContainerConfig, Evidence, Fact, Platform } from '../../types.ts';
import type { FactOptions } from '../facts.ts';
import { baseDistro } from './base.ts';
import { dockerfileSecrets } from './secrets.ts';
import { dockerfileUser } from './user.ts';

/** Facts that only an image has are unknown; rules for Dockerfiles do not ask for them. */
export function factsFromDockerfile(dockerfile: DockerfileFacts, options: FactOptions): Facts {
  const { stages, target } = dockerfile;
  const stage = target === undefined ? undefined : stages[target];
  const root = stage && stages[stage.root];
  const hidden = { known: false, reason: 'a Dockerfile alone does not show it' } as const;
  const whole: Evidence[] = root ? [fromPlace(dockerfile, root)] : [];
  const distro = root && baseDistro(root, options.data['base-images'], options.data.distros.distros);
  return {
    image: {
      name: dockerfile.file,
      kind: 'dockerfile',
      platform: platformOf(stage, root),
      layers: [],
      history: [],
      annotations: {},
    },
    asOf: options.asOf,
    dockerfile: { known: true, value: dockerfile, evidence: whole },
    container: containerOf(stage, root, whole),
    distro: distro
      ? { known: true, value: distro, evidence: whole }
      : { known: false, reason: 'the name of the base image does not tell its distribution' },
    user: dockerfileUser(dockerfile, options.data),
    ports: portsOf(stage, root, whole),
    entrypoint: entrypointOf(stage, root, whole),
    base: baseOf(root, whole),
    origin: { known: true, value: { kind: 'dockerfile', references: [] }, evidence: whole },
    accounts: hidden,
    packages: hidden,
    workload: hidden,
    scheduledTasks: hidden,
    systemUnits: hidden,
    updateSettings: hidden,
    hostParts: hidden,
    packageDatabases: hidden,
    languagePackages: hidden,
    runtimes: hidden,
    databaseDrift: hidden,
    unownedExecutables: hidden,
    waste: hidden,
    packageManagers: hidden,
    shells: hidden,
    privilegedFiles: hidden,
    osFootprint: hidden,
    tools: hidden,
    residue: hidden,
    newestFile: hidden,
    sourceSettings: hidden,
    attestations: hidden,
    digestChecks: hidden,
    deleted: hidden,
    secrets: dockerfileSecrets(dockerfile, options.allowSecrets ?? []),
    criticalFiles: hidden,
    accountPasswords: hidden,
    readableSecrets: hidden,
    surface: hidden,
    worldWritable: hidden,
    sudoGrants: hidden,
    escalations: hidden,
  };
}

function fromPlace(dockerfile: DockerfileFacts, stage: StageFact): Evidence {
  return { at: 'instruction', file: dockerfile.file, stage: stage.index, range: stage.base.range };
}

function platformOf(stage: StageFact | undefined, root: StageFact | undefined): Platform {
  const written = stage?.base.platform ?? root?.base.platform;
  const [os, architecture, variant] = (written?.value ?? '').split('/');
  return {
    os: stage?.os === 'windows' ? 'windows' : os || 'linux',
    architecture: architecture || 'amd64',
    ...(variant && { variant }),
  };
}

/** Known where nothing can come from a base that was not looked into. */
function containerOf(
  stage: StageFact | undefined,
  root: StageFact | undefined,
  evidence: Evidence[],
): Fact<ContainerConfig> {
  if (!stage || !root) return { known: false, reason: 'no stage is left to build' };
  const base = root.image?.container;
  if (!base && !root.base.scratch)
    return { known: false, reason: `what ${root.base.text} sets by itself is not known here` };
  const labels: Record<string, string> = Object.assign(Object.create(null), base?.labels);
  for (const { name, value } of stage.labels) labels[name] = value;
  const env = new Map((base?.env ?? []).map((line) => [line.split('=', 1)[0]!, line]));
  for (const { name, value } of stage.env) env.set(name, `${name}=${value}`);
  return {
    known: true,
    value: {
      user: stage.user?.value ?? base?.user ?? '',
      env: [...env.values()],
      entrypoint: stage.entrypoint ? argv(stage.entrypoint.value) : (base?.entrypoint ?? []),
      cmd: stage.cmd ? argv(stage.cmd.value) : stage.entrypoint ? [] : (base?.cmd ?? []),
      workingDir: stage.workdir?.value ?? base?.workingDir ?? '',
      exposedPorts: [...(base?.exposedPorts ?? []), ...stage.ports.map(({ value }) => value)],
      volumes: [...(base?.volumes ?? []), ...stage.volumes.map(({ value }) => value)],
      labels,
      onBuild: [],
      shell: [...(stage.shell?.value ?? base?.shell ?? [])],
    },
    evidence,
  };
}

function argv({ words, json, shell }: { words: readonly string[]; json: boolean; shell: readonly string[] }): string[] {
  return json ? [...words] : [...shell, ...words];
}

/** The ports that the file exposes, and its base where that is known. A port that depends on the build is taken at its default. */
function portsOf(stage: StageFact | undefined, root: StageFact | undefined, from: Evidence[]): Fact<ExposedPort[]> {
  const value: ExposedPort[] = [];
  const evidence: Evidence[] = [];
  for (const spec of root?.image?.container.exposedPorts ?? []) {
    const parsed = parsePort(spec);
    if (!parsed || !from[0]) continue;
    value.push({ ...parsed, spec });
    evidence.push(from[0]);
  }
  for (const port of stage?.ports ?? []) {
    const parsed = parsePort(port.value);
    if (!parsed) continue;
    value.push({ ...parsed, spec: port.value });
    evidence.push(port.evidence);
  }
  return { known: true, value, evidence };
}

function entrypointOf(
  stage: StageFact | undefined,
  root: StageFact | undefined,
  from: readonly Evidence[],
): Fact<Entrypoint> {
  const own = [stage?.entrypoint, stage?.cmd].filter((setting) => setting !== undefined);
  const base = root?.image?.container;
  if (own.length === 0 && base)
    return {
      known: true,
      value: { argv: [...base.entrypoint, ...base.cmd], kind: 'unknown', wrappers: [], shellForm: false },
      evidence: [...from],
    };
  if (own.length === 0 && root && !root.base.scratch)
    return { known: false, reason: `what ${root.base.text} starts by itself is not known here` };
  const words = own.flatMap((setting) => argv(setting.value));
  return {
    known: true,
    value: {
      argv: words,
      kind: words.length === 0 ? 'none' : 'unknown',
      wrappers: [],
      shellForm: own.some((setting) => !setting.value.json),
    },
    evidence: own.map(({ evidence }) => evidence),
  };
}

function baseOf(root: StageFact | undefined, evidence: Evidence[]): Fact<BaseIdentity> {
  if (!root) return { known: false, reason: 'no stage is left to build' };
  const via = 'dockerfile';
  if (root.base.scratch) return { known: true, value: { kind: 'scratch', via, confidence: 'high' }, evidence };
  const { reference, open } = root.base;
  if (!reference) return { known: false, reason: `FROM ${root.base.written} names no image without a build argument` };
  return {
    known: true,
    value: {
      kind: 'image',
      reference,
      ...(reference.digest && { digest: reference.digest }),
      via,
      confidence: open.length > 0 ? 'medium' : 'high',
    },
    evidence,
  };
}
