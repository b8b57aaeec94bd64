/** Kinds for users' own rules: the lists that both an image and a Dockerfile show. */
import type { StageFact } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { ContainerConfig } from '../types.ts';
import { inConfig, pointerPart } from './hits.ts';
import { targetStage, wholeOf } from './own-image.ts';
import { eachOf, type Item, type Kind, type Listing } from './own-kind.ts';

const both = ['image', 'dockerfile'] as const;

/** In the order of the documentation. */
export const settingKinds: readonly Kind[] = [
  {
    name: 'labels',
    item: 'label',
    on: both,
    named: 'name',
    what: "labels; of a Dockerfile those of the stage that ships, and its base image's where they are known",
    fields: { name: ['string', 'name'], value: ['string', 'value'] },
    read: (facts) =>
      settings(facts, {
        image: (config) =>
          Object.entries(config.labels).map(([name, value]) => ({
            values: { name, value },
            evidence: inConfig(`/config/Labels/${pointerPart(name)}`),
          })),
        stage: ({ labels }) => labels.map(({ name, value, evidence }) => ({ values: { name, value }, evidence })),
      }),
  },
  {
    name: 'env',
    item: 'variable',
    on: both,
    named: 'name',
    what: 'environment variables, likewise; values that are secrets are masked',
    fields: { name: ['string', 'name'], value: ['string', 'value'] },
    read: (facts) =>
      settings(facts, {
        image: ({ env }) =>
          env.map((line, i) => ({ values: assignment(line), evidence: inConfig(`/config/Env/${i}`) })),
        stage: ({ env }) => env.map(({ name, value, evidence }) => ({ values: { name, value }, evidence })),
      }),
  },
  {
    name: 'volumes',
    item: 'volume',
    on: both,
    named: 'path',
    what: 'volumes, likewise',
    fields: { path: ['string', 'as written'] },
    read: (facts) =>
      settings(facts, {
        image: ({ volumes }) =>
          volumes.map((path) => ({ values: { path }, evidence: inConfig(`/config/Volumes/${pointerPart(path)}`) })),
        stage: ({ volumes }) => volumes.map(({ value, evidence }) => ({ values: { path: value }, evidence })),
      }),
  },
  {
    name: 'ports',
    item: 'port',
    on: both,
    named: 'spec',
    what: 'exposed ports',
    fields: {
      from: ['int', 'first port'],
      to: ['int', 'last port; the same for a single one'],
      protocol: ['string', '`tcp`, `udp`'],
      spec: ['string', 'as written'],
    },
    read: ({ ports }) =>
      eachOf(ports, ({ from, to, protocol, spec }, i) => ({
        values: { from, to, protocol, spec },
        evidence: (ports.known && ports.evidence[i]) || inConfig(`/config/ExposedPorts/${pointerPart(spec)}`),
      })),
  },
  {
    name: 'secrets',
    item: 'secret',
    on: both,
    named: 'title',
    what: 'credentials that were found; none of their values',
    fields: {
      kind: ['string', '`api-token`, `private-key`, `password-in-file` …'],
      detector: ['string', 'what found it'],
      title: ['string', 'for people'],
      confidence: ['string', '`high`, `medium` or `low`'],
      state: ['string', '`live`, `deleted` or `overwritten`'],
      place: ['string', '`file`, `env`, `label`, `arg` or `run`'],
      path: ['string', 'file that holds it'],
    },
    read: ({ secrets }) =>
      eachOf(secrets, ({ kind, detector, title, confidence, sightings: [first] }) => ({
        values: {
          ...{ kind, detector, title, confidence, state: first.state, place: first.where },
          path: first.evidence.at === 'file' ? first.evidence.path : undefined,
        },
        evidence: first.evidence,
      })),
  },
];

/** A Dockerfile tells what it sets itself; the rest is its base's, where that is known. */
function settings(
  facts: Facts,
  read: { image: (config: ContainerConfig) => Item[]; stage: (stage: StageFact) => Item[] },
): Listing {
  const { container, dockerfile } = facts;
  if (facts.image.kind !== 'dockerfile')
    return container.known ? { items: read.image(container.value) } : { items: [], unknown: container.reason };
  const stage = targetStage(facts);
  if (!stage) return { items: [], unknown: 'no stage is left to build' };
  const own = read.stage(stage);
  const key = ({ values }: Item) => values['name'] ?? values['path'];
  const named = new Set(own.map(key));
  const base = dockerfile?.known ? dockerfile.value.stages[stage.root]?.image?.container : undefined;
  const inherited = base ? read.image(base).filter((item) => !named.has(key(item))) : [];
  return { items: [...own, ...inherited.map((item) => ({ ...item, evidence: wholeOf(facts) }))] };
}

function assignment(line: string): Item['values'] {
  const at = line.indexOf('=');
  return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at), value: line.slice(at + 1) };
}
