/** Kinds for users' own rules: what an image starts, what it could run, and what goes with it. */
import type { Program } from '../types/facts.ts';
import type { Evidence } from '../types.ts';
import { eachOf, type Item, type Kind, partOf, together } from './own-kind.ts';

const image = ['image'] as const;

/** In the order of the documentation. */
export const runningKinds: readonly Kind[] = [
  {
    name: 'services',
    item: 'service',
    on: image,
    named: 'name',
    what: 'units and start scripts that an init system would start by itself',
    fields: {
      name: ['string', '`ssh.service`, or the name of the script'],
      manager: ['string', '`systemd`, `sysv` or `openrc`'],
      path: ['string', 'link that enables it'],
      pkg: ['string', 'OS package that ships it'],
    },
    read: ({ systemUnits }) => eachOf(systemUnits, (unit) => ({ values: named(unit), evidence: fileOf(unit) })),
  },
  {
    name: 'tasks',
    item: 'task',
    on: image,
    named: 'command',
    what: 'what runs by the clock',
    fields: {
      kind: ['string', '`crontab`, `folder`, `timer` or `at`'],
      command: ['string', 'program that it starts'],
      path: ['string', 'crontab, script, link or job'],
      pkg: ['string', 'OS package that ships the file'],
    },
    read: ({ scheduledTasks }) => eachOf(scheduledTasks, (task) => ({ values: named(task), evidence: fileOf(task) })),
  },
  {
    name: 'processes',
    item: 'process',
    on: image,
    named: 'name',
    what: 'commands that run when the container starts, followed through start scripts',
    fields: {
      name: ['string', 'program'],
      argv: ['list<string>', 'its words; one that only run time knows is empty'],
      origin: ['string', '`entrypoint`, `script`, `healthcheck`, `cron` or `unit`'],
      path: ['string', 'script, crontab or unit that holds it'],
      program: ['string', 'path of the program, where it was found'],
      pkg: ['string', 'OS package that owns the program'],
    },
    read: ({ workload }) =>
      eachOf(
        partOf(workload, ({ commands }) => commands),
        (command) => ({
          values: { ...named(command), argv: command.argv },
          evidence: command.evidence,
        }),
      ),
  },
  {
    name: 'runtimes',
    item: 'runtime',
    on: image,
    named: 'name',
    what: 'language runtimes',
    fields: {
      name: ['string', '`node`, `python`, `java`, `ruby`, `php`, `go`, `rust`, `dotnet`, `erlang` or `perl`'],
      version: ['string', 'as the runtime states it; empty where it could not be told'],
      path: ['string', 'where it is'],
      kit: ['bool', 'a development kit, with compiler and tools'],
      pkg: ['string', 'OS package that owns it'],
      layer: ['int', 'layer, 0 = lowest'],
    },
    read: ({ runtimes }) => eachOf(runtimes, (runtime) => ({ values: named(runtime), evidence: fileOf(runtime) })),
  },
  {
    name: 'programs',
    item: 'program',
    on: image,
    named: 'name',
    what: 'programs that tare knows by name: shells, package managers, and tools that few workloads need',
    fields: {
      name: ['string', 'name'],
      kind: ['string', '`shell`, `package-manager` or `tool`'],
      path: ['string', 'where it is'],
      target: ['string', 'where it leads, for a link'],
      pkg: ['string', 'OS package that owns it'],
      size: ['int', 'bytes'],
      layer: ['int', 'layer, 0 = lowest'],
    },
    read: ({ shells, packageManagers, tools }) =>
      together(
        eachOf(shells, programOf('shell')),
        eachOf(packageManagers, programOf('package-manager')),
        eachOf(tools, programOf('tool')),
      ),
  },
  {
    name: 'writable',
    item: 'place',
    on: image,
    named: 'path',
    what: 'what the run user may change; empty for root, who may change everything (`user.uid == 0`)',
    fields: {
      path: ['string', 'file, or folder that may be changed as a whole'],
      kind: ['string', '`code`, `path`, `library`, `config`, `data` or `temporary`'],
      by: ['string', '`own`, `world` or `parent`'],
      files: ['int', 'files below it'],
      bytes: ['int', 'their bytes'],
      layer: ['int', 'layer, 0 = lowest'],
    },
    read: ({ surface }) =>
      eachOf(
        partOf(surface, ({ paths }) => paths),
        (place) => ({ values: { ...place }, evidence: fileOf(place) }),
      ),
  },
  {
    name: 'attestations',
    item: 'attestation',
    on: image,
    named: 'type',
    what: 'signatures, provenance and SBOMs that go with the image',
    fields: {
      kind: ['string', '`signature`, `provenance`, `sbom` or `other`'],
      type: ['string', 'predicate or artifact type'],
      via: ['string', '`index`, `referrers`, `tag` or `layer`'],
      digest: ['string', 'digest, where it has one'],
    },
    read: ({ attestations }) =>
      eachOf(attestations, ({ kind, type, via, digest }) => ({
        values: { kind, type, via, digest },
        evidence: { at: 'config', pointer: '', document: via === 'index' ? 'index' : 'manifest' },
      })),
  },
];

function fileOf({ path, layer, line }: { path: string; layer: number; line?: number }): Evidence {
  return { at: 'file', path, layer, ...(line !== undefined && { line }) };
}

/** `package` is a word that CEL keeps for itself. */
function named<T extends { package?: string }>(item: T): Item['values'] {
  return { ...(item as unknown as Item['values']), pkg: item.package };
}

function programOf(kind: string) {
  return (program: Program): Item => ({ values: { ...named(program), kind }, evidence: fileOf(program) });
}
