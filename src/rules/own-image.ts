/** Kinds for users' own rules of which there is one: the image, its settings, its user, its base. */
import type { StageFact } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { ContainerConfig, Evidence } from '../types.ts';
import { inConfig } from './hits.ts';
import { type Item, type Kind, oneOf } from './own-kind.ts';

const both = ['image', 'dockerfile'] as const;

/** In the order of the documentation. */
export const imageKinds: readonly Kind[] = [
  {
    name: 'image',
    item: 'image',
    on: both,
    single: true,
    named: 'name',
    what: 'the image; of a Dockerfile, the image to be',
    fields: {
      name: ['string', 'as the target was given'],
      os: ['string', '`linux`, `windows`'],
      architecture: ['string', '`amd64`, `arm64` …'],
      variant: ['string', '`v8` …'],
      created: ['string', 'when it was built, as its configuration writes it'],
      layerCount: ['int', 'number of layers'],
      size: ['int', 'bytes of file content in all layers'],
      storedSize: ['int', 'bytes as stored, compressed'],
      references: ['list<string>', 'names that the medium gives it'],
      annotations: ['list<string>', 'annotations as `name=value`'],
    },
    read: (facts) => ({ items: [{ values: imageValues(facts), evidence: wholeOf(facts) }] }),
  },
  {
    name: 'config',
    item: 'config',
    on: both,
    single: true,
    named: 'user',
    what: "the container's settings; of a Dockerfile where its base image's own are known",
    fields: {
      user: ['string', 'USER as written'],
      workingDir: ['string', 'WORKDIR'],
      entrypoint: ['list<string>', 'words of ENTRYPOINT'],
      cmd: ['list<string>', 'words of CMD'],
      shell: ['list<string>', 'words of SHELL'],
      stopSignal: ['string', 'STOPSIGNAL'],
      healthcheck: ['list<string>', 'words of HEALTHCHECK; of a Dockerfile those that the file sets'],
      onBuild: ['list<string>', 'ONBUILD triggers'],
    },
    read: (facts) => oneOf(facts.container, (config) => configValues(config, facts), inConfig('/config')),
  },
  {
    name: 'user',
    item: 'user',
    on: both,
    single: true,
    named: 'spec',
    what: 'the user that the container starts as',
    fields: {
      spec: ['string', 'as written; empty where nothing is set'],
      uid: ['int', 'effective uid; -1 where it cannot be told'],
      gid: ['int', 'effective gid; -1 where it cannot be told'],
      name: ['string', 'name of the account'],
      numeric: ['bool', 'written as a number'],
      dropsPrivilegeBy: ['string', 'program of the entrypoint that gives up root, such as gosu'],
    },
    read: ({ user }) =>
      oneOf(
        user,
        ({ spec, uid = -1, gid = -1, name, numeric, dropsPrivilegeBy }) => ({
          ...{ spec, uid, gid, name, numeric, dropsPrivilegeBy },
        }),
        inConfig('/config/User'),
      ),
  },
  {
    name: 'distro',
    item: 'distro',
    on: both,
    single: true,
    named: 'id',
    what: 'the distribution, as os-release tells it; of a Dockerfile, as the name of its base does',
    fields: {
      id: ['string', '`debian`, `alpine`; `scratch` where there is none'],
      idLike: ['list<string>', 'distributions that it is like'],
      versionId: ['string', '`13`, `3.24`; empty for a rolling release'],
      codename: ['string', '`trixie`'],
      prettyName: ['string', 'for people'],
    },
    read: ({ distro }) =>
      oneOf(
        distro,
        ({ id, idLike, versionId, codename, prettyName }) => ({ id, idLike, versionId, codename, prettyName }),
        inConfig(''),
      ),
  },
  {
    name: 'base',
    item: 'base',
    on: both,
    single: true,
    named: 'repository',
    what: 'the image that it was built on',
    fields: {
      kind: ['string', '`scratch` or `image`'],
      registry: ['string', '`docker.io`; empty where nothing names the base'],
      repository: ['string', '`library/debian`'],
      tag: ['string', '`13-slim`'],
      digest: ['string', '`sha256:…`'],
      via: [
        'string',
        'what names it: `layers`, `annotation`, `provenance`, `label`, `history`, `os-release`, `dockerfile`',
      ],
      confidence: ['string', '`high`, `medium` or `low`'],
    },
    read: ({ base }) =>
      oneOf(
        base,
        ({ kind, reference, digest, via, confidence }) => ({
          ...{ kind, via, confidence, registry: reference?.registry, repository: reference?.repository },
          ...{ tag: reference?.tag, digest: digest ?? reference?.digest },
        }),
        inConfig(''),
      ),
  },
];

function imageValues({ image, origin }: Facts): Item['values'] {
  const sum = (read: (layer: Facts['image']['layers'][number]) => number) =>
    image.layers.reduce((total, layer) => total + read(layer), 0);
  return {
    name: image.name,
    os: image.platform.os,
    architecture: image.platform.architecture,
    variant: image.platform.variant,
    created: image.created,
    layerCount: image.layers.length,
    size: sum(({ size }) => size),
    storedSize: sum(({ storedSize }) => storedSize),
    references: origin.known ? origin.value.references.map(referenceText) : [],
    annotations: Object.entries(image.annotations).map(([name, value]) => `${name}=${value}`),
  };
}

function referenceText({
  registry,
  repository,
  tag,
  digest,
}: {
  registry: string;
  repository: string;
  tag?: string;
  digest?: string;
}): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function configValues(config: ContainerConfig, facts: Facts): Item['values'] {
  const { user, workingDir, entrypoint, cmd, shell, stopSignal, onBuild } = config;
  const own = targetStage(facts)?.healthcheck?.value;
  const healthcheck = own ? [own.kind, ...own.command.words] : config.healthcheck?.test;
  return { user, workingDir, entrypoint, cmd, shell, stopSignal, onBuild, healthcheck };
}

/** The place that stands for the whole target. */
export function wholeOf({ dockerfile }: Facts): Evidence {
  return (dockerfile?.known && dockerfile.evidence[0]) || inConfig('');
}

/** The stage that a Dockerfile's image is made of; absent for an image. */
export function targetStage({ image, dockerfile }: Facts): StageFact | undefined {
  if (image.kind !== 'dockerfile' || !dockerfile?.known) return undefined;
  const { target, stages } = dockerfile.value;
  return target === undefined ? undefined : stages[target];
}
