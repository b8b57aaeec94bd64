/**
 * The image config, OCI or Docker, made into one shape (OCI image-spec, config.md; Docker image specification v1.2).
 * Any member may be missing, null or of a wrong type: what a report can do without is left empty and said in the status.
 */
import {
  type ContainerConfig,
  type Digest,
  type HistoryStep,
  type ImageConfig,
  type Platform,
  SourceError,
  type StatusEntry,
} from '../types.ts';
import { isDigest, isRecord, parseJson, stringMap } from './documents.ts';
import type { Limits } from './limits.ts';

/** Steps kept of a history: layers are bounded, empty steps would not be. */
const historyLimit = 4096;

/**
 * @param what names the config in messages: `the config of app.tar`.
 * @param layers number of layers of the manifest, which the history is aligned with.
 * @throws SourceError where it is no JSON object.
 */
export function parseImageConfig(
  bytes: Uint8Array,
  what: string,
  layers: number,
  limits: Pick<Limits, 'documentBytes'>,
): { config: ImageConfig; status: StatusEntry[] } {
  const document = parseJson(bytes, what, limits);
  if (!isRecord(document))
    throw new SourceError(`${capital(what)} is not a JSON object; save or build the image again`);
  const reader = new Reader(what);
  const rootfs = isRecord(document['rootfs']) ? document['rootfs'] : {};
  const config: ImageConfig = {
    platform: platform(document, reader),
    container: container(document['config'], reader),
    diffIDs: diffIDs(rootfs['diff_ids'], reader),
    history: alignHistory(history(document['history'], reader), layers, reader),
  };
  const created = reader.text(document['created'], '/created');
  if (created) config.created = created;
  const author = reader.text(document['author'], '/author');
  if (author) config.author = author;
  return { config, status: reader.status };
}

/** What a folder or a bare rootfs has: nothing is known of how it is run. */
export function emptyConfig(platform: Platform): ImageConfig {
  return {
    platform,
    diffIDs: [],
    history: [],
    container: {
      user: '',
      env: [],
      entrypoint: [],
      cmd: [],
      workingDir: '',
      exposedPorts: [],
      volumes: [],
      labels: Object.create(null),
      onBuild: [],
      shell: [],
    },
  };
}

/** Reads members by type; a wrong one is named once and read as absent. */
class Reader {
  readonly status: StatusEntry[] = [];
  constructor(private readonly what: string) {}

  complain(message: string): void {
    if (this.status.length < 20)
      this.status.push({ part: 'config', level: 'warning', message: `${capital(this.what)}: ${message}` });
  }
  wrong(pointer: string, wanted: string): void {
    this.complain(`${pointer} is not ${wanted} and is read as absent`);
  }
  text(value: unknown, pointer: string): string {
    if (typeof value === 'string') return value;
    if (value !== undefined && value !== null) this.wrong(pointer, 'text');
    return '';
  }
  /** A list of strings; a single string, as early Docker wrote, is a list of one. */
  list(value: unknown, pointer: string): string[] {
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') return value === '' ? [] : [value];
    if (!Array.isArray(value)) {
      this.wrong(pointer, 'a list');
      return [];
    }
    const strings = value.filter((member) => typeof member === 'string');
    if (strings.length < value.length) this.complain(`${pointer} holds members that are not text; they are left out`);
    return strings;
  }
  /** The keys of a set written as an object with empty values; a list is taken too. */
  keys(value: unknown, pointer: string): string[] {
    if (isRecord(value)) return Object.keys(value);
    return this.list(value, pointer);
  }
}

function platform(document: Record<string, unknown>, reader: Reader): Platform {
  const result: Platform = {
    os: reader.text(document['os'], '/os') || 'unknown',
    architecture: reader.text(document['architecture'], '/architecture') || 'unknown',
  };
  const variant = reader.text(document['variant'], '/variant');
  if (variant) result.variant = variant;
  const version = reader.text(document['os.version'], '/os.version');
  if (version) result['os.version'] = version;
  return result;
}

function container(value: unknown, reader: Reader): ContainerConfig {
  if (value !== undefined && value !== null && !isRecord(value)) reader.wrong('/config', 'an object');
  const config = isRecord(value) ? value : {};
  const user = config['User'];
  const result: ContainerConfig = {
    user: typeof user === 'number' ? String(user) : reader.text(user, '/config/User'),
    env: reader.list(config['Env'], '/config/Env'),
    entrypoint: reader.list(config['Entrypoint'], '/config/Entrypoint'),
    cmd: reader.list(config['Cmd'], '/config/Cmd'),
    workingDir: reader.text(config['WorkingDir'], '/config/WorkingDir'),
    exposedPorts: reader.keys(config['ExposedPorts'], '/config/ExposedPorts'),
    volumes: reader.keys(config['Volumes'], '/config/Volumes'),
    labels: stringMap(config['Labels']),
    onBuild: reader.list(config['OnBuild'], '/config/OnBuild'),
    shell: reader.list(config['Shell'], '/config/Shell'),
  };
  const healthcheck = config['Healthcheck'];
  if (isRecord(healthcheck))
    result.healthcheck = { test: reader.list(healthcheck['Test'], '/config/Healthcheck/Test') };
  const stopSignal = reader.text(config['StopSignal'], '/config/StopSignal');
  if (stopSignal) result.stopSignal = stopSignal;
  return result;
}

/** All or none: a list with gaps would shift every later layer. */
function diffIDs(value: unknown, reader: Reader): Digest[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isDigest)) {
    reader.wrong('/rootfs/diff_ids', 'a list of sha256 digests');
    return [];
  }
  return value;
}

function history(value: unknown, reader: Reader): HistoryStep[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reader.wrong('/history', 'a list');
    return [];
  }
  if (value.length > historyLimit)
    reader.complain(`/history has ${value.length} steps; only the first ${historyLimit} are read`);
  return value.slice(0, historyLimit).map((entry, i) => {
    const step: HistoryStep = { emptyLayer: isRecord(entry) && entry['empty_layer'] === true };
    if (!isRecord(entry)) return step;
    const members = [
      ['created', 'created'],
      ['created_by', 'createdBy'],
      ['comment', 'comment'],
      ['author', 'author'],
    ] as const;
    for (const [from, to] of members) {
      const text = reader.text(entry[from], `/history/${i}/${from}`);
      if (text) step[to] = text;
    }
    return step;
  });
}

/** Steps that are not empty made the layers, in order (config.md, "history"). */
function alignHistory(steps: HistoryStep[], layers: number, reader: Reader): HistoryStep[] {
  const made = steps.filter((step) => !step.emptyLayer);
  if (steps.length === 0) return steps;
  if (made.length !== layers) {
    reader.complain(
      `the number of history steps that made a layer (${made.length}) is not that of the layers (${layers}); steps are not joined to layers`,
    );
    return steps;
  }
  for (const [index, step] of made.entries()) step.layer = index;
  return steps;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
